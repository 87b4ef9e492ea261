"""Where Python code hands SQL to a database, and whether what it hands over could have been made from a text that it was given."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TEXTS = {"text", "literal_column", "TextClause", "DDL", "SQL"}
"""Functions of SQLAlchemy and psycopg that take a text for SQL."""
METHODS = {
    *("execute", "executemany", "executescript", "exec_driver_sql", "scalar", "scalars", "stream"),
    *("send_query", "send_query_params", "send_prepare"),
    *("copy", "prefix_with", "suffix_with", "with_hint", "with_statement_hint", "op", "bool_op"),
}
"""Methods that take a statement or a piece of one, some of them as a text."""
MAKERS = {
    "format",
    "format_map",
    "join",
    "replace",
    "str",
    "repr",
    "decode",
    "encode",
    "removeprefix",
    "sub",
    "Template",
    "substitute",
}
"""What makes texts from texts."""
BUILT = {"Select", "Insert", "Delete", "ClauseElement", "Executable"}
"""Types of statements that are no texts."""
LIBRARIES = ("sqlalchemy", "sqlmodel", "psycopg")
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Door(NamedTuple):
    """A place at which SQL is handed over that is not seen to be fixed."""

    where: str
    """The function, or the module where it is in none."""
    code: str


def doors(path: Path) -> Iterator[Door]:
    """Every such place of a module."""
    yield from Module(ast.parse(path.read_text(encoding="utf-8"))).doors()


class Module:
    """A parsed module."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        taken = [
            (alias.asname or alias.name.partition(".")[0], alias.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
            if (getattr(node, "module", None) or alias.name).startswith(LIBRARIES)
        ]
        self.texts = {own for own, name in taken if name in TEXTS}
        self.libraries = {own for own, _ in taken}

    def doors(self) -> Iterator[Door]:
        inside: set[ast.AST] = set()
        functions = [node for node in ast.walk(self.tree) if isinstance(node, Function)]
        for function in sorted(functions, key=lambda node: -node.lineno):  # the innermost first
            own = [node for node in ast.walk(function) if node not in inside]
            inside |= set(own)
            yield from self.within(own, function)
        yield from self.within([node for node in ast.walk(self.tree) if node not in inside], None)

    def within(self, nodes: list[ast.AST], function: Function | None) -> Iterator[Door]:
        called = {node.func for node in nodes if isinstance(node, ast.Call)}
        where = function.name if function else ""
        for node in nodes:
            if isinstance(node, ast.Name) and node.id in self.texts and node not in called:
                if isinstance(node.ctx, ast.Load):
                    yield Door(where, ast.unparse(node))  # handed on, as to map
            elif isinstance(node, ast.Call):
                method = isinstance(node.func, ast.Attribute) and node.func.attr in METHODS
                fixed = node.args and self.fixed(node.args[0], function, method)
                if (method or self.takes_text(node.func)) and not fixed:
                    yield Door(where, ast.unparse(node))

    def takes_text(self, function: ast.expr) -> bool:
        match function:
            case ast.Name(id=name):
                return name in self.texts
            case ast.Attribute(value=ast.Name(id=library), attr=name):
                return library in self.libraries and name in TEXTS
        return False

    def fixed(self, node: ast.AST, function: Function | None, statement: bool, depth: int = 8) -> bool:
        """Whether it is a text of the program itself or, for a statement, something that is built and no text."""
        if depth == 0:
            return False
        match node:
            case ast.Constant():
                return True
            case ast.JoinedStr(values=some):
                return all(self.fixed(part, function, False, depth - 1) for part in some)
            case ast.Tuple(elts=some) | ast.List(elts=some) | ast.BoolOp(values=some):
                return all(self.fixed(part, function, statement, depth - 1) for part in some)
            case ast.FormattedValue(value=value):
                return self.fixed(value, function, False, depth - 1)
            case ast.BinOp(left=left, right=right):
                return self.fixed(left, function, False, depth - 1) and self.fixed(
                    right, function, False, depth - 1
                )
            case ast.IfExp(body=body, orelse=other):
                return all(self.fixed(part, function, statement, depth - 1) for part in (body, other))
            case ast.Call(func=ast.Attribute(value=ast.Call(func=composed), attr="format")) if statement:
                return self.takes_text(composed)  # psycopg's own, which quotes what it puts in
            case ast.Call(func=called):
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                return statement and (name not in MAKERS or self.built(node))
            case ast.Name(id=name):
                values = list(self.values(name, function))
                return bool(values) and all(
                    self.fixed(value, function, statement, depth - 1) for value in values
                )
            case ast.arg(annotation=ast.expr() as type_):
                return statement and bool(
                    BUILT & {part.id for part in ast.walk(type_) if isinstance(part, ast.Name)}
                )
        return False

    def built(self, node: ast.AST) -> bool:
        """Whether a chain of calls begins with a function of a library, as `select(…).join(…)` does and `", ".join(…)` not."""
        while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        return (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.libraries
        )

    def values(self, name: str, function: Function | None) -> Iterator[ast.AST]:
        """All that a name can stand for in a function, or else in the module."""
        for scope in (function, self.tree):
            found = list(assigned(scope, name)) if scope else []
            yield from found
            if found:
                return


def assigned(scope: ast.AST, name: str) -> Iterator[ast.AST]:
    """What a name is set to within a scope; a parameter counts as itself, of which nothing is known."""
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Name) and target.id == name:
                        yield value
                    elif name in {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}:
                        yield target
            case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value) if found == name:
                yield value
            case ast.AugAssign(target=ast.Name(id=found), value=value) if found == name:
                yield value
            case ast.NamedExpr(target=ast.Name(id=found), value=value) if found == name:
                yield value
            case ast.For(target=target, iter=each) | ast.comprehension(target=target, iter=each):
                if name in {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}:
                    yield each if isinstance(target, ast.Name) else target
            case ast.arg(arg=found) if found == name:
                yield node
