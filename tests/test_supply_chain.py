"""What the image installs is declared, locked and hashed, and it runs as nobody, on nothing that it could change."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
EXTRAS = {
    name: declared for name, declared in PROJECT["project"]["optional-dependencies"].items() if name != "test"
}
DECLARED = [
    *PROJECT["project"]["dependencies"],
    *(one for declared in EXTRAS.values() for one in declared),
]
ENTRY = re.compile(
    r"(?P<name>[a-z0-9.-]+)==(?P<version>\S+)(?P<marker> ; [^\\\n]+)?(?P<hashes>( \\\n    --hash=sha256:[0-9a-f]{64})+)\n"
)


def lock(name: str) -> str:
    """The text of a lock without its comments."""
    return re.sub(r"^\s*#.*\n", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE).lstrip()


LOCKED = {match["name"]: Version(match["version"]) for match in ENTRY.finditer(lock("requirements.txt"))}


def needed(name: str, extras: frozenset[str]) -> Iterator[Requirement]:
    """What an installed distribution needs on this machine."""
    for requirement in map(Requirement, requires(name) or ()):
        if requirement.marker is None or any(
            requirement.marker.evaluate({"extra": extra}) for extra in ("", *extras)
        ):
            yield requirement


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-build.txt"])
def test_a_lock_is_exact_hashed_and_of_no_place(name: str) -> None:
    assert ENTRY.sub("", lock(name)) == ""
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("declared", DECLARED)
def test_what_is_declared_is_locked(declared: str) -> None:
    requirement = Requirement(declared)
    assert LOCKED[canonicalize_name(requirement.name)] in requirement.specifier


def test_what_that_needs_is_locked() -> None:
    waiting = [(one.name, frozenset(one.extras)) for one in map(Requirement, DECLARED)]
    seen = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        assert canonicalize_name(name) in LOCKED
        waiting += [(one.name, frozenset(one.extras)) for one in needed(name, extras)]
    assert {canonicalize_name(name) for name, _ in seen} == set(LOCKED)


def test_what_builds_is_locked() -> None:
    built = {
        match["name"]: Version(match["version"]) for match in ENTRY.finditer(lock("requirements-build.txt"))
    }
    (declared,) = map(Requirement, PROJECT["build-system"]["requires"])
    assert built[declared.name] in declared.specifier
    assert set(built) == {declared.name}


def test_the_base_of_the_image_is_of_one_version() -> None:
    assert re.search(
        r"^ARG BASE=python:3\.\d+\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?$", DOCKERFILE, re.MULTILINE
    )
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"${BASE}"}


def test_all_that_is_installed_is_hashed_or_ours() -> None:
    installs = re.findall(r"pip (?:--python \S+ )?(?:install|wheel) (.*)", DOCKERFILE)
    assert len(installs) == 4
    for arguments in installs:
        assert "--require-hashes" in arguments or ("--no-index" in arguments and "--no-deps" in arguments)


def test_the_image_runs_as_nobody_and_without_a_shell() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER [1-9]\d+:[1-9]\d+$", last, re.MULTILINE)
    assert "uninstall" in last
    assert not re.search(r"pip install|apt", last)
    commands = re.findall(r"^(?:CMD|ENTRYPOINT|\s+CMD) (.+)$", last, re.MULTILINE)
    assert len(commands) == 2
    assert all(command.startswith('["python", ') for command in commands)
    assert not re.search(r"SECRET|TOKEN|PASSWORD|_KEY", DOCKERFILE)


def test_only_what_is_named_reaches_the_build() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert ignored[0] == "*"
    named = {line.removeprefix("!") for line in ignored[1:]}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    files = {name for line in copied for name in line.split()}
    assert files == {name for pattern in named for name in (path.name for path in ROOT.glob(pattern))}
