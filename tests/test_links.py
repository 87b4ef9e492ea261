"""What the document says can be asked next of an answer can be asked: every link leads to an answer."""

from typing import Any

import pytest

from tests.api import DOCUMENT, LISTS
from tests.direct import Direct

PATHS = {item["get"]["operationId"]: path for path, item in DOCUMENT["paths"].items()}


def links(path: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = DOCUMENT["paths"][path]["get"]["responses"]["200"]["links"]
    return found


def pointed(answer: Any, expression: str) -> str:
    """The value of a runtime expression."""
    for step in expression.removeprefix("$response.body#/").split("/"):
        answer = answer[int(step) if isinstance(answer, list) else step]
    return str(answer)


def follow(direct: Direct, link: dict[str, Any], answer: Any) -> Any:
    path = PATHS[link["operationId"]]
    given = {name: pointed(answer, value) for name, value in link["parameters"].items()}
    filled = path.format_map(given)
    return direct.get(filled, **{name: value for name, value in given.items() if f"{{{name}}}" not in path})


@pytest.mark.parametrize("path", LISTS)
def test_every_link_leads_to_an_answer(direct: Direct, path: str) -> None:
    page = direct.get(path)
    record = follow(direct, links(path)["first"], page)
    assert record["id"] == page["items"][0]["id"]
    for link in links(f"{path}/{{id}}").values():
        assert follow(direct, link, record)["total"] >= 0


def test_every_link_is_followed_by_some_record(direct: Direct) -> None:
    """Or it would promise what is never there."""
    empty = {(path, name) for path in LISTS for name in links(f"{path}/{{id}}")}
    for path in LISTS:
        for record in direct.get(path, limit=100)["items"]:
            for name, link in links(f"{path}/{{id}}").items():
                if (path, name) in empty and follow(direct, link, record)["total"]:
                    empty.discard((path, name))
    assert empty == set()
