"""From an answer to its page: which template, with what in it."""

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from fastapi import FastAPI
from markupsafe import Markup

from app import queries
from app.database import Compiled, Database, Row
from app.site import lists, records
from app.site.answers import Answer
from app.site.description import Description, Page, template_of
from app.site.structured import structured
from app.site.templates import TYPES, draw

Ask = Callable[[str, list[tuple[str, str]]], Awaitable[Any]]

EVIDENCE = 40
"""Pieces of evidence at the foot of a record's page."""


class Drawing:
    """Draws pages, and asks the API for what they show besides."""

    def __init__(self, owner: FastAPI, description: Description, ask: Ask) -> None:
        self.owner, self.description, self.ask = owner, description, ask

    async def page(self, answer: Answer) -> str:
        """The page of an answer."""
        template = template_of(answer.path)
        page = self.description.pages[template]
        data = answer.data
        name, shown = await self.shown(template, page, answer, data)
        about = {"data": data, "page": page, "answer": answer, "public_url": self.public_url}
        about |= {"json_url": lists.json_url(answer), "formats": lists.other_formats(page, answer)}
        about["structured"] = script(structured(template, data, self.public_url))
        return draw(name, about | shown)

    @property
    def public_url(self) -> str:
        url: str = self.owner.state.settings.public_url
        return url

    async def shown(self, template: str, page: Page, answer: Answer, data: Any) -> tuple[str, dict[str, Any]]:
        """The template of a page, and what it shows."""
        if template == "/":
            return "home", {"dataset": await self.ask("/dataset", []), "pictures": await self.pictures()}
        if template == "/search":
            found = data if "items" in data else None
            facets = lists.facets_of(answer, found["facets"], {}) if found else []
            return "search", {"groups": grouped(found), "facets": facets}
        if template == "/network":
            return "network", await self.network(page, answer, data)
        if "facets" in data:
            return "list", await self.listed(page, answer, data)
        if template.removesuffix("/{id}") in TYPES:
            return "record", await self.record(page, data)
        return "document", {}

    async def record(self, page: Page, data: Any) -> dict[str, Any]:
        filled, empty = records.sections(data, page)
        quotes = []
        if "evidence" in data:
            asked = [("record", data["id"]), ("sort", "source,paragraph"), ("limit", "100")]
            quotes = (await self.ask("/evidence", asked))["items"]
        return {
            "facts": records.facts(data, page, quotes),
            "sections": filled,
            "empty": empty,
            "relations": records.other_relations(data, filled),
            "notes": records.other_notes(data),
            "quotes": records.by_source(quotes[:EVIDENCE]),
            "shown_quotes": min(EVIDENCE, len(quotes)),
            "said": records.said(data),
        }

    async def listed(self, page: Page, answer: Answer, data: Any) -> dict[str, Any]:
        names = await self.names(lists.ids_in(data["facets"], answer))
        return {
            "inputs": lists.inputs(page, answer, data["facets"], names),
            "facets": lists.facets_of(answer, data["facets"], names),
            "chosen": lists.chosen(answer, names),
            "pictures": await self.pictures() if answer.path == "/timeline" and not answer.pairs else {},
        }

    async def network(self, page: Page, answer: Answer, data: Any) -> dict[str, Any]:
        nodes = {node["id"]: node for node in data["nodes"]}
        return {
            "inputs": lists.inputs(page, answer, {}, {}),
            "chosen": lists.chosen(answer, await self.names(answer.values("center"))),
            "nodes": nodes,
            "pictures": {} if answer.pairs else await self.pictures(),
        }

    async def names(self, ids: list[str]) -> dict[str, str]:
        """The names of records, for links that lead to lists of them."""
        values = {f"id_{index}": id_ for index, id_ in enumerate(ids)}
        return dict(await self.fetch(queries.record_names_statement(len(ids)), values)) if ids else {}

    async def pictures(self) -> dict[str, Markup]:
        """The pictures that were drawn when the dataset was built."""
        rows = await self.fetch(queries.pictures_statement(), {})
        return {name: Markup(markup) for name, markup in rows}

    async def fetch(self, statement: Compiled, values: dict[str, str]) -> list[Row]:
        """What the database has; where it is waited for, others have their turn meanwhile."""
        database: Database = self.owner.state.database
        fetch = partial(database.release().fetch, statement, values)
        return await database.run(fetch) if database.run else fetch()


def grouped(data: Any) -> dict[str, list[Any]]:
    """What a search found, by type, the type of the best first."""
    found: dict[str, list[Any]] = {}
    for item in data["items"] if data else []:
        found.setdefault(item["type"], []).append(item)
    return found


def script(value: Any) -> Markup:
    """JSON that can stand inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))
