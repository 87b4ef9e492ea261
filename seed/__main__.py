"""`python -m seed`: build the database. `python -m seed check`: prove the records."""

import argparse
import sys
from pathlib import Path
from time import perf_counter

from app.settings import Settings
from seed.build import build
from seed.check import check, load_texts
from seed.read import RECORDS, read


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m seed", description="Build the database, or prove the records."
    )
    parser.add_argument("command", nargs="?", choices=("build", "check"), default="build")
    parser.add_argument("--records", type=Path, default=RECORDS, help="the folder of record files")
    parser.add_argument(
        "--database", type=Path, help="the file to build (default: APP_DATABASE, or cooperation.sqlite)"
    )
    parser.add_argument(
        "--texts", type=Path, help="the folder of source texts that `check` proves the quotes against"
    )
    options = parser.parse_args()
    if options.command == "check":
        return prove(options.records, options.texts)
    start, path = perf_counter(), options.database or Settings().database
    print(f"Building {path} …", flush=True)
    if faults := build(path, options.records):
        print(*faults, f"{len(faults)} faults; {path} is left as it was.", sep="\n", file=sys.stderr)
        return 1
    print(f"Built {path} in {perf_counter() - start:.1f} s.")
    return 0


def prove(folder: Path, texts: Path | None) -> int:
    records, faults = read(folder)
    if not faults:
        faults = check(records, load_texts(texts, records) if texts else None)
    if faults:
        print(*sorted(faults), f"{len(faults)} faults.", sep="\n", file=sys.stderr)
        return 1
    print(f"{len(records.entries)} records, no fault.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
