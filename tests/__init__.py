"""A promise is a file; its docstring is the promise."""
