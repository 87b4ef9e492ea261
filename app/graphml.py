"""The network as GraphML, as Gephi and networkx read it: null is left out, lists are joined by spaces."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
NODE = {
    "label": "string",
    "type": "string",
    "url": "string",
    "kind": "string",
    "category": "string",
    "short_name": "string",
    "country_code": "string",
    "distance": "int",
}
EDGE = {
    "kind": "string",
    "predicate": "string",
    "label": "string",
    "symmetric": "boolean",
    "weight": "int",
    "stated": "int",
    "inferred": "int",
    "outside": "int",
    "first_year": "int",
    "last_year": "int",
    "evidence": "int",
    "quote": "string",
    "link": "string",
    "records": "string",
}


def graphml(nodes: Iterable[Mapping[str, Any]], edges: Iterable[Mapping[str, Any]]) -> bytes:
    """A document of the nodes and edges of a network."""
    root = Element("graphml", xmlns=NAMESPACE)
    for prefix, kind, attributes in (("n", "node", NODE), ("e", "edge", EDGE)):
        for name, type_ in attributes.items():
            about = {"id": f"{prefix}_{name}", "for": kind, "attr.name": name, "attr.type": type_}
            SubElement(root, "key", about)
    graph = SubElement(root, "graph", edgedefault="directed")
    for node in nodes:
        data(SubElement(graph, "node", id=node["id"]), "n", NODE, {**node, "label": node["name"]})
    for edge in edges:
        ends = {"id": edge["id"], "source": edge["source"], "target": edge["target"]}
        data(SubElement(graph, "edge", ends), "e", EDGE, dict(attributes_of(edge)))
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def attributes_of(edge: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The attributes of an edge, its first citation and its basis among them."""
    yield from ((name, edge[name]) for name in EDGE if name in edge)
    yield from edge["bases"].items()
    for citation in edge["citations"][:1]:
        yield from (("quote", citation["quote"]), ("link", citation["link"]))
    yield "records", " ".join(record["id"] for record in edge["records"]) or None


def data(element: Element, prefix: str, attributes: Mapping[str, str], values: Mapping[str, Any]) -> None:
    for name in attributes:
        value = values.get(name)
        if value is not None:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            SubElement(element, "data", key=f"{prefix}_{name}").text = text
