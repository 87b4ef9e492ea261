"""What helpers share: loaded once, by the process that they are forked from, and left alone by their collectors."""

import gc

import seed.build  # noqa: F401

gc.collect()
gc.freeze()
