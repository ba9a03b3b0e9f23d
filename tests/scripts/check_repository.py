"""A real git repository with stack files, for `pt check`."""

import contextlib
import io
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.__main__ import run as run_pt

ORDER = {
    "model": "gemini-3.8-flash",
    "location": "global",
    "gsus": 10,
    "term": "3-months",
    "status": "active",
    "orderId": "100",
    "start": "2026-10-01",
    "end": "2027-01-01",
}
AS_OF = "2026-11-22"


def order(**values: Any) -> dict[str, Any]:
    """An active order; a value of None leaves the key out."""
    return {key: value for key, value in {**ORDER, **values}.items() if value is not None}


@dataclass(frozen=True)
class Result:
    """How a command line ended."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> dict[str, Any]:
        """Standard output as JSON."""
        found: dict[str, Any] = json.loads(self.stdout)
        return found


@dataclass(frozen=True)
class Repository:
    """A folder under git, on the branch it was left on."""

    folder: Path

    @classmethod
    def at(cls, folder: Path, **stacks: dict[str, Any]) -> "Repository":
        """A new repository: the stacks committed on main, and a branch `change` checked out."""
        (folder / "stacks").mkdir(parents=True)
        (folder / "Pulumi.yaml").write_text("name: small\nruntime: python\n", encoding="utf-8")
        made = cls(folder)
        made.git("init", "-q", "-b", "main")
        for stack, orders in stacks.items():
            made.write(stack, orders)
        made.commit()
        made.git("checkout", "-q", "-b", "change")
        return made

    def git(self, *arguments: str) -> str:
        """Run git, without what the machine's user has configured."""
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        identity = (
            "-c",
            "user.name=tests",
            "-c",
            "user.email=tests@example.com",
            "-c",
            "commit.gpgsign=false",
        )
        done = subprocess.run(
            ["git", *identity, *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def commit(self) -> str:
        """Commit everything; gives the commit's id."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "state")
        return self.git("rev-parse", "HEAD").strip()

    def path(self, stack: str) -> Path:
        """A stack's file."""
        return self.folder / "stacks" / f"Pulumi.{stack}.yaml"

    def write(self, stack: str, orders: dict[str, Any], **environment: Any) -> None:
        """Write a stack file, one key per line, so that places mean something."""
        lines = ["config:", "  vertex-throughput:environment:"]
        settings = {
            "projects": {f"acme-{stack}": {}},
            "approvers": ["approver@example.com"],
            "budget": None,
            **environment,
        }
        lines += [f"    {key}: {json.dumps(value)}" for key, value in settings.items() if value is not None]
        lines.append("  vertex-throughput:orders:")
        for name, values in orders.items():
            lines.append(f"    {name}:")
            lines += [f"      {key}: {json.dumps(value)}" for key, value in values.items()]
        if not orders:
            lines[-1] += " {}"
        self.path(stack).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def check(self, *arguments: str, as_of: str | None = AS_OF) -> Result:
        """Run `pt check` in this folder, in this process."""
        day = ("--as-of", as_of) if as_of else ()
        out, err = io.StringIO(), io.StringIO()
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = run_pt(["check", *arguments, *day])
        finally:
            os.chdir(before)
        return Result(code, out.getvalue(), err.getvalue())

    def report(self, *arguments: str) -> dict[str, Any]:
        """`pt check --json`, read."""
        return self.check("--json", *arguments).document


def stack_of(document: dict[str, Any], name: str) -> dict[str, Any]:
    """One stack of a JSON report."""
    found: dict[str, Any] = next(part for part in document["stacks"] if part["stack"] == name)
    return found
