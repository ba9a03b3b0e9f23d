"""The file that stands for the cloud: what exists in it, by type and id."""

import fcntl
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict


class Entry(TypedDict):
    """One thing in the cloud; `urn` says which resource made it."""

    urn: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]


class Cloud:
    """Reads and changes the file; several threads and processes may share it.

    A change replaces the file in one step, so a killed process leaves it whole.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def get(self, type: str, id: str) -> Entry | None:
        """What exists under the id, or `None`."""
        with self._lock:
            return self._read().get(type, {}).get(id)

    def all(self, type: str) -> dict[str, Entry]:
        """Everything of a type, by id."""
        with self._lock:
            return self._read().get(type, {})

    def put(self, type: str, id: str, entry: Entry) -> None:
        """Create or change."""
        self._change(lambda things: things.setdefault(type, {}).__setitem__(id, entry))

    def remove(self, type: str, id: str) -> None:
        """Delete; nothing happens when it is gone already."""
        self._change(lambda things: things.get(type, {}).pop(id, None))

    def _read(self) -> dict[str, dict[str, Entry]]:
        try:
            document = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise ValueError(f"{self.path}: can't be read as a cloud: {error}") from error
        things = document.get("resources") if isinstance(document, dict) else None
        if not isinstance(things, dict):
            raise ValueError(f"{self.path}: isn't the file of a cloud; remove it to start with an empty one")
        return things

    def _change(self, change: Callable[[dict[str, dict[str, Entry]]], object]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                fcntl.flock(folder, fcntl.LOCK_EX)
                things = self._read()
                change(things)
                document = {"version": 1, "resources": {kind: each for kind, each in things.items() if each}}
                beside = self.path.with_name(f".{self.path.name}.{os.getpid()}.tmp")
                beside.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
                os.replace(beside, self.path)
            finally:
                os.close(folder)
