"""The templates, with what all of them know."""

from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from app.listings import LISTINGS
from app.site import records, words

ROOT = Path(__file__).parents[1]
FILES = sorted([*(ROOT / "templates").glob("*.html"), *(ROOT / "static").glob("site.*")])
TAG = sha256(b"".join(path.read_bytes() for path in FILES)).hexdigest()[:8]
"""Changes whenever the look of a page may."""
TYPES = {listing.path: type_ for type_, listing in LISTINGS.items()}


def environment() -> Environment:
    found = Environment(
        loader=PackageLoader("app"),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "label": words.label,
        "plain": words.plain,
        "plural": words.plural,
        "meaning": words.meaning,
        "number": words.number,
        "date": words.date,
        "when": words.when,
        "host": words.host,
        "marked": Markup,
        "title": records.title,
    }
    found.globals |= {"tag": TAG, "types": TYPES, "plurals": words.PLURALS}
    return found


TEMPLATES = environment()
