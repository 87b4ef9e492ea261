"""What one database does in another way than the next: full text, compiled for each of them.

The folding of words is done before an index sees a text, and is the same for all. SQLite has FTS5 and ranks by bm25;
PostgreSQL has tsvector, ranks by ts_rank and compares misspelt names by pg_trgm.
"""

from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    REAL,
    BigInteger,
    Cast,
    ColumnElement,
    Float,
    Integer,
    TableClause,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NULLTYPE

WEIGHTS = {"name": 10000.0, "alias": 1000.0, "summary": 3.0, "evidence": 1.0}
"""So far apart that bm25 is all but exhausted by one word in a name: no text however short outranks it."""
LABELS = dict(zip(WEIGHTS, "ABCD", strict=True))
"""The same fields as PostgreSQL calls them."""
SCALE = 1_000_000_000_000
"""Steps of a rank in 1: bm25 gives a word that half of all records have no more than a millionth."""
SHORTER_FIRST = 1
"""Tells ts_rank to divide by the logarithm of a document's length, as bm25 does in its own way."""


def index(name: str, *columns: str) -> TableClause:
    """A table of the full text, or of the parts of names; its rows have the numbers of what they index."""
    return table(name, *map(column, ("rowid", *columns)))


RECORDS = index("search_record", "words")
FACTS = index("search_fact", "words")
NAMES = index("search_name_part", "parts", "name")


class Matches(FunctionElement[Any]):
    """That an indexed column has what a query asks for: `Matches(column, query)`."""

    type = NULLTYPE  # a Boolean would be written as `… = 1`, which FTS5 does not take
    inherit_cache = True


class Rank(FunctionElement[int]):
    """How well a matching document does, in whole numbers, the best first: `Rank(column, query)`."""

    type = BigInteger()
    inherit_cache = True


class Unlike(FunctionElement[float]):
    """How unlike a matching name is, the most like first: `Unlike(column, name)`."""

    type = Float()
    inherit_cache = True


class Among(FunctionElement[Any]):
    """That a column has one of some numbers, which are given as a JSON array: `Among(column, numbers)`."""

    type = NULLTYPE
    inherit_cache = True


def index_of(element: FunctionElement[Any]) -> Any:
    """FTS5 calls the whole index by the name of its table."""
    indexed: Any = next(iter(element.clauses))
    return literal_column(indexed.table.name)


@compiles(Matches, "sqlite")
def _fts5_matches(element: Matches, compiler: SQLCompiler, **options: Any) -> str:
    _, query = element.clauses
    return compiler.process(index_of(element).op("MATCH")(query), **options)


@compiles(Rank, "sqlite")
def _fts5_rank(element: Rank, compiler: SQLCompiler, **options: Any) -> str:
    score = func.bm25(index_of(element), *WEIGHTS.values())
    return compiler.process(cast(func.round(score * SCALE), Integer), **options)


@compiles(Unlike, "sqlite")
def _fts5_unlike(element: Unlike, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(func.bm25(index_of(element)), **options)


def tsquery(element: ColumnElement[Any]) -> Cast[Any]:
    """Imported here, because who serves a file does without the other database's dialect."""
    from sqlalchemy.dialects.postgresql import TSQUERY

    return cast(element, TSQUERY)


@compiles(Among, "sqlite")
def _listed_in_json(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    number, numbers = element.clauses
    listed = func.json_each(numbers).table_valued("value")
    return compiler.process(number.in_(select(listed.c.value)), **options)


@compiles(Among, "postgresql")
def _elements_of_json(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    number, numbers = element.clauses
    listed = func.json_array_elements_text(cast(numbers, JSON)).table_valued("value")
    return compiler.process(number.in_(select(cast(listed.c.value, BigInteger))), **options)


@compiles(Matches, "postgresql")
def _tsvector_matches(element: Matches, compiler: SQLCompiler, **options: Any) -> str:
    words, query = element.clauses
    return compiler.process(words.op("@@")(tsquery(query)), **options)


@compiles(Rank, "postgresql")
def _tsvector_rank(element: Rank, compiler: SQLCompiler, **options: Any) -> str:
    words, query = element.clauses
    most = max(WEIGHTS.values())
    weights = ",".join(str(weight / most) for weight in reversed(WEIGHTS.values()))
    score = func.ts_rank(cast(weights.join("{}"), ARRAY(REAL)), words, tsquery(query), SHORTER_FIRST)
    return compiler.process(cast(func.round(-score * SCALE), BigInteger), **options)


@compiles(Unlike, "postgresql")
def _trigrams_unlike(element: Unlike, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(-func.similarity(*element.clauses), **options)
