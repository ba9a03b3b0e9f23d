"""The state of a stack: the file of a self-managed Pulumi backend, which the CLI reads and writes as well.

`.pulumi/meta.yaml` and `.pulumi/stacks/<project>/<stack>.json`. An emulated stack has no secrets provider: its
secrets are marked but open. Every write replaces the file in one step, so a killed run leaves the last complete state.
"""

import hashlib
import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.engine.results import EngineError
from local.engine.sealed import marked, opener, unsealed
from local.engine.wire import Secret, opened

# The CLI whose format this writes; it checks that `magic` is the hash of `version`.
FORMAT_OF = "v3.260.0"


@dataclass(frozen=True, kw_only=True)
class Record:
    """One resource as the state holds it."""

    urn: str
    type: str
    custom: bool
    id: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    parent: str = ""
    protect: bool = False
    external: bool = False
    delete: bool = False
    dependencies: tuple[str, ...] = ()
    provider: str = ""
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    additional_secret_outputs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    custom_timeouts: Mapping[str, float] = field(default_factory=dict)
    import_id: str = ""
    retain_on_delete: bool = False
    deleted_with: str = ""
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    created: str = ""
    modified: str = ""
    #: What a newer writer stored and this one doesn't know; kept as it is.
    rest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The resource's own name, the last part of its URN."""
        return self.urn.split("::", 3)[3]

    @property
    def is_provider(self) -> bool:
        """Whether this records a plugin."""
        return self.type.startswith("pulumi:providers:")

    @property
    def provider_urn(self) -> str:
        """The URN part of the reference `<urn>::<id>`."""
        return self.provider.rpartition("::")[0]

    @property
    def needs(self) -> frozenset[str]:
        """URNs that must outlive this resource."""
        used = {urn for urns in self.property_dependencies.values() for urn in urns}
        named = {self.parent, self.provider_urn, self.deleted_with, *self.dependencies, *used}
        return frozenset(named - {"", self.urn})


_NAMES = {
    "urn": "urn",
    "custom": "custom",
    "delete": "delete",
    "id": "id",
    "type": "type",
    "inputs": "inputs",
    "outputs": "outputs",
    "parent": "parent",
    "protect": "protect",
    "external": "external",
    "dependencies": "dependencies",
    "provider": "provider",
    "property_dependencies": "propertyDependencies",
    "additional_secret_outputs": "additionalSecretOutputs",
    "aliases": "aliases",
    "custom_timeouts": "customTimeouts",
    "import_id": "importID",
    "retain_on_delete": "retainOnDelete",
    "deleted_with": "deletedWith",
    "created": "created",
    "modified": "modified",
    "ignore_changes": "ignoreChanges",
    "replace_on_changes": "replaceOnChanges",
}
_ALWAYS = ("urn", "custom", "type")
_FIELDS = {theirs: ours for ours, theirs in _NAMES.items()}


def to_json(record: Record) -> dict[str, Any]:
    """The record as the file holds it: what is empty is left out."""
    written: dict[str, Any] = {}
    for ours, theirs in _NAMES.items():
        value = getattr(record, ours)
        if value or ours in _ALWAYS:
            written[theirs] = marked(value)
    return written | dict(record.rest)


def from_json(written: Mapping[str, Any], open_one: Callable[[str], Any]) -> Record:
    """The record that a file holds, its secrets opened."""
    values: dict[str, Any] = {
        ours: written[theirs] for theirs, ours in _FIELDS.items() if written.get(theirs) is not None
    }
    for name in (
        "dependencies",
        "additional_secret_outputs",
        "aliases",
        "ignore_changes",
        "replace_on_changes",
    ):
        values[name] = tuple(values.get(name, ()))
    values["property_dependencies"] = {
        key: tuple(urns or ()) for key, urns in values.get("property_dependencies", {}).items()
    }
    values["inputs"] = unsealed(values.get("inputs", {}), open_one)
    outputs = unsealed(values.get("outputs", {}), open_one)
    values["outputs"] = {
        key: Secret(value)
        if key in values["additional_secret_outputs"] and not isinstance(value, Secret)
        else value
        for key, value in outputs.items()
    }
    rest = {key: value for key, value in written.items() if key not in _FIELDS}
    return Record(**values, rest=rest)


