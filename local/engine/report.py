"""Collects what happens in a run, and tells the caller while it happens."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from local.engine.results import Diagnostic, Event, PolicyFinding, Step


class Report:
    """Steps, messages and policy findings, in the order they came; the listener is called by one thread at a time."""

    def __init__(self, listener: Callable[[Event], None] | None) -> None:
        self._listener = listener
        self._lock = threading.RLock()
        self._began: dict[tuple[str, str], float] = {}
        self.steps: list[Step] = []
        self.diagnostics: list[Diagnostic] = []
        self.policies: list[PolicyFinding] = []
        self.failed: list[str] = []
        self.skipped: list[str] = []

    @property
    def errors(self) -> bool:
        """Whether anything went wrong."""
        return bool(
            self.failed
            or any(each.severity == "error" for each in self.diagnostics)
            or any(each.level == "mandatory" for each in self.policies)
        )

    def started(self, step: Step) -> None:
        """Work on a resource begins."""
        with self._lock:
            self._began[step.urn, step.op] = time.monotonic()
            self._tell(Event(kind="step-started", step=step))

    def finished(self, step: Step) -> None:
        """The work is done."""
        with self._lock:
            self.steps.append(step)
            self._tell(Event(kind="step-finished", step=step, seconds=self._took(step)))

    def failure(self, urn: str, message: str, step: Step | None = None) -> None:
        """A resource failed, with the text of whoever refused it."""
        with self._lock:
            diagnostic = Diagnostic(severity="error", message=message, urn=urn)
            self.diagnostics.append(diagnostic)
            self.fail(urn)
            seconds = self._took(step) if step else 0.0
            self._tell(Event(kind="step-failed", step=step, diagnostic=diagnostic, seconds=seconds))

    def fail(self, urn: str) -> None:
        """A resource failed, and the reason is already told."""
        with self._lock:
            if urn and urn not in self.failed:
                self.failed.append(urn)

    def skip(self, urn: str) -> None:
        """A resource isn't tried, because of what it needs or because the run is ending."""
        with self._lock:
            self.skipped.append(urn)

    def say(self, diagnostic: Diagnostic) -> None:
        """A message."""
        with self._lock:
            self.diagnostics.append(diagnostic)
            self._tell(Event(kind="diagnostic", diagnostic=diagnostic))

    def find(self, finding: PolicyFinding) -> None:
        """What a policy found."""
        with self._lock:
            self.policies.append(finding)
            self._tell(Event(kind="policy", policy=finding))

    def program_finished(self) -> None:
        """All registrations are in."""
        with self._lock:
            self._tell(Event(kind="program-finished"))

    def _took(self, step: Step) -> float:
        began = self._began.pop((step.urn, step.op), None)
        return 0.0 if began is None else time.monotonic() - began

    def _tell(self, event: Event) -> None:
        if self._listener is not None:
            # A terminal that went away must not stop a deployment half-way.
            with suppress(OSError, ValueError):
                self._listener(event)
