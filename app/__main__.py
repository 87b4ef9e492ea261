"""`python -m app`: build the database if need be, and serve it."""

import gc

if __name__ == "__main__":
    gc.disable()  # nothing that is loaded at the start is garbage; app.main looks for it again once it serves
    from app.starting import main

    raise SystemExit(main())
