"""The templates, with what all of them know."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from app.listings import LISTINGS
from app.site import records, words

if TYPE_CHECKING:
    from jinja2 import Environment

ROOT = Path(__file__).parents[1]
FILES = sorted([*(ROOT / "templates").glob("*.html"), *(ROOT / "static").glob("site.*")])
TAG = sha256(b"".join(path.read_bytes() for path in FILES)).hexdigest()[:8]
"""Changes whenever the look of a page may."""
TYPES = {listing.path: type_ for type_, listing in LISTINGS.items()}


def draw(template: str, shown: Mapping[str, Any]) -> str:
    """A page."""
    return environment().get_template(f"{template}.html").render(shown)


@cache
def environment() -> "Environment":
    """Made when the first page is drawn."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

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
