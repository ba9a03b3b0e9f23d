"""The house's arrows point one way, and `pt` starts fast because it imports little."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.__main__ import COMMANDS

_OURS = {"throughput", "scripts", "components", "provider", "policies", "local"}
# Who may import which of our own packages. The Vertex endpoint is the one part of local/ that knows the domain.
_ARROWS = {
    "throughput": set(),
    "components": {"throughput"},
    "provider": {"throughput"},
    "policies": {"throughput"},
    "local": {"throughput"},
    "scripts": {"throughput", "local"},
}
_FOREIGN_TO_THE_DOMAIN = {
    "pulumi",
    "pulumi_gcp",
    "pulumi_policy",
    "google",
    "grpc",
    "requests",
    "socket",
    "urllib",
    "http",
    "subprocess",
    "click",
    "asyncio",
}


def modules(root: Path, package: str) -> Iterator[Path]:
    yield from sorted((root / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Top-level names of everything that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("package", _ARROWS)
def test_a_package_imports_only_what_it_may(root: Path, package: str) -> None:
    for path in modules(root, package):
        if "templates" in path.parts:
            continue
        wrong = imported(path) & _OURS - _ARROWS[package] - {package}
        assert not wrong, f"{path.relative_to(root)} imports {', '.join(sorted(wrong))}"


def test_the_domain_knows_no_pulumi_no_network_and_no_clock(root: Path) -> None:
    for path in modules(root, "throughput"):
        if "templates" in path.parts:
            continue
        wrong = imported(path) & _FOREIGN_TO_THE_DOMAIN
        assert not wrong, f"{path.relative_to(root)} imports {', '.join(sorted(wrong))}"
        text = path.read_text(encoding="utf-8")
        for clock in ("datetime.now(", "date.today(", "time.time(", "utcnow("):
            assert clock not in text, f"{path.relative_to(root)} reads the clock"


def test_the_stand_ins_know_the_domain_only_in_the_vertex_endpoint(root: Path) -> None:
    for path in modules(root, "local"):
        if path.is_relative_to(root / "local" / "vertex"):
            continue
        assert "throughput" not in imported(path), path


def test_only_the_packs_main_constructs_a_policy_pack(root: Path) -> None:
    for path in modules(root, "policies"):
        constructs = "PolicyPack(" in path.read_text(encoding="utf-8")
        assert constructs == (path.name == "__main__.py" and path.parent.name == "policies"), path


def test_every_command_has_its_own_file_with_help_and_an_entry(root: Path) -> None:
    files = {
        f"scripts.{path.stem}" for path in (root / "scripts").glob("*.py") if not path.stem.startswith("_")
    }
    assert files == {entry.module for entry in COMMANDS.values()}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_answers_help_without_importing_an_sdk(root: Path, name: str) -> None:
    program = (
        "import sys; from scripts.__main__ import run; code = run([sys.argv[1], '--help']);"
        "heavy = sorted({'pulumi', 'grpc', 'pulumi_gcp', 'pulumi_policy', 'google.auth', 'requests', 'icalendar'} & set(sys.modules));"
        "print('heavy:', heavy); sys.exit(code)"
    )
    found = subprocess.run(
        [sys.executable, "-P", "-c", program, name], capture_output=True, text=True, check=False, cwd=root
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith("Usage: ")
    assert "heavy: []" in found.stdout


def test_no_file_holds_a_key_or_a_path_of_somebodys_machine(root: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True
    ).stdout.split()
    for name in listed:
        path = root / name
        if not path.is_file() or path.stat().st_size > 2_000_000:
            continue
        text = path.read_bytes()
        assert b"-----BEGIN " + b"PRIVATE KEY-----" not in text or name.startswith("tests/"), name
        for home in (b"/" + b"root/", b"/" + b"home/"):
            assert home not in text, f"{name} names {home.decode()}"
