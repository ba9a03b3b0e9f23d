"""Deleting: in which order, what refuses, and what must go along when something is replaced."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from local.engine.goals import Refused
from local.engine.plugins import PluginError
from local.engine.providers import Providers
from local.engine.report import Report
from local.engine.state import Record, Snapshot
from local.engine.steps import step_of
from local.engine.wire import UNKNOWN_VALUE


class Deletions:
    """Deletes resources of one run; in a preview it only says so."""

    def __init__(
        self,
        *,
        preview: bool,
        olds: Sequence[Record],
        snapshot: Snapshot,
        providers: Providers,
        report: Report,
        parallel: int,
        stopping: Callable[[], bool],
    ) -> None:
        self._preview, self._order, self._snapshot = preview, list(olds), snapshot
        self._olds: Mapping[str, Record] = {record.urn: record for record in olds if not record.delete}
        self._providers, self._report, self._parallel, self._stopping = providers, report, parallel, stopping

    def all(self, gone: Sequence[Record]) -> None:
        """Delete what is gone, dependents first; a protected resource refuses the whole."""
        protected = [record for record in gone if record.protect and not record.delete]
        for record in protected:
            self._report.failure(
                record.urn,
                f"{record.name} is protected and can't be deleted; nothing was deleted.\n"
                "If it really has to go, set protect=False in a change of its own first.",
                step_of("delete", record, None),
            )
        if protected:
            return
        left, failed = list(gone), set[str]()
        try_delete = partial(self._try, gone={record.urn for record in gone})
        with ThreadPoolExecutor(max_workers=self._parallel) as pool:
            while left and not self._stopping():
                needed = {urn for record in left for urn in record.needs} | failed
                ready = [record for record in left if record.urn not in needed]
                if not ready:
                    break
                failed |= {urn for urn in pool.map(try_delete, ready) if urn}
                left = [record for record in left if record not in ready or record.urn in failed]

    def _try(self, record: Record, gone: Iterable[str]) -> str:
        """Delete; gives the URN when that failed."""
        if self._stopping():
            return record.urn
        with_it = bool(record.deleted_with) and record.deleted_with in gone
        try:
            self.one(record, "delete-replaced" if record.delete else "delete", call=not with_it)
        except PluginError as error:
            self._report.failure(record.urn, str(error), step_of("delete", record, None))
            return record.urn
        return ""

    def one(self, record: Record, op: str, *, call: bool = True) -> None:
        """Delete one resource; PluginError when the plugin refuses."""
        step = step_of(op, record, record)
        self._report.started(step)
        kept = record.external or record.retain_on_delete or record.is_provider or not record.custom
        if not self._preview and call and not kept:
            self._providers.recorded(record, self._olds).delete(
                record.urn,
                record.id,
                record.inputs,
                record.outputs,
                timeout=record.custom_timeouts.get("delete", 0),
            )
        self._snapshot.drop(record)
        self._report.finished(step)

    def dependents(self, old: Record) -> list[Record]:
        """What must go before `old` can: resources that would be replaced as well once its outputs change."""
        going = {old.urn}
        found: list[Record] = []
        for record in self._order:
            if record.delete or record.external or not record.custom or record.is_provider:
                continue
            touched = [key for key, urns in record.property_dependencies.items() if going & set(urns)]
            if record.urn in going or not touched:
                continue
            plugin = self._providers.recorded(record, self._olds)
            inputs = {**record.inputs, **dict.fromkeys(touched, UNKNOWN_VALUE)}
            if not plugin.diff(record.urn, record.id, record.inputs, record.outputs, inputs, ()).replaces:
                continue
            if record.protect:
                raise Refused(
                    f"{record.name} is protected, and replacing {old.name} would replace it as well"
                )
            going.add(record.urn)
            found.append(record)
        return found
