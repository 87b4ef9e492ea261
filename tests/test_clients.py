"""Clients generated from the OpenAPI document type-check, and answer a real question against the running server."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
import uvicorn
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings

pytestmark = pytest.mark.skipif(
    "CI" not in os.environ, reason="generating clients takes half a minute; set CI=1 to do it"
)
TOOLS = Path(__file__).parent / "openapi"
PYTHON = """
from importlib import import_module
from inspect import Parameter, signature
from pkgutil import walk_packages

from generated import Client, api
from generated.api.meetings import list_meetings
from generated.models import MeetingPage, Problem

client = Client(base_url={base!r})
page = list_meetings.sync(client=client, organization=["osce"], limit=3)
assert isinstance(page, MeetingPage), page
assert page.total > 3
for module in walk_packages(api.__path__, "generated.api."):
    ask = getattr(import_module(module.name), "sync", None)
    if ask and {{p.name for p in signature(ask).parameters.values() if p.default is Parameter.empty}} == {{"client"}}:
        answer = ask(client=client)  # with the defaults of all parameters, which the client sends
        assert answer is not None or module.name.endswith("get_sitemap"), module.name  # it reads no XML
        assert not isinstance(answer, Problem), (module.name, answer)
print(page.items[0].name)
"""
TYPESCRIPT = """
import createClient from "openapi-fetch";
import type {{ paths }} from "./schema.d.ts";

const client = createClient<paths, "application/json">({{ baseUrl: "{base}" }});
const {{ data, error }} = await client.GET("/meetings", {{ params: {{ query: {{ organization: ["osce"], limit: 3 }} }} }});
if (error || data.total <= 3) throw new Error("no meetings");
const name: string = data.items[0]!.name;
console.log(name);
"""


@pytest.fixture(scope="module")
def base(database: Path) -> Iterator[str]:
    """The address of a server that runs."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(Settings(database=database)), log_level="warning")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def exported(client: TestClient, tmp_path: Path) -> Path:
    path = tmp_path / "openapi.json"
    path.write_text(client.get("/openapi.json").text)
    return path


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_python_client(base: str, exported: Path, tmp_path: Path) -> None:
    pytest.importorskip("openapi_python_client", reason="openapi-python-client is not installed")
    pytest.importorskip("httpx", reason="the generated client needs httpx")
    generate = ("-m", "openapi_python_client", "generate", "--path", str(exported), "--meta", "none")
    run(tmp_path, sys.executable, *generate, "--output-path", "generated")
    (tmp_path / "mypy.ini").write_text("[mypy]\n[mypy-generated.client]\nignore_errors = true\n")
    (tmp_path / "question.py").write_text(PYTHON.format(base=base))
    run(tmp_path, sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "question.py")
    assert run(tmp_path, sys.executable, "question.py").strip()


@pytest.mark.skipif(
    not (shutil.which("node") and shutil.which("npm")), reason="node and npm are not installed"
)
def test_a_typescript_client(base: str, exported: Path, tmp_path: Path) -> None:
    if installed := os.environ.get("NODE_MODULES"):
        (tmp_path / "node_modules").symlink_to(installed)
    else:
        shutil.copy(TOOLS / "package.json", tmp_path)
        quiet = ("--silent", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts")
        run(tmp_path, "npm", "install", *quiet)
    run(tmp_path, "npx", "openapi-typescript", str(exported), "-o", "schema.d.ts")
    (tmp_path / "question.mts").write_text(TYPESCRIPT.format(base=base))
    strict = ("--strict", "--module", "nodenext", "--target", "es2022", "--skipLibCheck", "--outDir", "built")
    run(tmp_path, "npx", "tsc", *strict, "question.mts")
    assert run(tmp_path, "node", "built/question.mjs").strip()
