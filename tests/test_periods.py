"""A period finds just the records that may lie in it, however long each of them lasts, page by page in either direction."""

from itertools import product

import pytest

from app.parameters import first_day, last_day
from seed.dates import bounds
from tests.conftest import World
from tests.direct import Direct
from tests.world import cited, meeting, organization

DATES = {
    "day": "2004-01-21",
    "same-day": "2004-01-21",
    "eve": "2003-12-31",
    "month": "2004-01",
    "season": "2003-11-20/2004-02-10",
    "year": "2003",
    "years": "2001/2006",
    "decades": "1975/2010",
    "centuries": "1800/2010",
    "since": "1999/..",
    "until": "../2004-01",
    "early-until": "../1990",
    "far": "2044-06",
    "old": "1801-05-05",
    "apart": "2004-01-21",
}
QUERIES = [
    {name: day for name, day in (("date_from", start), ("date_to", end)) if day}
    for start, end in (
        ("2004", None),
        (None, "2004"),
        ("2004", "2004"),
        ("2004-01-21", "2004-01-21"),
        ("2004-02-01", "2004-02"),
        ("1500", "1700"),
        ("0001", None),
        (None, "9999"),
        ("2050", None),
    )
]


@pytest.fixture
def direct(world: World) -> Direct:
    """Meetings of one organization, which is in every second of them twice, and one that is not."""
    both = [cited(organization="both", role=role) for role in ("host", "participant")]
    records = [
        meeting(id_, date=date, participants=[] if id_ == "apart" else both[: 1 + number % 2])
        for number, (id_, date) in enumerate(DATES.items())
    ]
    records.append(meeting("undated", participants=both))
    return Direct.over(world(meetings=records, organizations=[organization("both")]))


def expected(query: dict[str, str], match: str) -> set[str]:
    """By comparing every record with the range."""
    first = first_day(query["date_from"]) if "date_from" in query else ""
    last = last_day(query["date_to"]) if "date_to" in query else "~"
    found = set()
    for id_, date in DATES.items():
        earliest, latest = bounds(date)
        assert earliest is not None
        assert latest is not None
        if match == "within":
            fits = earliest >= first and latest <= last
        else:
            fits = latest >= first and earliest <= last
        found |= {id_} if fits else set()
    return found - {"apart"} if "organization" in query else found


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({}, id="alone"),
        pytest.param({"kind": "conference"}, id="by a column"),
        pytest.param({"organization": "both"}, id="by a link"),
        pytest.param({"organization": "both", "kind": "conference", "status": "held"}, id="by all of them"),
    ],
)
def test_every_period(direct: Direct, more: dict[str, str]) -> None:
    sizes = set()
    with direct:
        for asked, match, sort in product(QUERIES, ("overlaps", "within"), ("date", "-date")):
            query = asked | more
            wanted = expected(query, match)
            whole = direct.get("/meetings", date_match=match, sort=sort, **query)
            ids = [item["id"] for item in whole["items"]]
            assert set(ids) == wanted, (query, match)
            assert whole["total"] == len(ids) == len(wanted)
            assert ids == in_order(ids, sort)
            assert walked(direct, query | {"date_match": match, "sort": sort}) == ids
            sizes.add(len(ids))
    assert {0, len(DATES) - ("organization" in more)} <= sizes


def in_order(ids: list[str], sort: str) -> list[str]:
    """By the first day, where it is known, and by the id."""
    down = sort.startswith("-")
    known = [(bounds(DATES[id_]).earliest, id_) for id_ in ids if not DATES[id_].startswith("..")]
    open_ = [id_ for id_ in ids if DATES[id_].startswith("..")]
    return [id_ for _, id_ in sorted(known, reverse=down)] + sorted(open_, reverse=down)


def walked(direct: Direct, query: dict[str, str]) -> list[str]:
    """The ids of every page to the end, which are those of every page back."""
    page = direct.get("/meetings", limit="2", **query)
    pages = [page]
    while page["next"]:
        page = direct.get(page["next"])
        pages.append(page)
    back = [page]
    while page["prev"]:
        page = direct.get(page["prev"])
        back.append(page)
    assert [p["items"] for p in back[::-1]] == [p["items"] for p in pages]
    return [item["id"] for page in pages for item in page["items"]]
