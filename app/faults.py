"""What is wrong with a request, in our words: each fault named once, nothing repeated back at length, and never too many."""

import re
from collections.abc import Iterable
from typing import Any

from app import problems
from app.countries import COUNTRIES
from app.problems import MOST, ApiError, ProblemError, Type

CODE, DAY = r"^[A-Z]{2}$", r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
FORMS = {
    CODE: "give two capital letters, such as DE",
    DAY: "give a year, a month or a day, such as 2014, 2014-11 or 2014-11-12",
}
"""What a pattern demands, in words."""
REASONS = {
    "string_too_short": "it is empty",
    "string_too_long": "it has more than {max_length} characters",
    "greater_than_equal": "it is less than {ge}",
    "less_than_equal": "it is more than {le}",
    "enum": "it is none of the allowed values",
    "literal_error": "it is none of the allowed values",
}
"""What Pydantic finds, by its name for it."""
TOO_MANY = "takes at most {max_length} values and was given {actual_length}"
LENGTH = 80
"""How many characters of what was given are said again."""
SAID = 5
"""How many faults of a request its `detail` tells."""


def shown(text: str) -> str:
    """What was given, as a detail says it."""
    return repr(text if len(text) <= LENGTH else f"{text[:LENGTH]}…")


def suggest(value: str, allowed: Iterable[str]) -> str | None:
    """What may have been meant."""
    from app.likeness import nearest  # 4 MB and some time of the start

    return nearest(value[:LENGTH], list(allowed))


def fault(parameter: str | None, detail: str, allowed: Iterable[str] = (), value: str = "") -> ProblemError:
    options = list(allowed)
    return ProblemError(
        parameter=parameter, detail=detail, allowed=options[:MOST], suggestion=suggest(value, options)
    )


def refusal(type_: Type, faults: Iterable[ProblemError], unlisted: int = 0) -> ApiError:
    """A problem with each of its faults once, the first `MOST` of them."""
    each = list({(item.parameter, item.detail): item for item in faults}.values())
    said = [item.detail for item in each[:SAID]]
    if more := len(each) - len(said) + unlisted:
        said.append(f"And {more} more.")
    return ApiError(type_, " ".join(said), each[:MOST])


def unknown_parameters(names: list[str], allowed: list[str]) -> ApiError:
    listed, rest = names[:MOST], names[MOST:]
    faults = [fault(name, f"There is no parameter {shown(name)}.", allowed, name) for name in listed]
    return refusal(problems.UNKNOWN_PARAMETER, faults, len(rest))


def repeated_parameter(name: str, times: int) -> ApiError:
    detail = f"The parameter {name!r} takes one value and was given {times}."
    return refusal(problems.REPEATED_PARAMETER, [fault(name, detail)])


def invalid_values(faults: Iterable[ProblemError]) -> ApiError:
    return refusal(problems.INVALID_VALUE, faults)


def invalid(detail: Any) -> ProblemError:
    """What Pydantic says is wrong with a value, in our words."""
    name, value, kind = str(detail["loc"][0]), detail["input"], detail["type"]
    if kind == "missing":
        return fault(name, f"The parameter {name!r} is required.")
    if kind == "too_long":
        return fault(name, f"The parameter {name!r} {TOO_MANY.format(**detail['ctx'])}.")
    said = f"The parameter {name!r} cannot be {shown(str(value))}: {reason(detail)}."
    return fault(name, said, allowed(detail), str(value))


def reason(detail: Any) -> str:
    context = detail.get("ctx", {})
    if detail["type"] == "value_error":
        return str(context["error"])
    if detail["type"] == "string_pattern_mismatch":
        return FORMS[context["pattern"]]
    return REASONS[detail["type"]].format(**context)


def allowed(detail: Any) -> list[str]:
    """What would be right, where that is a list."""
    if detail["type"] in ("enum", "literal_error"):
        expected = detail["ctx"]["expected"]
        return re.findall(r"'([^']+)'", expected) or re.findall(r"\d+", expected)
    if detail["type"] == "string_pattern_mismatch":
        return [code for code in [detail["input"].upper()] if code in COUNTRIES]
    return []
