"""What a page says to search engines, in terms of schema.org."""

from typing import Any

from app.site.records import title
from app.site.words import plain
from app.vocabularies import RecordType

TYPES = {
    "organization": "Organization",
    "meeting": "Event",
    "meeting_series": "EventSeries",
    "area": "DefinedTerm",
    "person": "Person",
    "document": "CreativeWork",
    "activity": "Action",
    "statement": "Claim",
    "place": "Place",
    "source": "WebPage",
}


def structured(template: str, data: Any, base: str) -> dict[str, Any]:
    """One record, or the list or dataset that a page is of."""
    if data and data.get("type") in tuple(RecordType):
        return {"@context": "https://schema.org", **record(data, base)}
    if template == "/":
        return {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": data["title"],
            "url": f"{base}/",
        }
    return {"@context": "https://schema.org", "@type": "CollectionPage", "url": base + template}


def record(data: dict[str, Any], base: str) -> dict[str, Any]:
    found = {
        "@type": TYPES.get(data["type"], "Thing"),
        "@id": base + data["url"],
        "url": base + data["url"],
        "name": title(data),
    }
    if data.get("summary"):
        found["description"] = data["summary"]
    if aliases := [alias["name"] for alias in data.get("aliases", [])]:
        found["alternateName"] = aliases
    date = data.get("date")
    if data["type"] == "meeting" and date and date["earliest"]:
        found["startDate"], found["endDate"] = date["earliest"], date["latest"]
    if data["type"] == "meeting" and data.get("place"):
        found["location"] = {"@type": "Place", "name": data["place"]["name"]}
    if data.get("kind"):
        found["additionalType"] = plain(data["kind"])
    return found
