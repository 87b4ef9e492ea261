"""Records as linked data: schema.org, SKOS, PROV, ORG and Web Annotation terms, under one context that we serve."""

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, get_args

from app import vocabularies as v
from app.columns import ROWS
from app.origin import Origin
from app.vocabularies import RecordType as T

CONTEXT_PATH = "/context.jsonld"
CONTEXT: dict[str, Any] = {
    "@version": 1.1,
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prov": "http://www.w3.org/ns/prov#",
    "org": "http://www.w3.org/ns/org#",
    "oa": "http://www.w3.org/ns/oa#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "freq": "http://purl.org/cld/freq/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "EDTF": "http://id.loc.gov/datatypes/edtf/EDTF",
    "name": "schema:name",
    "description": "schema:description",
    "identifier": "dcterms:identifier",
    "kind": {"@id": "dcterms:type", "@type": "@id"},
    "see_also": {"@id": "rdfs:seeAlso", "@type": "@id"},
    "license": {"@id": "dcterms:license", "@type": "@id"},
}
"""What every document refers to. Terms are added, never changed."""
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
TYPED = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}
"""The datatype of a date that is a year, a month or a day, by its length; any other is EDTF."""
PLAIN_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
DATES = {
    (T.ORGANIZATION, "start"): "schema:foundingDate",
    (T.ORGANIZATION, "end"): "schema:dissolutionDate",
    (T.ORGANIZATION, "date"): "schema:foundingDate",
    (T.MEETING_SERIES, "date"): "schema:startDate",
    (T.MEETING, "date"): "schema:startDate",
    (T.MEETING_SERIES, "start"): "schema:startDate",
    (T.DOCUMENT, "date"): "schema:datePublished",
    (T.ACTIVITY, "date"): "dcterms:temporal",
    (T.STATEMENT, "date"): "schema:dateCreated",
    (T.SOURCE, "published"): "schema:datePublished",
}
REFS = {
    (T.ORGANIZATION, "parent"): "org:subOrganizationOf",
    (T.ORGANIZATION, "place"): "schema:location",
    (T.MEETING, "series"): "schema:superEvent",
    (T.MEETING, "parent"): "schema:superEvent",
    (T.MEETING, "place"): "schema:location",
    (T.AREA, "parent"): "skos:broader",
    (T.AREA, "place"): "dcterms:spatial",
    (T.MEETING_SERIES, "organizer"): "schema:organizer",
    (T.DOCUMENT, "adopted_at"): "prov:wasGeneratedBy",
    (T.ACTIVITY, "place"): "prov:atLocation",
    (T.STATEMENT, "meeting"): "prov:wasGeneratedBy",
    (T.PLACE, "parent"): "schema:containedInPlace",
    (T.RELATION, "subject"): "rdf:subject",
    (T.RELATION, "object"): "rdf:object",
}
LISTS = {
    (T.ORGANIZATION, "parts"): "org:hasSubOrganization",
    (T.ORGANIZATION, "members"): "org:hasMember",
    (T.ORGANIZATION, "people"): "org:hasMember",
    (T.MEETING, "parts"): "schema:subEvent",
    (T.MEETING_SERIES, "meetings"): "schema:subEvent",
    (T.AREA, "parts"): "skos:narrower",
    (T.PLACE, "parts"): "schema:containsPlace",
}
PLAIN = {
    (T.ORGANIZATION, "short_name"): "schema:alternateName",
    (T.PERSON, "honorific"): "schema:honorificPrefix",
    (T.SOURCE, "title"): "dcterms:title",
    (T.SOURCE, "publisher"): "dcterms:publisher",
    (T.SOURCE, "language"): "dcterms:language",
    (T.SOURCE, "note"): "skos:note",
}
ABOUT = {T.MEETING, T.MEETING_SERIES, T.DOCUMENT, T.ACTIVITY, T.STATEMENT, T.ORGANIZATION}
"""The types whose list `areas` says what they are about."""
BACKWARD = {v.Predicate.SUCCEEDED_BY, v.Predicate.UPDATED_BY}
"""Predicates whose published term reads from object to subject."""
Node = dict[str, Any]


def opening(path: str, origin: Origin) -> str:
    """The start of a document: its context, and what it is a part of."""
    document = {
        "@id": origin.absolute(f"{path}?format=jsonld"),
        "schema:isPartOf": {"@id": origin.absolute("/dataset")},
        "schema:version": origin.version,
        "license": LICENCE_URL,
    }
    context = json.dumps(origin.absolute(CONTEXT_PATH))
    return f'{{"@context":{context},"@graph":[{json.dumps(document, ensure_ascii=False)}'


