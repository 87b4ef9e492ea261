"""What a researcher, journalist or student asks of the texts is answered by one request, exactly as the texts do."""

from collections import Counter
from typing import Any, get_args

import pytest

from tests.api import LISTS
from tests.conftest import Get
from tests.questions import areas, documents, looking, meetings, missing, operations, people, statements
from tests.questions.asking import Kind, Question, taken

QUESTIONS = [
    Question(*row)
    for theme in (people, meetings, operations, documents, areas, statements, looking, missing)
    for row in theme.QUESTIONS
]


@pytest.mark.parametrize("asked", QUESTIONS, ids=[question.question for question in QUESTIONS])
def test_the_answer_is_that_of_the_texts(get: Get, asked: Question) -> None:
    answer = get(asked.request)
    found = taken(answer, asked.take)
    assert whole(answer, asked.take)
    if isinstance(asked.expected, set):
        assert set(found) == asked.expected
        assert len(found) == len(asked.expected)
    else:
        assert found == asked.expected


def whole(answer: dict[str, Any], take: str) -> bool:
    """Whether nothing of what was taken stands on another page, or beyond the first of a related list."""
    first = answer.get(take.partition(".")[0].partition("[")[0].partition(":")[0])
    if isinstance(first, dict) and "items" in first:
        return bool(len(first["items"]) == first["total"])
    return not take.startswith("items") or (answer["next"] is None and answer["prev"] is None)


def test_the_questions_are_many_and_of_every_kind() -> None:
    assert len(QUESTIONS) >= 110
    kinds = Counter(question.kind for question in QUESTIONS)
    assert set(kinds) == set(get_args(Kind))
    assert min(kinds.values()) >= 2


def test_no_question_stands_twice() -> None:
    for same in (lambda asked: asked.question, lambda asked: (asked.request, asked.take)):
        assert [key for key, count in Counter(map(same, QUESTIONS)).items() if count > 1] == []


def test_every_list_is_asked() -> None:
    asked = {"/" + question.request.split("?")[0].split("/")[1] for question in QUESTIONS}
    assert {*LISTS, "/timeline", "/network", "/search", "/dataset", "/vocabularies"} - asked == set()


def test_what_is_not_there_is_told_apart() -> None:
    """A fact that no text gives has a note with the reason; a list of none is empty."""
    for asked in QUESTIONS:
        if asked.kind == "none":
            assert asked.expected in ([], 0), asked.question
        else:
            assert asked.expected not in ([], set(), 0, None), asked.question
        if asked.kind == "not stated":
            assert "notes" in asked.take or "not_stated" in repr(asked.expected), asked.question
