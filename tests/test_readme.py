"""What the README says is so: its commands, its questions with their answers, its settings."""

import re
from pathlib import Path

import jq
import pytest
from starlette.testclient import TestClient

from app.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
QUESTION = re.compile(
    r"^    \$ curl -s '127\.0\.0\.1:8000(?P<path>[^']+)' \| jq -r '(?P<filter>[^']+)'\n(?P<answer>(?:    .+\n)+)",
    re.MULTILINE,
)
QUESTIONS = [match.groupdict() for match in QUESTION.finditer(README)]


def test_there_are_five_questions() -> None:
    assert len(QUESTIONS) == README.count("$ curl") >= 5


@pytest.mark.parametrize("question", QUESTIONS, ids=[question["path"] for question in QUESTIONS])
def test_a_question_has_the_answer_that_is_shown(client: TestClient, question: dict[str, str]) -> None:
    response = client.get(question["path"])
    assert response.status_code == 200
    answer = jq.compile(question["filter"]).input_value(response.json()).all()
    assert answer == [line.strip() for line in question["answer"].splitlines()]


def test_every_setting_is_explained() -> None:
    for name in Settings.model_fields:
        assert f"`APP_{name.upper()}`" in README


def test_the_two_commands_are_those_that_ci_and_the_container_rely_on() -> None:
    assert "python -m pip install -e . && python -m app" in README
    assert "python -m pip install -e '.[test]' && python -m pytest" in README


def test_every_file_that_it_names_is_there() -> None:
    for name in re.findall(r"\b((?:app|seed|tests)/[a-z_/]+(?:\.[a-z]+)?)", README):
        assert (ROOT / name).exists(), name
