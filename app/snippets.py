"""A text with the words of a query marked."""

from html import escape

from app.search import Text
from app.spelling import Word, words

LENGTH = 240
"""How many characters of a long text are shown, from the word on that is marked first."""


def snippet(text: str, query: Text) -> str:
    """The text, or the part of it with the first mark; HTML-escaped but for <mark>."""
    found = [word for word in words(text) if query.words and query.marks(word)]
    start, end = window(text, found)
    pieces, at = ["…" if start else ""], start
    for word in found:
        if start <= word.start and word.end <= end:
            pieces += [escape(text[at : word.start]), f"<mark>{escape(text[word.start : word.end])}</mark>"]
            at = word.end
    return "".join([*pieces, escape(text[at:end]), "…" if end < len(text) else ""])


def window(text: str, found: list[Word]) -> tuple[int, int]:
    """Where the shown part starts and ends: between words, a little before the first mark."""
    if len(text) <= LENGTH:
        return 0, len(text)
    first = found[0].start if found else 0
    start = max(0, min(first - 60, len(text) - LENGTH))
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = text.find(" ", start + LENGTH)
    return start, len(text) if end < 0 else end
