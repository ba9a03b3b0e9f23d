"""The ledger that was in force before: from the local backend's state, else from git.

The only place where the hand-over commands look outside the stack file. Reads; never writes, never fetches.
"""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from throughput.config.loader import read_stack, stack_file
from throughput.config.order_models import order_from_plain
from throughput.orders import Ledger
from throughput.problems import ConfigError, Problem

_PROJECT = "vertex-throughput"
_LEDGER_TYPE = "vertex-throughput:index:Ledger"


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """A ledger to compare with, and where it comes from in words. `ledger` is None where there is nothing to compare with."""

    ledger: Ledger | None
    origin: str


def baseline(root: Path, stack: str, base: str | None = None) -> Baseline:
    """The ledger in force: git's at `base` where one is named, else the local backend's, else git's at HEAD, else none.

    Raises `ConfigError` for a `base` that git doesn't know, or whose file can't be read.
    """
    if base is not None:
        return _from_git(root, stack, base, required=True)
    state = root / ".local" / ".pulumi" / "stacks" / _PROJECT / f"{stack}.json"
    if not state.is_file():
        return _from_git(root, stack, "HEAD", required=False)
    ledger = _from_state(state)
    if ledger is not None:
        return Baseline(ledger=ledger, origin="the state of the local backend")
    # State of another version of this tool is no reason to stop: the last commit is the next best thing, and said so.
    found = _from_git(root, stack, "HEAD", required=False)
    return Baseline(ledger=found.ledger, origin=f"{found.origin}, since the local state can't be read")


def _from_state(path: Path) -> Ledger | None:
    """The ledger in a state file, or None where it can't be read."""
    try:
        document = json.loads(path.read_bytes())
        resources = document["checkpoint"]["latest"].get("resources") or []
        inputs: Mapping[str, Any] = next(
            (entry.get("inputs") or {} for entry in resources if entry["type"] == _LEDGER_TYPE), {}
        )
        return Ledger(
            {name: order_from_plain(name, plain) for name, plain in (inputs.get("orders") or {}).items()}
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _from_git(root: Path, stack: str, ref: str, *, required: bool) -> Baseline:
    file = stack_file(root, stack).relative_to(root).as_posix()
    if _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}") is None:
        if required:
            raise ConfigError(
                Problem(message=f"git knows no commit {ref!r} here", hint="Name a branch, a tag or a commit")
            )
        return Baseline(ledger=None, origin="nothing: no commit and no local state")
    data = _git(root, "show", "--end-of-options", f"{ref}:./{file}")
    if data is None:
        return Baseline(ledger=Ledger(), origin=f"git {ref}, where {file} isn't there yet")
    try:
        return Baseline(ledger=read_stack(stack, f"{ref}:{file}", data).ledger, origin=f"git {ref}")
    except ConfigError:
        # An older file may break a rule that came later. Without being asked for it, it is no reason to stop.
        if required:
            raise
        return Baseline(ledger=None, origin=f"nothing: {file} at {ref} can't be read any more")


def _git(root: Path, *arguments: str) -> bytes | None:
    """What git prints, or None when it fails or isn't installed."""
    environment = {key: value for key, value in os.environ.items() if key not in ("GIT_DIR", "GIT_WORK_TREE")}
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, check=False, env=environment
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
