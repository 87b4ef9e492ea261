"""Stored text as the bytes that are sent: most of an answer is never decoded on its way from the database to the client."""

from typing import Any

from sqlalchemy import LargeBinary, cast, func, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class octets(FunctionElement[bytes]):
    """The UTF-8 of a text."""

    type = LargeBinary()
    inherit_cache = True


@compiles(octets)
def of_a_file(element: octets, compiler: SQLCompiler, **options: Any) -> str:
    (text,) = element.clauses
    return compiler.process(cast(text, LargeBinary), **options)


@compiles(octets, "postgresql")
def of_a_server(element: octets, compiler: SQLCompiler, **options: Any) -> str:
    (text,) = element.clauses
    return compiler.process(func.convert_to(text, literal_column("'UTF8'")), **options)
