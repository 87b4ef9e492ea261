"""A link between records says that it is stated only where the person, the post and the role in it are stated."""

from typing import Any

import pytest

from tests.conftest import World, serve
from tests.world import CITED, OUTSIDE, meeting, organization, record

GUESS = {**CITED, "basis": "inferred", "how": "By the sentence before."}


@pytest.mark.parametrize(
    ("extra", "basis", "how"),
    [
        ([], "stated", None),
        ([{**CITED, "field": "post"}], "stated", None),
        ([{**GUESS, "field": "post"}], "inferred", GUESS["how"]),
        ([{**GUESS, "field": "person"}], "inferred", GUESS["how"]),
        ([{**GUESS, "field": "post"}, {**OUTSIDE, "field": "person"}], "outside", OUTSIDE["how"]),
    ],
)
def test_a_participation(world: World, extra: list[Any], basis: str, how: str | None) -> None:
    part = {"organization": "club", "person": "ann", "role": "participant", "post": "staff"}
    path = world(
        organizations=[organization("club")],
        people=[record("ann")],
        meetings=[meeting("talk", participants=[{**part, "evidence": [CITED, *extra]}])],
    )
    with serve(path) as client:
        [listed] = client.get("/meetings").json()["items"][0]["participants"]["items"][0]["links"]
        [detailed] = client.get("/meetings/talk").json()["participants"]["items"][0]["links"]
    assert listed["basis"] == detailed["basis"] == basis
    assert detailed["how"] == how


def test_a_date_of_a_membership_has_a_basis_of_its_own(world: World) -> None:
    evidence = [CITED, {**GUESS, "field": "start"}]
    link = {"organization": "club", "role": "member", "start": "2004", "evidence": evidence}
    path = world(organizations=[organization("club"), organization("state", memberships=[link])])
    with serve(path) as client:
        [link] = client.get("/organizations/state").json()["memberships"]["items"][0]["links"]
    assert (link["basis"], link["start"]["basis"]) == ("stated", "inferred")
