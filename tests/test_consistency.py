"""Whatever is asked of a list, its answers agree with each other: totals, facets, sorts, pages, GET and HEAD."""

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api import LISTS, parameters, rows, sorts
from tests.direct import Direct

SETTINGS = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
Query = dict[str, Any]


def queries(path: str, known: dict[str, list[str]]) -> st.SearchStrategy[Query]:
    """Combinations of a few filters, with values that some record has."""
    values: dict[str, st.SearchStrategy[Any]] = {
        name: st.lists(st.sampled_from(found), min_size=1, max_size=3, unique=True)
        for name, found in known.items()
    }
    dates = {"date_from": st.just("2003-06"), "date_to": st.just("2015"), "on": st.just("2004")}
    values |= {name: strategy for name, strategy in dates.items() if name in parameters(path)}
    names = st.lists(st.sampled_from(sorted(values)), max_size=3, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: values[name] for name in chosen}))


def counted(direct: Direct, path: str) -> dict[str, dict[str, int]]:
    """Every facet of a list with the values that it counts."""
    names = parameters(path)["facet"]["schema"]["items"]["enum"]
    facets: dict[str, dict[str, int]] = {}
    for name in names:
        facets |= direct.get(path, limit=0, facet=name)["facets"]
    return facets


@pytest.mark.parametrize("path", LISTS)
def test_each_value_of_a_facet_is_the_total_of_its_filter(direct: Direct, path: str) -> None:
    for name, counts in counted(direct, path).items():
        total = direct.get(path, limit=0)["total"]
        assert sum(counts.values()) >= total, name
        for value, count in list(counts.items())[:40]:
            if value != "null":
                query = urlencode({name: value, "limit": 0})
                assert direct.get(f"{path}?{query}")["total"] == count, (name, value)


@pytest.mark.parametrize("path", LISTS)
def test_any_query_agrees_with_itself(direct: Direct, path: str) -> None:
    known = {
        name: [value for value in counts if value != "null"][:30]
        for name, counts in counted(direct, path).items()
    }
    known = {name: values for name, values in known.items() if values}

    @SETTINGS
    @given(data=st.data())
    def agrees(data: st.DataObject) -> None:
        query = data.draw(queries(path, known))
        key = data.draw(st.sampled_from(sorts(path)))
        url = f"{path}?{urlencode(query | {'sort': key, 'limit': 100}, doseq=True)}"
        page, listed = direct.get(url), rows(direct.get, url)
        ids = [row["id"] for row in listed]
        assert page["total"] == len(ids) == len(set(ids))
        assert page["total"] == direct.get(path, **query, limit=0)["total"]
        for name in query:
            if len(query[name]) > 1 and isinstance(query[name], list):
                narrower = [
                    direct.get(path, **(query | {name: [value]}), limit=0)["total"] for value in query[name]
                ]
                assert max(narrower) <= page["total"] <= sum(narrower)
            wider = {other: values for other, values in query.items() if other != name}
            assert direct.get(path, **wider, limit=0)["total"] >= page["total"]
        if key.lstrip("-") in ("name", "id"):
            reverse = key.removeprefix("-") if key.startswith("-") else f"-{key}"
            mirrored = f"{path}?{urlencode(query | {'sort': reverse, 'limit': 100}, doseq=True)}"
            assert [row["id"] for row in rows(direct.get, mirrored)] == ids[::-1]
        head, got = direct.request(url, "HEAD"), direct.request(url)
        assert (head.status, head.content) == (got.status, b"")
        assert {k: v for k, v in head.headers.items() if k != "x-request-id"} == {
            k: v for k, v in got.headers.items() if k != "x-request-id"
        }

    agrees()
