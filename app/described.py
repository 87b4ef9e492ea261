"""Models whose fields are described by the docstrings under them, read when a schema or a description is asked for.

Pydantic's own `use_attribute_docstrings` reads the source file again for every class, and for each parametrised
generic it looks through the whole stack: half of all the time that a start would take.
"""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema


class Described(BaseModel):
    """Built when first used, like the descriptions of its fields."""

    model_config = ConfigDict(defer_build=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        fields(cls)
        return handler(source)


def fields(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """The fields of a model, with their descriptions."""
    for name, field in model.model_fields.items():
        if field.description is None:
            field.description = docstring(model, name)
    return model.model_fields


def docstring(model: type[BaseModel], name: str) -> str | None:
    """What stands under a field where it was declared last."""
    found = (docstrings(base.__module__).get((base.__qualname__, name)) for base in model.__mro__)
    return next((text for text in found if text is not None), None)


@cache
def docstrings(module: str) -> Mapping[tuple[str, str], str]:
    """The docstrings under the fields of all classes of a module, by class and field."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (OSError, TypeError):
        return {}
    return dict(entry for node in tree.body if isinstance(node, ast.ClassDef) for entry in under_fields(node))


def under_fields(node: ast.ClassDef) -> Iterator[tuple[tuple[str, str], str]]:
    for field, below in pairwise(node.body):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield (node.name, name), inspect.cleandoc(text)
