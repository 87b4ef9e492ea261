"""Requests made up by a program, against the running server."""