def read_export(path: Path) -> list[Record]:
    """The resources of a file that `pulumi stack export` printed, or of a backend's own file."""
    document = _read(path)
    latest = document.get("deployment") or (document.get("checkpoint") or {}).get("latest") or {}
    open_one = opener(latest.get("secrets_providers"))
    return [from_json(resource, open_one) for resource in latest.get("resources") or ()]


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EngineError(f"{path}: can't be read: {error.strerror}") from error
    except ValueError as error:
        raise EngineError(f"{path}: isn't the JSON of a stack's state: {error}") from error
    if not isinstance(document, dict):
        raise EngineError(f"{path}: isn't the JSON of a stack's state")
    return document


def now() -> str:
    """This instant as the state writes it."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class Backend:
    """The files of one stack in a folder."""

    def __init__(self, folder: Path, project: str, stack: str) -> None:
        self._folder = folder / ".pulumi"
        self.path = self._folder / "stacks" / project / f"{stack}.json"
        self._stack = f"organization/{project}/{stack}"

    def read(self) -> list[Record]:
        """The recorded resources; none when the stack was never deployed."""
        return read_export(self.path) if self.path.exists() else []

    def write(self, records: Sequence[Record]) -> None:
        """Replace the recorded resources in one step."""
        meta = self._folder / "meta.yaml"
        if not meta.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(meta, "version: 1\n")
        latest: dict[str, Any] = {
            "manifest": {
                "time": now(),
                "magic": hashlib.sha256(FORMAT_OF.encode()).hexdigest(),
                "version": FORMAT_OF,
            },
            "resources": [to_json(record) for record in records],
            "metadata": {},
        }
        document = {"version": 3, "checkpoint": {"stack": self._stack, "latest": latest}}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(self.path, json.dumps(document, indent=4) + "\n")


def replace_file(path: Path, text: str) -> None:
    """Write beside, make it durable, then take the place of the old file."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with beside.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(beside, path)


class Snapshot:
    """The state while a run changes it: what was there and isn't settled yet, and what is settled.

    Settled resources come first, in the order they were settled: a resource is settled after all it needs, which
    is the order that the CLI demands of a state.
    """

    def __init__(self, olds: Sequence[Record], backend: Backend | None) -> None:
        self._backend = backend
        self._olds = list(olds)
        self._news: dict[str, Record] = {}
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._version = 0
        self._written = 0

    def resources(self) -> list[Record]:
        """All resources as they stand."""
        with self._lock:
            return [*self._news.values(), *self._olds]

    def unsettled(self) -> list[Record]:
        """What the run hasn't come to: to be deleted in the end, unless something failed."""
        with self._lock:
            return list(self._olds)

    def retains(self, urn: str) -> bool:
        """Whether a settled resource is retained on delete; its children are then as well."""
        with self._lock:
            return urn in self._news and self._news[urn].retain_on_delete

    def settle(self, new: Record, old: Record | None = None, *, wait: bool = True) -> None:
        """Record what a resource is now; `old` is what it was, and goes."""
        with self._lock:
            if old is not None:
                self._olds = [record for record in self._olds if record is not old]
            self._news[new.urn] = new
            if new != old:
                self._version += 1
        if wait:
            self.save()

    def drop(self, gone: Record) -> None:
        """Forget a resource that is deleted."""
        with self._lock:
            self._olds = [record for record in self._olds if record is not gone]
            if self._news.get(gone.urn) is gone:
                del self._news[gone.urn]
            self._version += 1
        self.save()

    def doom(self, old: Record) -> Record:
        """Mark a replaced resource as one that is still to be deleted."""
        doomed = replace(old, delete=True)
        with self._lock:
            self._olds = [doomed if record is old else record for record in self._olds]
            self._version += 1
        return doomed

    def restore(self, doomed: Record, old: Record) -> None:
        """Take the mark off again: the replacement failed."""
        with self._lock:
            self._olds = [old if record is doomed else record for record in self._olds]
            self._version += 1

    def set_outputs(self, urn: str, outputs: Mapping[str, Any]) -> None:
        """Record the outputs that a component or the stack registers at its end."""
        with self._lock:
            record = self._news.get(urn)
            if record is None or opened(record.outputs) == opened(outputs):
                return
            self._news[urn] = replace(record, outputs=dict(outputs))
            self._version += 1

    def save(self) -> None:
        """Return once the file holds at least what is recorded now; parallel callers share one write."""
        if self._backend is None:
            return
        wanted = self._version
        with self._writing:
            if self._written >= wanted:
                return
            with self._lock:
                version = self._version
                records = [*self._news.values(), *self._olds]
            self._backend.write(records)
            self._written = version
