"""What the program asks for: one registration, read from the protocol."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from local.engine.state import Record
from local.engine.wire import decode

STACK_TYPE = "pulumi:pulumi:Stack"
_DURATION = re.compile(r"([0-9.]+)(h|ms|us|µs|ns|m|s)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


class Refused(Exception):
    """A step can't be taken; the text says why. It is empty when the reason is already told."""


@dataclass(frozen=True, kw_only=True)
class Goal:
    """A resource as the program wants it: the record it would become, and what only matters on the way there."""

    record: Record
    package: str
    version: str = ""
    provider: str = ""
    aliases: tuple[str, ...] = ()
    delete_before_replace: bool | None = None
    #: The program didn't say whether to retain it on delete: its parent decides.
    inherits_retention: bool = False

    @property
    def urn(self) -> str:
        """The resource's URN."""
        return self.record.urn

    @property
    def needs(self) -> frozenset[str]:
        """URNs that must be settled well before this one can be."""
        used = {self.provider.rpartition("::")[0]} if self.provider else set()
        return self.record.needs | used

    def with_inputs(self, inputs: Mapping[str, Any]) -> "Goal":
        """The same with other inputs."""
        return replace(self, record=replace(self.record, inputs=dict(inputs)))


def urn_of(project: str, stack: str, parent: str, type: str, name: str) -> str:
    """The URN: it holds the types of all parents but the stack's."""
    above = parent.split("::")[2] if parent else STACK_TYPE
    qualified = type if above == STACK_TYPE else f"{above}${type}"
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"


def package_of(type: str) -> str:
    """The package that serves a type token; for a provider's own type, the package it serves."""
    return type.rpartition(":")[2] if type.startswith("pulumi:providers:") else type.partition(":")[0]


def goal_of(request: Any, project: str, stack: str) -> Goal:
    """Read a RegisterResource request."""
    record = Record(
        urn=urn_of(project, stack, request.parent, request.type, request.name),
        type=request.type,
        custom=request.custom,
        inputs=decode(request.object),
        parent=request.parent,
        protect=request.protect,
        dependencies=tuple(sorted(request.dependencies)),
        property_dependencies={
            key: tuple(sorted(each.urns)) for key, each in sorted(request.propertyDependencies.items())
        },
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
        custom_timeouts=_timeouts(request.customTimeouts),
        import_id=request.importId,
        retain_on_delete=request.retainOnDelete,
        deleted_with=request.deletedWith,
        ignore_changes=tuple(request.ignoreChanges),
        replace_on_changes=tuple(request.replaceOnChanges),
    )
    return Goal(
        record=record,
        package=package_of(request.type),
        version=request.version,
        provider=request.provider,
        aliases=tuple(request.aliasURNs),
        delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
        inherits_retention=not request.HasField("retainOnDelete"),
    )


def _timeouts(message: Any) -> dict[str, float]:
    texts = {"create": message.create, "update": message.update, "delete": message.delete}
    return {key: _seconds(text) for key, text in texts.items() if text}


def _seconds(text: str) -> float:
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in _DURATION.findall(text))
    return int(seconds) if float(seconds).is_integer() else seconds


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a registration: `done`, `failed`, or `skipped` because of something it needs."""

    state: str
    urn: str
    id: str = ""
    outputs: Mapping[str, Any] = field(default_factory=dict)
