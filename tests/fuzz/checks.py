"""What schemathesis is told of this API: which ids there are, what a schema cannot say, and what it would not look for."""

import os
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.openapi.checks import RejectedPositiveData

from app.listings import LISTINGS
from app.timeline import TIMELINE
from app.vocabularies import RecordType

UNSAID = re.compile(
    r"the calendar has no"
    r"|the range would end before it starts"
    r"|it goes with `"
    r"|gives the whole list"
    r"|is given twice"
    r"|holds a NUL character"
    r"|The cursor was not made by this API for this query"
)
"""Why what fits the schema may still be refused: what goes together is not a matter of form."""
ALONE = ("limit", "cursor", "facet")
"""What a format that gives the whole list does not go with."""
COUNTRIES = ["AQ", "UA"]
SOME = 14
"""How many ids of each type are enough."""
PAGED = ("json", "html", None)


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:  # noqa: ARG001
    """A filter takes the ids that there are, and no others: what the document cannot list, a client finds out."""
    with httpx2.Client(base_url=os.environ["FUZZ_SERVER"]) as client:
        ids = {
            type_: [row["id"] for row in client.get(listing.path, params={"limit": SOME}).json()["items"]]
            for type_, listing in LISTINGS.items()
        }
        listed = {
            (listing.path, name): list(
                client.get(listing.path, params={"facet": name}).json()["facets"][name]
            )
            for listing in LISTINGS.values()
            for name in listing.listed
        }
    for listing in (*LISTINGS.values(), TIMELINE):
        for parameter in raw_schema["paths"][listing.path]["get"]["parameters"]:
            name, filter_ = parameter["name"], listing.filters.get(parameter["name"])
            known = [id_ for type_ in filter_.refs for id_ in ids[type_]] if filter_ else []
            known = known or listed.get((listing.path, name), []) or COUNTRIES * (name == "country_code")
            if known:
                parameter["schema"]["items"] = {"type": "string", "enum": known}
    (center,) = (p for p in raw_schema["paths"]["/network"]["get"]["parameters"] if p["name"] == "center")
    center["schema"] = {"type": "string", "enum": ids[RecordType.ORGANIZATION]}


@schemathesis.hook
def map_case(context: Any, case: Any) -> Any:  # noqa: ARG001
    """Most good requests go without what would be refused whatever else they ask, a cursor that nobody gave out and a part
    of what is only given whole; and without filters where the answer is to be followed, so that it holds something."""
    query, size = case.query or {}, len(str(case.query))
    spared = ALONE if query.get("format") not in PAGED else ("cursor",)
    if case.meta.phase.name == "stateful" and size % 4:
        spared = tuple(query) if case.operation.path != "/search" else ()
    for name in spared * (case.meta.generation.mode.is_positive and size % 8 > 0):
        query.pop(name, None)
    return case


@schemathesis.hook
def filter_failure(context: Any, failure: Failure, case: Any, response: Any) -> bool:  # noqa: ARG001
    """Keep every failure but two kinds that are none."""
    page = response.headers["content-type"][0].startswith("text/html")
    if isinstance(failure, RejectedPositiveData) and response.status_code == 400:
        faults = [] if page else [fault["detail"] for fault in response.json()["errors"]]
        return not all(UNSAID.search(detail) for detail in faults or [response.text])
    if isinstance(failure, AcceptedNegativeData) and case.operation.path == "/search":
        return not page or bool(case.query.get("q"))  # a page for no search is the form to search with
    return True


@schemathesis.check
def unknown_parameters_are_refused(ctx: Any, response: Any, case: Any) -> None:  # noqa: ARG001
    """What the document does not have is never ignored."""
    declared = {parameter.name for parameter in case.operation.query}
    asked = dict(parse_qsl(urlsplit(response.request.url).query, keep_blank_values=True))
    assert response.status_code >= 400 or asked.keys() <= declared, f"{asked.keys() - declared} ignored"
