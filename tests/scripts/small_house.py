"""A folder with one small stack, for commands that only read."""

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scripts.__main__ import run as run_pt

ACTIVE = {
    "term": "1-month",
    "status": "active",
    "orderId": "1",
    "start": "2026-11-10",
    "end": "2026-12-10",
    "gsus": 2,
}
ORDERS: dict[str, dict[str, Any]] = {
    "chat": {"model": "gemini-3.6-flash", "location": "global", **ACTIVE},
    "eu-only": {"model": "gemini-3.6-flash", "location": "eu", "routing": "pt_only", **ACTIVE},
    "claude": {"model": "claude-opus-5", "location": "global", "routing": "pt_only", **ACTIVE},
    "misplaced": {
        "model": "gemini-3.5-flash",
        "location": "europe-west3",
        "routing": "pt_then_priority",
        **ACTIVE,
    },
    "video": {"model": "veo-3.1-generate-001", "location": "us-central1", **ACTIVE},
    "planned": {"model": "gemini-3.6-flash", "location": "us", "gsus": 2, "term": "1-month"},
}


def write_stack(folder: Path) -> None:
    """Write `stacks/Pulumi.small.yaml`."""
    environment = {
        "emulated": True,
        "asOf": "2026-11-22",
        "projects": {"acme-small": {"mode": "adopt"}},
        "approvers": ["approver@example.com"],
    }
    document = {"config": {"vertex-throughput:environment": environment, "vertex-throughput:orders": ORDERS}}
    (folder / "stacks").mkdir()
    (folder / "stacks" / "Pulumi.small.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    (folder / "Pulumi.yaml").write_text("name: small\nruntime: python\n", encoding="utf-8")


@dataclass(frozen=True)
class Result:
    """How a command line ended."""

    exit_code: int
    stdout: str
    stderr: str


def run(*arguments: str) -> Result:
    """Run `pt` in this process, as its entry point does."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run_pt(list(arguments))
    return Result(code, out.getvalue(), err.getvalue())
