"""What workers share: loaded once, by the process that they are forked from, and left alone by their collectors."""

import gc

import app.main

__all__ = ["app"]
gc.collect()
gc.freeze()
