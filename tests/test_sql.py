"""No SQL is ever built from a text: what goes to a database is written in the program, or built of tables and bound values."""

import ast
from pathlib import Path

import pytest

from tests.running import ROOT
from tests.sql import Door, Module, doors

KNOWN = {
    "app/connections.py prepare: self.pgconn.send_prepare(name, sql.encode())": "compiled of a clause, in app.database",
    "app/fulltext.py index_of: literal_column(indexed.table.name)": "the name of a table of app.models",
    "app/listings.py dates: literal_column(ascending)": "over a column of app.models, when it is imported",
    "app/listings.py dates: literal_column(descending)": "over a column of app.models, when it is imported",
    "app/models.py dated: literal_column": "over columns of app.models, when it is imported",
    "app/postgres.py told_by: connection.execute(sql, [constants[name] for name in names])": "compiled of a clause, in app.database",
    "app/sqlite.py rows: self.connection.execute(sql, parameters)": "compiled of a clause, in app.database",
    "seed/postgres.py finish: server.execute(key)": "the primary key of a table of app.models",
    "seed/render.py render: connection.exec_driver_sql(STORE, [(row, id_) for row, _, id_ in texts])": "compiled of a clause, there",
    "seed/rows.py mappings: connection.execute(statement)": "a clause, of whichever type",
    "seed/rows.py store_values: connection.exec_driver_sql(insertion(table, columns)[0], rows)": "compiled of a clause, there",
    "seed/sets.py read: connection.execute(statement, given)": "a clause, of whichever type",
}
"""What is no constant to the eye, and why it is no text from outside all the same."""
SOURCES = sorted(path for folder in ("app", "seed") for path in (ROOT / folder).rglob("*.py"))


def found(source: str) -> list[Door]:
    return list(Module(ast.parse(source)).doors())


def test_every_statement_is_fixed_or_known_and_none_is_known_in_vain() -> None:
    open_ = {
        f"{path.relative_to(ROOT).as_posix()} {where}: {code}"
        for path in SOURCES
        for where, code in doors(path)
    }
    assert open_ == KNOWN.keys()


BAD = [
    'c.execute(f"SELECT {name}")',
    'c.execute("SELECT " + name)',
    'c.execute("SELECT %s" % name)',
    'c.execute("SELECT {}".format(name))',
    'c.execute("".join(names))',
    "c.execute(str(statement))",
    "c.execute(name)",
    "c.execute(query.text)",
    "c.execute(TEXTS[name])",
    "c.executescript(script)",
    "c.executemany(sql, rows)",
    "c.exec_driver_sql(sql)",
    "connection.pgconn.send_query(sql.encode())",
    'def f(name: str):\n    c.execute(f"DROP TABLE {name}")',
    "def f(statement):\n    c.execute(statement)",
    "def f(statement: str):\n    c.execute(statement)",
    'def f(name):\n    sql = "SELECT 1"\n    sql += name\n    c.execute(sql)',
    'def f(name):\n    sql = "SELECT 1" if name else name\n    c.execute(sql)',
    'def f(names):\n    for name in names:\n        c.execute(f"PRAGMA {name}")',
    "from sqlalchemy import text\nc.execute(text(name))",
    'from sqlalchemy import text\nc.execute(text(f"SELECT {name}"))',
    "from sqlalchemy import text as t\nc.execute(t(name))",
    "from sqlalchemy import literal_column\nselect(literal_column(name))",
    "from sqlalchemy import literal_column\nselect(*map(literal_column, names))",
    "from sqlalchemy import DDL\nDDL(name)",
    "import sqlalchemy\nsqlalchemy.text(name)",
    "import sqlalchemy as sa\nsa.literal_column(name)",
    "from psycopg import sql\ncursor.execute(sql.SQL(name).format(x))",
    'column.op(f"{sign}")(other)',
    "select(x).prefix_with(hint)",
]
GOOD = [
    'c.execute("SELECT 1")',
    'c.execute("SELECT " "1", values)',
    'SQL = "SELECT 1"\nc.execute(SQL)',
    'for name in ("a", "b"):\n    c.execute(f"PRAGMA {name}")',
    "c.execute(select(table).where(table.c.id == name))",
    "def f(statement: Select[Any]):\n    c.execute(statement)",
    'from sqlalchemy import text\nc.execute(text("ANALYZE"))',
    'from psycopg import sql\ncursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(name)))',
    'column.op("MATCH")(name)',
    "page.text(name)",
    "from sqlalchemy import select\nc.execute(select(a).join(b))",
]


@pytest.mark.parametrize("source", BAD)
def test_a_statement_built_from_a_text_is_found(source: str) -> None:
    assert found(source)


@pytest.mark.parametrize("source", GOOD)
def test_a_statement_that_is_fixed_is_let_be(source: str) -> None:
    assert found(source) == []


def test_a_violation_in_the_product_is_found(tmp_path: Path) -> None:
    """The statement of a module, made to take a text."""
    path = tmp_path / "queries.py"
    path.write_text(
        (ROOT / "app" / "starting.py").read_text().replace('"SELECT version FROM dataset"', "table")
    )
    assert [door.code for door in doors(path)] == ["connection.execute(table)"]
