"""`python -m seed`: build the database. `python -m seed check`: prove the records."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from app.downloads import SQLITE
from app.settings import Settings
from seed import coverage as covered
from seed.build import FAILURES, build
from seed.check import check
from seed.coverage import FILE, Covered, coverage, stale, text_of
from seed.read import Fault, read
from seed.report import printed
from seed.texts import load_texts
from seed.version import RECORDS


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
        "--database-url", help="load what is built into this PostgreSQL database: postgresql://…"
    )
    parser.add_argument(
        "--texts", type=Path, help="the folder of source texts that `check` proves the quotes against"
    )
    parser.add_argument(
        "--write", action="store_true", help="write what `check --texts` measured to coverage.yaml"
    )
    options = parser.parse_args()
    if options.command == "check":
        if options.write and options.texts is None:
            parser.error("--write needs --texts")
        return prove(options.records, options.texts, options.write)
    if options.database_url and not options.database:
        with TemporaryDirectory() as folder:
            return fill(Path(folder) / SQLITE, options.records, options.database_url)
    return fill(options.database or Settings().database, options.records, options.database_url)


def fill(path: Path, records: Path, url: str | None) -> int:
    """Build a file, and load it where it is to be loaded."""
    start = perf_counter()
    print(f"Building {path} …", flush=True)
    try:
        faults = build(path, records)
    except FAILURES as error:
        print(f"It cannot be built: {str(error).splitlines()[0]}; {path} is left as it was.", file=sys.stderr)
        return 1
    if faults:
        print(*faults, f"{len(faults)} faults; {path} is left as it was.", sep="\n", file=sys.stderr)
        return 1
    print(f"Built {path} in {perf_counter() - start:.1f} s.", flush=True)
    if url:
        from seed.postgres import load  # its driver is installed where it is asked for

        print(f"Loaded it as {load(path, url)} in {perf_counter() - start:.1f} s.")
    return 0


def prove(folder: Path, texts: Path | None, write: bool) -> int:
    records, faults = read(folder)
    measured: list[Covered] = []
    if not records.complete:
        return report(faults)
    if texts is None:
        measured, wrong = covered.load(folder, records)
        faults += [*check(records), *wrong]
    else:
        captured, wrong = load_texts(texts, records)
        measured, uncited = coverage(records, captured)
        faults += [*check(records, captured), *wrong, *([] if records.unread else uncited)]
        if write and not faults:
            (folder / FILE).write_text(text_of(measured), encoding="utf-8")
        faults = faults or stale(folder, measured)
    print(printed(records, measured), flush=True)
    return report(faults, f"{len(records.entries)} records, no fault.")


def report(faults: list[Fault], good: str = "") -> int:
    if faults:
        print(*sorted(set(faults)), f"{len(set(faults))} faults.", sep="\n", file=sys.stderr)
        return 1
    print(good)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
