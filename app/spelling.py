"""Words as they are compared: without case, diacritics and punctuation, and one form where English spells in two ways."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from unicodedata import combining, normalize

WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
ASCII_WORD = re.compile(r"[a-z0-9]+")
JOINED = {"co": ("operat", "ordinat"), "de": ("mining", "mined")}
"""Prefixes that some write with a hyphen, and the beginnings of what follows them."""
VARIANTS = [
    (re.compile(pattern), form)
    for pattern, form in (
        (r"(?<=[iy])z(?=$|[aei])", "s"),  # organization, analyze
        (r"^(def|off|lic|pret)ens", r"\1enc"),  # defense, and with it defensive
        (r"^practis", "practic"),
        (r"^programm(?:e(?=s?$))?", "program"),
        (r"^(cent|theat|fib|met|kilomet)(?:re|er|e$)(?=$|s|d)", r"\1r"),
        (r"^man(?:oe|e)uv(?:re|er)", "maneuvr"),
        (r"(lab|neighb|fav|hon|hum|behavi|col|harb|arm|endeav|rum|vig)or(?=$|s|e|i|h|a|l|o)", r"\1our"),
        (r"^(travel|cancel|label|model|counsel|signal|channel|fulfil|enrol|instal)l", r"\1"),
        (r"log(?:ue?)(?=s?$)", "log"),  # dialogue
        (r"dgement", "dgment"),
        (r"^skep", "scep"),
        (r"^gray", "grey"),
    )
]
"""Every form is so chosen that the beginning of either spelling still begins it."""


class Word(NamedTuple):
    """A word of a text as it is compared, and where it stands."""

    form: str
    start: int
    end: int


def plain(text: str) -> str:
    """A name as it sorts: lower case, without diacritics and punctuation."""
    bare = text.casefold()
    if not bare.isascii():
        bare = "".join(c for c in normalize("NFKD", bare) if not combining(c))
    return " ".join(re.findall(r"[^\W_]+", bare))


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", plain(text).encode("ascii", "ignore").decode()).strip("-")


def one_form(word: str) -> str:
    return word if word.isdigit() else spelled(word)


@lru_cache(maxsize=8192)
def spelled(word: str) -> str:
    for pattern, form in VARIANTS:
        word = pattern.sub(form, word)
    return word


def words(text: str) -> Iterator[Word]:
    """The words of a text in their order."""
    held: Word | None = None
    for found in WORD.finditer(text):
        for form in plain(found[0]).split():
            word = Word(form, *found.span())
            if held is not None and belongs(held.form, form):
                yield Word(one_form(held.form + form), held.start, word.end)
                held = None
                continue
            if held is not None:
                yield held
            held = word if form in JOINED else None
            if held is None:
                yield Word(one_form(form), word.start, word.end)
    if held is not None:
        yield held


def belongs(prefix: str, rest: str) -> bool:
    """Whether a prefix and what follows are one word, or the beginning of one."""
    return any(rest.startswith(stem) or stem.startswith(rest) for stem in JOINED[prefix])


def folded(text: str) -> str:
    """The words of a text, with a space between."""
    if text.isascii():  # as most texts are, and then words are plain but for the prefixes that may be joined
        forms = ASCII_WORD.findall(text.lower())
        if JOINED.keys().isdisjoint(forms):
            return " ".join(map(one_form, forms))
    return " ".join(word.form for word in words(text))
