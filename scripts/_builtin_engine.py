"""Driving the built-in engine: only where there is no Pulumi CLI, for emulated stacks and for offline previews."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts._outcome import Outcome, PolicyFinding, Step, unique
from throughput.config.loader import LoadedStack
from throughput.problems import ConfigError, Problem


def flat_config(stack: LoadedStack) -> dict[str, str]:
    """The stack's configuration as the CLI hands it to a program: text as it is, everything else as JSON."""
    config: Mapping[str, Any] = stack.source.value["config"]
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}


def deploy(
    root: Path,
    stack: LoadedStack,
    operation: str,
    *,
    state: Path,
    as_of: str | None,
    on_step: Callable[[str], None],
) -> Outcome:
    """Run `preview`, `up` or `destroy` with the built-in engine. Raises `ConfigError` for what stops it before it starts."""
    from local.engine import EngineError, Event
    from local.engine import deploy as run

    def heard(event: Event) -> None:
        if event.step is not None and event.kind == "step-started" and event.step.op != "same":
            on_step(f"{event.step.op} {event.step.name}")

    pack = root / "policies"
    try:
        with _judged_on(as_of):
            result = run(
                root=root,
                project="vertex-throughput",
                stack=stack.stack,
                operation=operation,  # type: ignore[arg-type]
                config=flat_config(stack),
                state_dir=state,
                program=root / "__main__.py",
                plugins={"vertex-throughput": root / "provider"},
                policy_pack=pack
                if (pack / "PulumiPolicy.yaml").is_file() and operation != "destroy"
                else None,
                cloud=state / "cloud.json",
                on_event=heard,
            )
    except EngineError as error:
        raise ConfigError(Problem(message=str(error))) from error
    diagnostics = [(entry.severity, entry.message) for entry in result.diagnostics]
    return Outcome(
        ok=result.ok,
        steps=tuple(
            _step(step, result.failed)
            for step in result.steps
            if step.op not in ("create-replacement", "delete-replaced")
        ),
        policies=tuple(
            PolicyFinding(policy=found.policy, level=found.level, urn=found.urn, message=found.message)
            for found in result.policies
        ),
        policies_ran=result.policy_count or None,
        errors=unique(message for severity, message in diagnostics if severity == "error"),
        warnings=unique(message for severity, message in diagnostics if severity == "warning"),
        outputs=result.outputs,
        seconds=result.seconds,
        interrupted=result.interrupted,
    )


def _step(step: Any, failed: tuple[str, ...]) -> Step:
    return Step(
        op=step.op,
        urn=step.urn,
        type=step.type,
        name=step.name,
        parent=step.parent,
        protect=step.protect,
        diff=tuple((change.path, change.old, change.new) for change in step.changes),
        inputs=step.inputs or step.old_inputs,
        failed=step.urn in failed,
    )


@contextmanager
def _judged_on(as_of: str | None) -> Iterator[None]:
    """The plugin learns the day to judge by from its environment; it is another process."""
    before = os.environ.get("PT_AS_OF")
    if as_of is not None:
        os.environ["PT_AS_OF"] = as_of
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("PT_AS_OF", None)
        else:
            os.environ["PT_AS_OF"] = before
