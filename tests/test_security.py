"""What SECURITY.md and CONTRIBUTING.md say is so: the tests and files that they name, the limits, the way to run it."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from app.settings import Settings
from tests.test_supply_chain import EXTRAS

ROOT = Path(__file__).parents[1]
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
UNITS = {"": 1, "s": 1, "KiB": 1024}
LIMITS = re.findall(r"^\| .+ \| (\d+)(?: (s|KiB))? \| `(app/\w+)\.py` `(\w+)` \|$", SECURITY, re.MULTILINE)


@pytest.mark.parametrize("text", [SECURITY, CONTRIBUTING], ids=["SECURITY", "CONTRIBUTING"])
def test_every_file_that_it_names_is_there(text: str) -> None:
    names = re.findall(r"[\w./-]+/[\w.-]+\.(?:py|sh|conf)|\b[\w-]+\.(?:md|txt|toml)\b", text)
    assert names
    for name in names:
        assert (ROOT / name).is_file(), name


@pytest.mark.parametrize("line", [line for line in SECURITY.splitlines() if line.startswith("| ")])
def test_every_threat_has_its_proof(line: str) -> None:
    cells = [cell.strip() for cell in line.strip("|").split(" | ")]
    assert all(cells)
    if len(cells) == 4 and cells[0] != "who":
        assert re.search(r"`tests/\S+`", cells[3])


def test_every_risk_of_the_list_is_answered() -> None:
    assert re.findall(r"^\| API(\d+) ", SECURITY, re.MULTILINE) == [str(number) for number in range(1, 11)]


def test_every_promise_is_in_the_model() -> None:
    named = {
        number
        for group in re.findall(r"\(promises? ([\d and]+)\)", SECURITY)
        for number in group.split(" and ")
    }
    assert named == set("1234567")


@pytest.mark.parametrize(("number", "unit", "module", "name"), LIMITS)
def test_a_limit_is_what_it_is_said_to_be(number: str, unit: str, module: str, name: str) -> None:
    assert getattr(import_module(module.replace("/", ".")), name) == int(number) * UNITS[unit]


def test_all_limits_are_read() -> None:
    assert len(LIMITS) == len(re.findall(r"\| `app/", SECURITY)) >= 8


@pytest.fixture(scope="module")
def pod() -> dict[str, Any]:
    block = re.search(r"```yaml\n(.+?)```", SECURITY, re.DOTALL)
    assert block is not None
    spec: dict[str, Any] = yaml.safe_load(block[1])["spec"]
    return spec


def test_the_probes_are_answered(pod: dict[str, Any], client: TestClient) -> None:
    (container,) = pod["containers"]
    probes = [container[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")]
    assert {probe["port"] for probe in probes} == {"http"}
    for probe in probes:
        assert client.get(probe["path"]).status_code == 200


def test_the_pod_is_as_the_image(pod: dict[str, Any]) -> None:
    (container,) = pod["containers"]
    user = f"USER {pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}\n"
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    settings = {entry["name"]: entry["value"] for entry in container["env"]}
    assert user in DOCKERFILE
    assert f"EXPOSE {ports['http']}\n" in DOCKERFILE
    assert str(ports["metrics"]) == settings["APP_METRICS_PORT"]
    assert {name.removeprefix("APP_").lower() for name in settings} <= set(Settings.model_fields)


def test_the_commands_name_the_base_and_the_extras_that_there_are() -> None:
    base = re.search(r"^ARG BASE=(\S+)", DOCKERFILE, re.MULTILINE)
    assert base is not None
    assert base[1] in CONTRIBUTING
    assert set(re.findall(r"--extra (\w+)", CONTRIBUTING)) == set(EXTRAS)
