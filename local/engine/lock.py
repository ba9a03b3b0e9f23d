"""One run at a time per stack, with the lock files of a self-managed Pulumi backend.

The layout is the CLI's, so each refuses while the other works. Unlike the CLI this engine looks whether the process
that left a lock still lives on this machine, and takes the lock over when it doesn't.
"""

import fcntl
import getpass
import json
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.engine.results import LockedError


@contextmanager
def locked(state_dir: Path, project: str, stack: str) -> Iterator[None]:
    """Hold the stack while the block runs; LockedError names the process that holds it already."""
    folder = state_dir / ".pulumi" / "locks" / "organization" / project / stack
    folder.mkdir(parents=True, exist_ok=True)
    mine = folder / f"{uuid.uuid4()}.json"
    with _alone(folder):
        for other in sorted(folder.glob("*.json")):
            holder = _read(other)
            if holder is None or not _lives(holder):
                other.unlink(missing_ok=True)
                continue
            pid = int(holder.get("pid", 0))
            raise LockedError(
                f"Another run holds stack {stack}: process {pid} of {holder.get('username', '?')} on "
                f"{holder.get('hostname', '?')}, since {holder.get('timestamp', '?')}.\n"
                "Wait for it to end. If it ended on another machine, remove "
                f"{_relative(other, state_dir)}.",
                pid,
            )
        mine.write_text(json.dumps(_me()), encoding="utf-8")
    try:
        yield
    finally:
        mine.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep two starting runs apart while they look and write; the kernel frees this even after kill -9."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _me() -> dict[str, Any]:
    pid = os.getpid()
    return {
        "pid": pid,
        "username": _user(),
        "hostname": socket.gethostname(),
        "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "started": _started(pid),
    }


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return str(os.getuid())


def _read(path: Path) -> dict[str, Any] | None:
    """The lock's content; `None` for a file that is gone or was cut off while it was written."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _lives(holder: dict[str, Any]) -> bool:
    if holder.get("hostname") != socket.gethostname():
        return True  # no way to look at another machine
    pid = holder.get("pid")
    if not isinstance(pid, int) or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    # A number that was given to a newer process isn't the one that left the lock.
    started = holder.get("started")
    return not started or _started(pid) in ("", started)


def _started(pid: int) -> str:
    """When the process started, in the kernel's ticks; empty where there is no /proc."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def _relative(path: Path, base: Path) -> str:
    return str(path.relative_to(base)) if path.is_relative_to(base) else str(path)
