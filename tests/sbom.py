"""`python -m tests.sbom FILE`: a bill of materials names all that the lock does, in the same versions."""

import json
import sys
from pathlib import Path

from tests.test_supply_chain import LOCKED


def main(path: Path) -> int:
    document = json.loads(path.read_text())
    named = {one["name"].lower().replace("_", "-"): one["version"] for one in document["components"]}
    missing = {name: str(version) for name, version in LOCKED.items() if named.get(name) != str(version)}
    licences = sum("licenses" in component for component in document["components"])
    print(
        f"{document['bomFormat']} {document['specVersion']}: {len(named)} components, {licences} with a licence"
    )
    if missing:
        print(f"not in it, or in another version: {missing}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
