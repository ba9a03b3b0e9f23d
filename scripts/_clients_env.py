"""The environments of the client SDKs: made once per content of their manifest, far from the one that `pt` runs in.

Python SDKs go to `.venv-clients` from a lock with hashes; JavaScript, with the Node it needs, to `.build/clients-js`; Go modules to the
user's module cache; Java archives to `.build/clients-java`. A toolchain that isn't on this machine is said to be missing, not an error.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from scripts._shared import ROOT

MANIFESTS = ROOT / "tests" / "clients"
LOCK = ROOT / "requirements-clients.txt"
PYTHON = ROOT / ".venv-clients" / "bin" / "python"
JAVASCRIPT = ROOT / ".build" / "clients-js"
NODE = JAVASCRIPT / "node_modules" / ".bin" / "node"
GO = ROOT / ".build" / "clients-go"
JAVA = ROOT / ".build" / "clients-java"
ACTIONLINT = ROOT / ".build" / "bin" / "actionlint"
_ACTIONLINT_MODULE = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.7"
_STAMP = ".complete"


class Unavailable(Exception):
    """An environment that can't be made here, and why."""


def prepare(say: Callable[[str], None] = print) -> list[str]:
    """Make what is missing or outdated. Returns what can't be had here, one line each; what is complete is left alone."""
    missing = []
    for name, make in _MAKERS:
        try:
            make(say)
        except Unavailable as error:
            missing.append(f"{name}: {error}")
            say(f"clients: no {name} environment: {error}")
    return missing


def ready(folder: Path, manifests: Iterable[Path]) -> bool:
    """Whether an environment was completed for exactly these manifests."""
    stamp = folder / _STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == _digest(manifests)


def python_ready() -> bool:
    """Whether the Python SDKs are installed as locked."""
    return PYTHON.exists() and ready(PYTHON.parent.parent, [LOCK])


def javascript_ready() -> bool:
    """Whether the JavaScript SDKs and their Node are installed."""
    return NODE.exists() and ready(JAVASCRIPT, [MANIFESTS / "javascript" / "package.json"])


def go_ready() -> bool:
    """Whether the Go module can be built here."""
    return shutil.which("go") is not None and ready(GO, _go_files())


def java_ready() -> bool:
    """Whether the Java archives are here, and a compiler."""
    return shutil.which("javac") is not None and ready(JAVA, [MANIFESTS / "java" / "pom.xml"])


def _digest(manifests: Iterable[Path]) -> str:
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in manifests)).hexdigest()


def _complete(folder: Path, manifests: Iterable[Path]) -> None:
    (folder / _STAMP).write_text(_digest(manifests), encoding="utf-8")


def _python(say: Callable[[str], None]) -> None:
    if python_ready():
        return
    say("clients: preparing .venv-clients from requirements-clients.txt (once) ...")
    folder = PYTHON.parent.parent
    if not PYTHON.exists():
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
    # Where uv is on the machine it does the same in a fraction of the time.
    uv = shutil.which("uv")
    installer = (
        [uv, "pip", "install", "--python", str(PYTHON)]
        if uv
        else [str(PYTHON), "-m", "pip", "install", "--no-input"]
    )
    _run([*installer, "--quiet", "--require-hashes", "-r", str(LOCK)])
    _complete(folder, [LOCK])


def _javascript(say: Callable[[str], None]) -> None:
    if javascript_ready():
        return
    npm = _tool("npm")
    say("clients: preparing .build/clients-js from tests/clients/javascript/package.json (once) ...")
    manifest = MANIFESTS / "javascript" / "package.json"
    JAVASCRIPT.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(manifest, JAVASCRIPT / "package.json")
    _run([npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"], JAVASCRIPT)
    if not NODE.exists():
        raise Unavailable("the node package brought no node for this machine")
    _complete(JAVASCRIPT, [manifest])


def _go_files() -> list[Path]:
    return [MANIFESTS / "go" / "go.mod", MANIFESTS / "go" / "go.sum"]


def _go(say: Callable[[str], None]) -> None:
    if go_ready():
        return
    go = _tool("go")
    say("clients: fetching the Go module of tests/clients/go/go.mod (once) ...")
    GO.mkdir(parents=True, exist_ok=True)
    for file in _go_files():
        shutil.copyfile(file, GO / file.name)
    _run([go, "mod", "download"], GO)
    _complete(GO, _go_files())


def _java(say: Callable[[str], None]) -> None:
    if java_ready():
        return
    mvn, _ = _tool("mvn"), _tool("javac")
    say("clients: fetching the Java archives of tests/clients/java/pom.xml (once) ...")
    pom = MANIFESTS / "java" / "pom.xml"
    shutil.rmtree(JAVA, ignore_errors=True)
    JAVA.mkdir(parents=True)
    _run([mvn, "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={JAVA}"])
    _complete(JAVA, [pom])


def _actionlint(say: Callable[[str], None]) -> None:
    if ACTIONLINT.exists():
        return
    go = _tool("go")
    say("clients: building actionlint, which checks the example workflows (once) ...")
    ACTIONLINT.parent.mkdir(parents=True, exist_ok=True)
    _run([go, "install", _ACTIONLINT_MODULE], extra={"GOBIN": str(ACTIONLINT.parent)})


_MAKERS = (
    ("Python", _python),
    ("JavaScript", _javascript),
    ("Go", _go),
    ("Java", _java),
    ("actionlint", _actionlint),
)


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Unavailable(f"{name} isn't on PATH")
    return found


def _run(command: list[str], folder: Path = ROOT, extra: Mapping[str, str] | None = None) -> None:
    environment = {**os.environ, **(extra or {})}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise Unavailable(f"{Path(command[0]).name} failed: {' / '.join(last) or f'exit {done.returncode}'}")
