"""How much two texts are alike, letter by letter; imported when something is first misspelt."""

from collections.abc import Sequence

from rapidfuzz.distance import OSA, Indel
from rapidfuzz.process import extract, extractOne


def compared(asked: str, name: str) -> tuple[float, float]:
    """How like the words of a query are to those of a name, and how like the whole."""
    wanted, own = asked.split(), name.split()
    likeness = sum(max(alike(word, other) for other in own) for word in wanted) / len(wanted) if own else 0.0
    return round(likeness, 4), round(OSA.normalized_similarity(asked, name), 4)


def alike(word: str, other: str) -> float:
    """How like two words are: with one letter in four wrong, missing, too many or in the other's place."""
    allowed = max(1, len(word) // 4) if len(word) > 2 else 0
    wrong = OSA.distance(word, other, score_cutoff=allowed)
    return max(0.0, 1 - wrong / max(len(word), len(other))) if wrong <= allowed else 0.0


def nearest_ids(asked: str, ids: Sequence[str]) -> list[str]:
    """Up to three ids that hardly differ from one."""
    return [
        found[0] for found in extract(asked, ids, scorer=OSA.normalized_similarity, limit=3, score_cutoff=0.8)
    ]


def nearest(value: str, options: Sequence[str]) -> str | None:
    """The option that may have been meant by a value."""
    alike = Indel.normalized_similarity
    found = extractOne(value, options, scorer=alike, processor=str.lower, score_cutoff=0.6)
    return found[0] if found else None
