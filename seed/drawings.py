"""SVG for the pages: elements, marks that are links, and text that says what they are. No style that a policy forbids."""

from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

LETTER = 7.0
"""How wide a letter of a label is, about, at the size that the stylesheet gives labels."""


def picture(name: str, width: float, height: float, text: str) -> Element:
    """An empty picture with its text alternative; its marks stay reachable, so it is a group and no image."""
    root = Element(
        "svg", {"viewBox": f"0 0 {width:g} {height:g}", "width": f"{width:g}", "height": f"{height:g}"}
    )
    root.attrib |= {"role": "group", "aria-label": text, "class": f"drawn {name}"}
    return root


def mark(parent: Element, href: str, text: str, kind: str = "") -> Element:
    """A link that shapes are put into."""
    link = SubElement(parent, "a", {"href": href, **({"class": kind} if kind else {})})
    SubElement(link, "title").text = text
    return link


def shape(parent: Element, tag: str, kind: str, **numbers: float) -> Element:
    values = {name.replace("_", "-"): f"{round(value, 1):g}" for name, value in numbers.items()}
    return SubElement(parent, tag, {"class": kind, **values})


def words(parent: Element, x: float, y: float, text: str, kind: str = "", anchor: str = "") -> Element:
    attributes = {"x": f"{round(x, 1):g}", "y": f"{round(y, 1):g}"}
    attributes |= {"class": kind} if kind else {}
    attributes |= {"text-anchor": anchor} if anchor else {}
    element = SubElement(parent, "text", attributes)
    element.text = text
    return element


def short(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


def width_of(text: str) -> float:
    return len(text) * LETTER


def markup(root: Element) -> str:
    text: Any = tostring(root, encoding="unicode")
    return str(text)
