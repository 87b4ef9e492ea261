"""`python -m tests.bench`: the product, its limit and its peers in one run, into the README. `python -m tests.bench scale`: 1,000 records and many."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench import report
from tests.bench.compare import compare
from tests.bench.scale import scale

README = Path(__file__).parents[2] / "README.md"
PLACES = {"compare": "bench", "scale": "scale"}
"""The names of the marks in the README."""


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument("command", nargs="?", choices=("compare", "scale"), default="compare")
    parser.add_argument("--seconds", type=int, default=1, help="how long a run lasts (default: %(default)s)")
    parser.add_argument(
        "--rounds", type=int, default=5, help="how many runs a cell has (default: %(default)s)"
    )
    parser.add_argument("--meetings", type=int, help="how many synthetic meetings there are")
    parser.add_argument("--quick", action="store_true", help="one short round, to see that it works")
    parser.add_argument("--print", action="store_true", help="leave README.md as it is, as --quick does")
    parser.add_argument("--folder", type=Path, help="where databases are kept for the next run")
    options = parser.parse_args()
    if options.command == "compare" and not shutil.which("wrk"):
        print("wrk is not installed, and nothing is measured without it.", file=sys.stderr)
        return 0 if options.quick else 1
    if options.quick:
        options.seconds, options.rounds = 1, 1
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder = (options.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        if options.command == "scale":
            text = scale(folder, options.meetings or 1_000_000, 200 if options.quick else 2000)
        else:
            meetings = options.meetings or (300 if options.quick else 8000)
            text = compare(folder, meetings, options.seconds, options.rounds, options.quick)
    print(text)
    if not (options.quick or options.print) and (
        fault := report.write(README, text, PLACES[options.command])
    ):
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
