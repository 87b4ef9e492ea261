"""How fast the product is, beside its limit and its peers: `python -m tests.bench`."""
