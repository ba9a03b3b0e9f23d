"""Which plugin serves a resource: default providers that are made on first use, and explicit ones of the program.

Every provider is a resource of its own in the state, recorded before the resources it serves.
"""

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from local.engine.goals import Goal, package_of, urn_of
from local.engine.plugins import Difference, Plugin, PluginError, Problem
from local.engine.report import Report
from local.engine.state import Record, Snapshot, now
from local.engine.steps import step_of
from local.engine.wire import UNKNOWN_MARK, has_unknown

# Where the CLI keeps what is the engine's business and not the plugin's.
_INTERNAL = "__internal"


def problems_text(problems: list[Problem]) -> str:
    """Check's refusals, one a line."""
    return "\n".join(f"{each.property}: {each.reason}" if each.property else each.reason for each in problems)


class Providers:
    """The configured plugins of one run."""

    def __init__(
        self,
        *,
        project: str,
        stack: str,
        preview: bool,
        config: Mapping[str, str],
        olds: Mapping[str, Record],
        snapshot: Snapshot,
        report: Report,
        start: Callable[[str], Plugin],
    ) -> None:
        self._project, self._stack, self._preview = project, stack, preview
        self._config, self._olds = config, olds
        self._snapshot, self._report, self._start = snapshot, report, start
        self._lock = threading.RLock()
        self._live: dict[str, tuple[Record, Plugin]] = {}

    def serving(self, goal: Goal) -> tuple[Record, Plugin]:
        """The provider that the program named, or the default one of the package and version."""
        if goal.provider:
            urn = goal.provider.rpartition("::")[0]
            with self._lock:
                if urn not in self._live:
                    raise PluginError(f"{goal.urn} names a provider that isn't registered: {urn}")
                return self._live[urn]
        return self.default(goal.package, goal.version)

    def default(self, package: str, version: str) -> tuple[Record, Plugin]:
        """The default provider, made on first use from the configuration of its namespace."""
        name = "default" + (f"_{version.replace('.', '_').replace('-', '_')}" if version else "")
        kind = f"pulumi:providers:{package}"
        urn = urn_of(self._project, self._stack, "", kind, name)
        with self._lock:
            if urn not in self._live:
                inputs: dict[str, Any] = {
                    key.partition(":")[2]: value
                    for key, value in sorted(self._config.items())
                    if key.partition(":")[0] == package
                }
                if version:
                    inputs |= {_INTERNAL: {}, "version": version}
                self._settle(Record(urn=urn, type=kind, custom=True, inputs=inputs))
            return self._live[urn]

    def explicit(self, goal: Goal) -> Record:
        """Configure a provider that the program makes."""
        inputs = dict(goal.record.inputs)
        if goal.version:
            inputs |= {_INTERNAL: {}, "version": goal.version}
        with self._lock:
            return self._settle(replace(goal.record, inputs=inputs))

    def recorded(self, record: Record, olds: Mapping[str, Record]) -> Plugin:
        """The plugin for a resource of the state that the program doesn't name any more."""
        urn = record.provider_urn
        with self._lock:
            if urn in self._live:
                return self._live[urn][1]
            old = olds.get(urn)
            if old is None:
                raise PluginError(f"the state has no provider for {record.urn}")
            plugin = self._start(package_of(old.type))
            plugin.configure(urn, _outer(old.inputs))
            self._live[urn] = (old, plugin)
            return plugin

    def reference(self, record: Record) -> str:
        """How a resource names its provider in the state."""
        return f"{record.urn}::{record.id or UNKNOWN_MARK}"

    def _settle(self, wanted: Record) -> Record:
        plugin = self._start(package_of(wanted.type))
        old = self._olds.get(wanted.urn)
        olds = _outer(old.inputs) if old else {}
        checked, problems = plugin.check_config(wanted.urn, olds, _outer(wanted.inputs))
        if problems:
            raise PluginError(problems_text(problems))
        if _INTERNAL in wanted.inputs:
            checked = {_INTERNAL: wanted.inputs[_INTERNAL], **checked}
        new = replace(wanted, inputs=checked, outputs=_outer(checked), created=now(), modified=now())
        op: Any = "create"
        if old is not None:
            op, new = self._kept(plugin, old, new)
        elif not self._preview:
            new = replace(new, id=str(uuid.uuid4()))
        step = step_of(op, new, old)
        self._report.started(step)
        if not has_unknown(checked):
            plugin.configure(new.urn, _outer(checked))
        self._live[new.urn] = (new, plugin)
        self._snapshot.settle(new, old, wait=op != "same")
        self._report.finished(step)
        return new

    def _kept(self, plugin: Plugin, old: Record, new: Record) -> tuple[str, Record]:
        found: Difference = plugin.diff_config(
            new.urn, old.id, _outer(old.inputs), old.outputs, _outer(new.inputs)
        )
        changed = old.inputs != new.inputs if found.changed is None else found.changed
        modified = new.modified if changed else old.modified
        return "update" if changed else "same", replace(
            new, id=old.id, created=old.created, modified=modified
        )


def _outer(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in inputs.items() if key != _INTERNAL}
