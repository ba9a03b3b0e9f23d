"""What happens to each resource: the order of Check, policies, Diff and the step, as Pulumi lays it down.

Registrations arrive in parallel; the program sends one only after everything it needs is settled. A resource that
fails takes down what depends on it and nothing else. Deletes come last, dependents first, and only when all went well.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from local.engine import paths
from local.engine.deletions import Deletions
from local.engine.goals import Goal, Outcome, Refused
from local.engine.plugins import Difference, Plugin, PluginError
from local.engine.policies import Pack
from local.engine.providers import Providers, problems_text
from local.engine.report import Report
from local.engine.results import Diagnostic, Step
from local.engine.state import Record, Snapshot, now
from local.engine.steps import changes_of, step_of
from local.engine.wire import mark_secrets, opened


class Deployment:
    """One run over one stack: `register` for each resource, then `finish`."""

    def __init__(
        self,
        *,
        preview: bool,
        olds: Sequence[Record],
        snapshot: Snapshot,
        providers: Providers,
        pack: Callable[[], Pack | None],
        report: Report,
        parallel: int,
    ) -> None:
        self._preview = preview
        self._olds = {record.urn: record for record in olds if not record.delete}
        self._snapshot, self._providers, self._pack, self._report = snapshot, providers, pack, report
        self._slots = threading.BoundedSemaphore(parallel)
        self._lock = threading.RLock()
        self._seen: set[str] = set()
        self._claimed: set[str] = set()
        self._bad: set[str] = set()
        self._replaced: dict[str, Record] = {}
        self._stopping = threading.Event()
        self._deletions = Deletions(
            preview=preview,
            olds=olds,
            snapshot=snapshot,
            providers=providers,
            report=report,
            parallel=parallel,
            stopping=self._stopping.is_set,
        )
        self._told = False
        self._working = 0
        self._idle = threading.Condition(self._lock)

    # Registrations

    def register(self, goal: Goal) -> Outcome:
        """Bring one resource to what the program wants."""
        return self._guarded(goal, self._settle)

    def read(self, goal: Goal, id: str) -> Outcome:
        """Record something that exists and that the program only looks at."""
        return self._guarded(goal, partial(self._read, id=id))

    def stop(self) -> None:
        """Start nothing more; what runs may end."""
        self._stopping.set()

    def wait_idle(self, timeout: float) -> bool:
        """Whether no step runs any more."""
        with self._idle:
            return self._idle.wait_for(lambda: self._working == 0, timeout)

    def _guarded(self, goal: Goal, work: Callable[[Goal], Record]) -> Outcome:
        if goal.inherits_retention and self._snapshot.retains(goal.record.parent):
            goal = replace(goal, record=replace(goal.record, retain_on_delete=True))
        with self._lock:
            if goal.urn in self._seen:
                self._report.failure(
                    goal.urn, f"two resources have the URN {goal.urn}; give one of them another name"
                )
                return Outcome(state="failed", urn=goal.urn)
            self._seen.add(goal.urn)
        with self._slots:
            with self._lock:
                if self._stopping.is_set() or goal.needs & self._bad:
                    self._bad.add(goal.urn)
                    self._report.skip(goal.urn)
                    return Outcome(state="skipped", urn=goal.urn)
                self._working += 1
            try:
                record = work(goal)
            except (PluginError, Refused) as error:
                with self._lock:
                    self._bad.add(goal.urn)
                if str(error):
                    self._report.failure(goal.urn, str(error), self._attempt(goal))
                else:
                    self._report.fail(goal.urn)
                return Outcome(state="failed", urn=goal.urn)
            finally:
                with self._idle:
                    self._working -= 1
                    self._idle.notify_all()
        return Outcome(state="done", urn=record.urn, id=record.id, outputs=record.outputs)

    def _attempt(self, goal: Goal) -> Step:
        """The step that failed, as far as anyone knows it."""
        old = self._olds.get(goal.urn)
        return step_of("update" if old else "import" if goal.record.import_id else "create", goal.record, old)

    def _settle(self, goal: Goal) -> Record:
        if goal.record.is_provider:
            self._judge(goal, None)
            return self._providers.explicit(goal)
        old = self._old(goal)
        if not goal.record.custom:
            return self._settle_component(self._judge(goal, None), old)
        provider, plugin = self._providers.serving(goal)
        goal = replace(goal, record=replace(goal.record, provider=self._providers.reference(provider)))
        adopted = self._adopts(goal.record, old)
        if adopted:
            old = self._adopt(goal.record, plugin, old)
        elif old is not None and old.external:
            raise Refused(f"{goal.urn} was only looked at so far; give the managed one another name")
        wanted = goal.record.inputs
        if old is not None:
            wanted = paths.keep_old(wanted, old.inputs, goal.record.ignore_changes)
        inputs = self._check(plugin, goal.urn, old, wanted)
        goal = self._judge(goal.with_inputs(inputs), provider, plugin, old)
        if old is None:
            return self._create(goal, plugin)
        return self._change(goal, plugin, old, wanted, quietly=adopted)

    @staticmethod
    def _adopts(record: Record, old: Record | None) -> bool:
        """Whether the resource is to be taken over from the cloud; once it is recorded, it is like any other."""
        if not record.import_id or (old and record.import_id in (old.id, old.import_id) and not old.external):
            return False
        if old is not None and not old.external:
            raise Refused(
                f"{record.urn} is recorded as {old.id}; importing {record.import_id} in its place would replace it, "
                "and the built-in engine leaves that to the Pulumi CLI"
            )
        return True

    def _old(self, goal: Goal) -> Record | None:
        with self._lock:
            for urn in (goal.urn, *goal.aliases):
                if urn in self._olds and urn not in self._claimed:
                    self._claimed.add(urn)
                    if urn in self._replaced:
                        return None
                    return self._olds[urn]
        return None

    @staticmethod
    def _check(plugin: Plugin, urn: str, old: Record | None, wanted: Mapping[str, Any]) -> dict[str, Any]:
        inputs, problems = plugin.check(urn, old.inputs if old else None, wanted)
        if problems:
            raise Refused(problems_text(problems))
        return mark_secrets(inputs, wanted, ())

    def _judge(
        self, goal: Goal, provider: Record | None, plugin: Plugin | None = None, old: Record | None = None
    ) -> Goal:
        """Ask the policy pack; a mandatory finding stops the resource."""
        pack = self._ready_pack()
        if pack is None:
            return goal
        mended, notes = pack.remediate(goal.record, provider)
        for note in notes:
            self._report.say(Diagnostic(severity="warning", message=note, urn=goal.urn))
        if mended is not None:
            inputs = self._check(plugin, goal.urn, old, mended) if plugin else mended
            goal = goal.with_inputs(mark_secrets(inputs, goal.record.inputs, ()))
        findings = pack.judge(goal.record, provider)
        for finding in findings:
            self._report.find(finding)
        if any(finding.level == "mandatory" for finding in findings):
            raise Refused
        return goal

    def _ready_pack(self) -> Pack | None:
        """The policy pack; one that doesn't start stops every resource, and is told once."""
        try:
            return self._pack()
        except PluginError as error:
            with self._lock:
                if not self._told:
                    self._told = True
                    self._report.say(Diagnostic(severity="error", message=str(error)))
            raise Refused from None

    def _settle_component(self, goal: Goal, old: Record | None) -> Record:
        if old is None:
            new = replace(goal.record, created=now(), modified=now())
            return self._done("create", new, None)
        changes = paths.differences(old.inputs, goal.record.inputs)
        modified = now() if changes else old.modified
        new = replace(goal.record, outputs=old.outputs, created=old.created, modified=modified)
        return self._done("update" if changes else "same", new, old, changes)

    def _create(self, goal: Goal, plugin: Plugin) -> Record:
        replaced = self._replaced.get(goal.urn)
        step = step_of("replace" if replaced else "create", goal.record, replaced)
        self._report.started(step)
        new = self._created(goal, plugin)
        return self._done("replace" if replaced else "create", new, None, started=True, was=replaced)

    def _created(self, goal: Goal, plugin: Plugin) -> Record:
        record = goal.record
        id, outputs = plugin.create(
            record.urn, record.inputs, timeout=record.custom_timeouts.get("create", 0), preview=self._preview
        )
        return replace(
            record,
            id=id,
            outputs=self._marked(record, record.inputs if outputs is None else outputs),
            created=now(),
            modified=now(),
        )

    @staticmethod
    def _marked(record: Record, outputs: Mapping[str, Any]) -> dict[str, Any]:
        return mark_secrets(outputs, record.inputs, record.additional_secret_outputs)

    def _adopt(self, record: Record, plugin: Plugin, old: Record | None) -> Record:
        """Record what is there; what the program wants otherwise is a change like any other, right afterwards."""
        self._report.started(step_of("import", record, None))
        id, inputs, outputs = plugin.read(record.urn, record.import_id, {}, {})
        if not id:
            raise Refused(f"there is no {record.type} with the id {record.import_id} to adopt")
        found = replace(
            record,
            id=id,
            inputs=inputs,
            outputs=self._marked(record, outputs),
            created=now(),
            modified=now(),
        )
        return self._done("import", found, old, started=True)

    def _read(self, goal: Goal, id: str) -> Record:
        provider, plugin = self._providers.serving(goal)
        record = replace(goal.record, external=True, provider=self._providers.reference(provider))
        self._report.started(step_of("read", record, None))
        found, _, outputs = plugin.read(record.urn, id, {}, record.inputs)
        if not found:
            raise Refused(f"there is no {record.type} with the id {id}")
        old = self._old(goal)
        created = old.created if old else now()
        new = replace(
            record,
            id=found,
            inputs={},
            outputs=self._marked(record, outputs),
            created=created,
            modified=old.modified if old else created,
        )
        return self._done("read", new, old, started=True)

    # Changes

    @staticmethod
    def _differs(found: Difference, old: Record, new: Record) -> bool:
        if found.changed is None:
            return bool(opened(old.inputs) != opened(new.inputs))
        return found.changed

    def _change(
        self, goal: Goal, plugin: Plugin, old: Record, wanted: Mapping[str, Any], *, quietly: bool
    ) -> Record:
        record = goal.record
        found = plugin.diff(record.urn, old.id, old.inputs, old.outputs, record.inputs, record.ignore_changes)
        if not self._differs(found, old, record):
            if quietly:
                return old
            new = replace(
                record,
                id=old.id,
                import_id=old.import_id or record.import_id,
                outputs=old.outputs,
                created=old.created,
                modified=old.modified,
            )
            return self._done("same", new, old)
        named = changes_of(found, old, record, found.replaces)
        forced = [
            change.path
            for change in named
            if any(paths.covers(pattern, change.path) for pattern in record.replace_on_changes)
        ]
        if found.replaces or forced:
            named = changes_of(found, old, record, (*found.replaces, *forced))
            first = found.delete_first if goal.delete_before_replace is None else goal.delete_before_replace
            return self._replace(goal, plugin, old, wanted, named, first)
        step = step_of("update", record, old, named)
        self._report.started(step)
        outputs = plugin.update(
            record.urn,
            old.id,
            old.inputs,
            old.outputs,
            record.inputs,
            ignore_changes=record.ignore_changes,
            timeout=record.custom_timeouts.get("update", 0),
            preview=self._preview,
        )
        new = replace(
            record,
            id=old.id,
            outputs=self._marked(record, {**old.outputs, **record.inputs} if outputs is None else outputs),
            created=old.created,
            modified=now(),
        )
        return self._done("update", new, old, named, started=True)

    def _replace(
        self,
        goal: Goal,
        plugin: Plugin,
        old: Record,
        wanted: Mapping[str, Any],
        named: Sequence[Any],
        delete_first: bool,
    ) -> Record:
        if old.protect:
            raise Refused(
                f"{old.name} is protected, and {', '.join(each.path for each in named)} can't change without "
                f"replacing it.\nKeep the old value, or set protect=False in a change of its own first."
            )
        goal = goal.with_inputs(self._check(plugin, goal.urn, None, wanted))
        self._report.started(step_of("replace", goal.record, old, named))
        if delete_first:
            for record in [*reversed(self._deletions.dependents(old)), old]:
                with self._lock:
                    self._replaced[record.urn] = record
                self._deletions.one(record, "delete-replaced")
            new = self._half(goal, plugin)
            return self._done("replace", new, None, named, started=True, was=old)
        doomed = self._snapshot.doom(old)
        try:
            new = self._half(goal, plugin)
        except PluginError:
            self._snapshot.restore(doomed, old)
            raise
        return self._done("replace", new, None, named, started=True, was=old)

    def _half(self, goal: Goal, plugin: Plugin) -> Record:
        self._report.started(step_of("create-replacement", goal.record, None))
        new = self._created(goal, plugin)
        self._report.finished(step_of("create-replacement", new, None))
        return new

    # Ends

    def finish(self) -> None:
        """Delete what the program no longer names, then let the policies judge the stack."""
        if self._report.errors or self._stopping.is_set():
            return
        self._deletions.all(self._snapshot.unsettled())
        if self._report.errors or self._stopping.is_set():
            return
        try:
            pack = self._pack()
            for finding in pack.judge_stack(self._snapshot.resources()) if pack else ():
                self._report.find(finding)
        except PluginError as error:
            self._report.say(Diagnostic(severity="error", message=str(error)))

    def destroy(self) -> None:
        """Delete everything."""
        self._deletions.all(self._snapshot.unsettled())

    def _done(
        self,
        op: str,
        new: Record,
        old: Record | None,
        changes: Iterable[Any] = (),
        *,
        started: bool = False,
        was: Record | None = None,
    ) -> Record:
        step = step_of(op, new, old or was, changes)
        if not started:
            self._report.started(step)
        self._snapshot.settle(new, old, wait=op != "same")
        self._report.finished(step)
        return new
