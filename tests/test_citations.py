"""Every record, and the dataset, says how to cite it: as a sentence, in BibTeX, in RIS."""

import re

import pytest
from starlette.testclient import TestClient

from app.citations import Citation, bibtex, escaped, ris
from app.listings import LISTINGS
from app.main import create_app
from app.settings import Settings

PATHS = [listing.path for listing in LISTINGS.values()]


@pytest.mark.parametrize("path", PATHS)
def test_every_record_can_be_cited(client: TestClient, path: str) -> None:
    url = client.get(path, params={"limit": 1}).json()["items"][0]["url"]
    record = client.get(url).json()
    address = record["address"] if record["type"] == "source" else url
    assert record["cite"].endswith(address)
    bib = client.get(url, params={"format": "bib"}).text
    assert bib.startswith(f"@misc{{{record['id']},\n")
    assert f"url = {{{address}}}" in bib
    lines = client.get(url, params={"format": "ris"}).text.split("\r\n")
    assert lines[0][:6] == "TY  - "
    assert f"UR  - {address}" in lines
    assert "ER  - " in lines


@pytest.mark.parametrize("path", PATHS)
def test_a_list_has_an_entry_for_every_record(client: TestClient, path: str) -> None:
    total = client.get(path, params={"limit": 0}).json()["total"]
    keys = re.findall(r"^@misc\{(.+),$", client.get(path, params={"format": "bib"}).text, re.MULTILINE)
    assert len(keys) == len(set(keys)) == total
    text = client.get(path, params={"format": "ris"}).text
    assert text.count("TY  - ") == text.count("ER  - \r\n") == total


def test_the_dataset_is_cited_by_version(client: TestClient) -> None:
    dataset = client.get("/dataset").json()
    assert dataset["version"] in dataset["cite"]
    for format_ in ("bib", "ris"):
        assert dataset["version"] in client.get("/dataset", params={"format": format_}).text


def test_addresses_are_absolute_where_the_public_one_is_known(client: TestClient) -> None:
    database = client.app.state.settings.database  # type: ignore[attr-defined]
    app = create_app(Settings(database=database, public_url="https://api.example"))
    with TestClient(app) as public:
        assert (
            public.get("/areas/arms-control")
            .json()["cite"]
            .endswith(" https://api.example/areas/arms-control")
        )
        assert "https://api.example/meetings/" in public.get("/meetings?format=ics").text.replace("\r\n ", "")
        graph = public.get("/areas/arms-control?format=jsonld").json()
        assert graph["@context"] == "https://api.example/context.jsonld"


def test_what_is_special_in_bibtex_is_escaped() -> None:
    assert escaped("A & B_c 50% {x} \\") == r"A \& B\_c 50\% \{x\} \textbackslash{}"
    cited = Citation("k", "A\nB", "T", "2014-09", "https://example.org/{a}", "n", "DATA")
    assert "{https://example.org/%7Ba%7D}" in bibtex(cited)
    assert "month = sep" in bibtex(cited)
    assert "DA  - 2014/09/" in ris(cited)
    assert "AU  - A B" in ris(cited)