class Nodes:
    """Writes records as nodes; only what they say, never more."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin

    def text(self, record: dict[str, Any]) -> str:
        nodes = (json.dumps(node, ensure_ascii=False) for node in self.nodes(record))
        return ",\n".join(nodes)

    def nodes(self, record: dict[str, Any]) -> Iterator[Node]:
        """A record, and with its detail the relations and the evidence."""
        if record["type"] == T.EVIDENCE:
            yield self.annotation(record)
            return
        yield self.node(record)
        if record["type"] == T.RELATION:
            yield from self.triple(record)
        for relation in record.get("relations", {}).get("items", []):
            yield from self.triple(relation)
        for evidence in record.get("evidence", {}).get("items", []):
            yield self.annotation(evidence)

    def link(self, url: str) -> Node:
        return {"@id": self.origin.absolute(url)}

    def term(self, value: StrEnum) -> str:
        """The address of a value of a vocabulary."""
        name = re.sub(r"(?<!^)(?=[A-Z])", "-", type(value).__name__).lower()
        return self.origin.absolute(f"/vocabularies/{name}#{value}")

    def node(self, record: dict[str, Any]) -> Node:
        type_ = T(record["type"])
        node = self.link(record["url"]) | {"@type": types(type_, record), "identifier": record["id"]}
        node["skos:prefLabel" if type_ is T.AREA else "name"] = record["name"]
        if record.get("summary"):
            node["description"] = record["summary"]
        for alias in record.get("aliases", []):
            add(node, v.AliasKind(alias["kind"]).term or "skos:altLabel", alias["name"])
        for name, value in record.items():
            if value is not None:
                self.field(node, type_, name, value)
        return node

    def field(self, node: Node, type_: T, name: str, value: Any) -> None:
        """What one field of a record says."""
        if term := DATES.get((type_, name)):
            node[term] = date(value)
        elif term := REFS.get((type_, name)):
            add(node, term, self.link(value["url"]))
        elif term := PLAIN.get((type_, name)):
            node[term] = value
        elif (type_, name) in LISTS or (name == "areas" and type_ in ABOUT):
            for item in value["items"]:
                add(node, LISTS.get((type_, name), "dcterms:subject"), self.link(item["url"]))
        elif name == "participants":
            self.participants(node, value["items"])
        elif name == "memberships":
            for item in value["items"]:
                for membership in item["links"]:
                    add(node, "org:hasMembership", self.membership(item, membership))
        elif enum := vocabulary(type_, name):
            self.value(node, name, enum(value))
        elif name == "address":
            add(node, "schema:url", {"@id": value})
        if isinstance(value, dict) and "items" in value and value["total"] > len(value["items"]):
            add(node, "see_also", self.origin.absolute(value["url"]))

    def value(self, node: Node, name: str, value: Any) -> None:
        """A value of a closed vocabulary."""
        match name:
            case "scheme":
                add(node, "skos:inScheme", {"@id": self.term(value)})
            case "frequency":
                node["dcterms:accrualPeriodicity"] = {"@id": value.term or self.term(value)}
            case "predicate":
                node["rdf:predicate"] = {"@id": value.term or self.term(value)}
            case _:
                add(node, "kind", self.term(value))

    def participants(self, node: Node, items: list[dict[str, Any]]) -> None:
        for participation in (participation for item in items for participation in item["links"]):
            term = v.ParticipationRole(participation["role"]).term or "schema:attendee"
            for agent in (item for name in ("organization", "person") if (item := participation.get(name))):
                add(node, term, self.link(agent["url"]))

    def membership(self, organization: dict[str, Any], link: dict[str, Any]) -> Node:
        node: Node = {"@type": "org:Membership", "org:organization": self.link(organization["url"])}
        node["org:role"] = [{"@id": self.term(v.MembershipRole(link["role"]))}]
        if link["post"]:
            node["org:role"].append({"@id": self.term(v.Post(link["post"]))})
        for name, term in (("start", "schema:startDate"), ("end", "schema:endDate")):
            if link[name]:
                node[term] = date(link[name])
        return node

    def triple(self, relation: dict[str, Any]) -> Iterator[Node]:
        """A relation as one statement, where a published vocabulary has its predicate."""
        predicate = v.Predicate(relation["predicate"])
        if predicate.term:
            ends = relation["subject"]["url"], relation["object"]["url"]
            subject, object_ = reversed(ends) if predicate in BACKWARD else ends
            yield self.link(subject) | {predicate.term: [self.link(object_)]}

    def annotation(self, evidence: dict[str, Any]) -> Node:
        """Evidence as a web annotation: what it says is about the record, its target is the phrase in the source."""
        node = self.link(evidence["url"]) | {
            "@type": "oa:Annotation",
            "oa:motivatedBy": {"@id": "oa:identifying"},
            "oa:hasBody": self.link(evidence["record"]["url"]),
            "identifier": evidence["id"],
            "kind": [self.term(v.Basis(evidence["basis"]))],
        }
        if evidence["how"]:
            node["description"] = evidence["how"]
        if evidence["source"]:
            selector = {"@type": "oa:TextQuoteSelector", "oa:exact": evidence["quote"]}
            source = self.link(evidence["source"]["url"])
            target = {"@type": "oa:SpecificResource", "oa:hasSource": source, "oa:hasSelector": selector}
            return node | {"oa:hasTarget": target, "prov:wasDerivedFrom": source}
        reference = {"@id": evidence["reference"]["address"], "dcterms:title": evidence["reference"]["title"]}
        return node | {"oa:hasTarget": reference}


def add(node: Node, term: str, value: Any) -> None:
    """Give a node one more value, once."""
    values = node.setdefault(term, [])
    if value not in values:
        values.append(value)


def types(type_: T, record: dict[str, Any]) -> list[str]:
    """The classes of a record: that of its type and that of its kind, where they have one."""
    kind = vocabulary(type_, "kind")
    term = kind(record["kind"]).term if kind else None
    return list(dict.fromkeys(found for found in (type_.term, term) if found))


def vocabulary(type_: T, name: str) -> Any:
    """The closed vocabulary that a field of a type has its values from; none where it has other values."""
    field = ROWS[type_].model_fields.get(name)
    if field is None or name in ("type", "basis"):
        return None
    options = (field.annotation, *get_args(field.annotation))
    return next((o for o in options if isinstance(o, type) and issubclass(o, v.Vocabulary)), None)


def date(value: dict[str, Any]) -> Node:
    """A date as it is known; one from outside in place of one that has no bounds."""
    known = value["outside"] if value["outside"] and value["earliest"] is None else value
    text = known["edtf"]
    return {"@value": text, "@type": TYPED[len(text)] if PLAIN_DATE.fullmatch(text) else "EDTF"}
