"""Driving the real Pulumi CLI: the same commands, the same screen.

It always runs the CLI as it is on PATH and reads its event log. For an emulated stack the backend is the project's own `.local` folder
and the cloud is the stand-in; for a real one everything is the caller's.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scripts._outcome import Outcome, PolicyFinding, Step, short_name, unique
from throughput.problems import ConfigError, Problem

_REPLACED = ("delete-replaced", "create-replacement", "discard-replaced", "remove-pending-replace")
_NOISE = ("using pulumi-resource-gcp from", "resource plugin gcp is expected")


def available() -> str | None:
    """Path of the `pulumi` command, or None."""
    return shutil.which("pulumi")


def deploy(
    root: Path,
    stack: str,
    operation: str,
    *,
    emulated: bool,
    state: Path,
    as_of: str | None,
    on_step: Callable[[str], None],
) -> Outcome:
    """Run `pulumi preview|up|destroy` for a stack and read what happened. `on_step` hears each resource as it is worked on."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="pt-") as folder:
        scratch = Path(folder)
        environment = _environment(root, scratch, emulated=emulated, state=state, as_of=as_of)
        arguments = ["--stack", stack, "--non-interactive", "--color", "never"]
        if emulated:
            arguments += ["--config-file", str(_copy_of_config(root, stack, scratch))]
            _select(stack, scratch, environment)
        log = scratch / "events.jsonl"
        command = [
            available() or "pulumi",
            operation,
            *arguments,
            "--event-log",
            str(log),
            *_options(root, operation),
        ]
        process = subprocess.Popen(
            command,
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            output = _follow(process, log, on_step)
        except KeyboardInterrupt:
            # The CLI got the same Ctrl-C, and records what it has done before it ends.
            process.wait()
            return Outcome(ok=False, steps=(), interrupted=True)
        events = list(_events(log))
        outcome = read_events(events, process.returncode == 0, output, time.monotonic() - started)
        refuse_to_start(outcome, stack)
        outputs = _outputs(root, stack, environment) if process.returncode == 0 and operation == "up" else {}
    return replace(outcome, outputs=outputs) if outputs else outcome


def _environment(
    root: Path, scratch: Path, *, emulated: bool, state: Path, as_of: str | None
) -> dict[str, str]:
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true", "PULUMI_DEBUG_COMMANDS": "true"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if as_of:
        environment["PT_AS_OF"] = as_of
    if emulated:
        state.mkdir(parents=True, exist_ok=True)
        environment |= {
            "PULUMI_BACKEND_URL": state.resolve().as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_HOME": str(scratch / "home"),
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PT_CLOUD_FILE": str((state / "cloud.json").resolve()),
            "PATH": f"{root / 'local' / 'google_cloud' / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        }
        environment.pop("PULUMI_CONFIG_PASSPHRASE_FILE", None)
    return environment


def _copy_of_config(root: Path, stack: str, scratch: Path) -> Path:
    # The CLI writes an encryption salt into the file it is given; the user's stack file stays as it is.
    copy = scratch / f"Pulumi.{stack}.yaml"
    shutil.copyfile(root / "stacks" / copy.name, copy)
    return copy


def _select(stack: str, scratch: Path, environment: Mapping[str, str]) -> None:
    """Make the stack where there is none yet, from a folder of its own: the CLI writes a salt beside the project it is run in."""
    folder = scratch / "select"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: vertex-throughput\nruntime: python\n", encoding="utf-8")
    command = [
        available() or "pulumi",
        "stack",
        "select",
        "--create",
        "--non-interactive",
        "--stack",
        f"organization/vertex-throughput/{stack}",
    ]
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def _options(root: Path, operation: str) -> list[str]:
    judged = operation in ("preview", "up") and (root / "policies" / "PulumiPolicy.yaml").is_file()
    pack = ["--policy-pack", str(root / "policies")] if judged else []
    return pack + ({"up": ["--yes", "--skip-preview"], "destroy": ["--yes"]}.get(operation, ["--diff"]))


def _follow(process: "subprocess.Popen[str]", log: Path, on_step: Callable[[str], None]) -> str:
    lines = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        text = line.strip()
        if text.startswith(("+ ", "~ ", "- ", "@ ")):
            on_step(text)
    process.wait()
    return "".join(lines)


def _events(log: Path) -> Iterator[dict[str, Any]]:
    if not log.is_file():
        return
    for line in log.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def read_events(events: list[dict[str, Any]], ok: bool, output: str, seconds: float) -> Outcome:
    """An event log as an outcome; `output` is what the CLI printed, used when the log holds no reason for a failure."""
    steps: dict[str, Step] = {}
    policies: list[PolicyFinding] = []
    errors: list[str] = []
    warnings: list[str] = []
    packs = 0
    for event in events:
        if "resourcePreEvent" in event or "resOutputsEvent" in event or "resOpFailedEvent" in event:
            _take_step(event, steps)
        elif found := event.get("policyEvent"):
            policies.append(
                PolicyFinding(
                    policy=found["policyName"],
                    level=found["enforcementLevel"],
                    urn=found.get("resourceUrn", ""),
                    message=_policy_text(found["message"]),
                )
            )
        elif found := event.get("diagnosticEvent"):
            _take_diagnostic(found, errors, warnings)
        elif "policyLoadEvent" in event:
            packs += 1
    if not ok and not errors and not any(finding.level == "mandatory" for finding in policies):
        errors = [
            line.removeprefix("error: ") for line in output.splitlines() if line.startswith("error: ")
        ] or [output.strip()[-2000:]]
    return Outcome(
        ok=ok,
        steps=tuple(steps.values()),
        policies=tuple(dict.fromkeys(policies)),
        errors=unique(errors),
        warnings=unique(warnings),
        seconds=seconds,
        policies_ran=packs or None,
    )


# What the CLI says before it can start, and the command that helps.
_BEFORE_START = {
    "no stack named": "Make it once: pulumi stack init {stack}",
    "PULUMI_ACCESS_TOKEN": "Log in to the backend that holds the state: pulumi login gs://BUCKET, or pulumi login",
    "could not determine current stack": "Make it once: pulumi stack init {stack}",
    "incorrect passphrase": "Set PULUMI_CONFIG_PASSPHRASE to the stack's passphrase",
}


def refuse_to_start(outcome: Outcome, stack: str) -> None:
    """Raise `ConfigError` with the next command when the CLI could not even start."""
    for error in outcome.errors:
        for said, hint in _BEFORE_START.items():
            if said in error and not outcome.steps:
                raise ConfigError(
                    Problem(
                        message=f"the Pulumi CLI can't work on stack {stack}: {error}",
                        hint=hint.format(stack=stack),
                    )
                )


def _policy_text(message: str) -> str:
    # The CLI puts the policy's description on the first line; what was found follows it.
    return message.strip()


def _take_diagnostic(found: Mapping[str, Any], errors: list[str], warnings: list[str]) -> None:
    message = str(found.get("message", "")).strip()
    if not message or any(noise in message for noise in _NOISE):
        return
    if found.get("severity") == "error":
        errors.append(message)
    elif found.get("severity") == "warning":
        warnings.append(message)


def _take_step(event: Mapping[str, Any], steps: dict[str, Step]) -> None:
    kind = next(key for key in ("resourcePreEvent", "resOutputsEvent", "resOpFailedEvent") if key in event)
    data = event[kind]["metadata"]
    op = str(data["op"])
    urn = str(data["urn"])
    if op in _REPLACED and urn in steps:
        return
    new, old = data.get("new") or {}, data.get("old") or {}
    steps[urn] = Step(
        op="replace" if op in _REPLACED else op,
        urn=urn,
        type=str(data["type"]),
        name=short_name(urn),
        parent=str((new or old).get("parent", "")),
        protect=bool((new or old).get("protect")),
        diff=_differences(data.get("detailedDiff") or {}, old.get("inputs") or {}, new.get("inputs") or {}),
        inputs=new.get("inputs") or old.get("inputs") or {},
        failed=kind == "resOpFailedEvent",
    )


def _differences(
    detailed: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[tuple[str, Any, Any], ...]:
    return tuple((path, _at(old, path), _at(new, path)) for path in sorted(detailed))


def _at(values: Any, path: str) -> Any:
    for part in path.replace("[", ".").replace("]", "").split("."):
        if isinstance(values, Mapping):
            values = values.get(part.strip('"'))
        elif isinstance(values, list) and part.isdigit() and int(part) < len(values):
            values = values[int(part)]
        else:
            return None
    return values


def _outputs(root: Path, stack: str, environment: Mapping[str, str]) -> dict[str, Any]:
    command = [available() or "pulumi", "stack", "output", "--json", "--stack", stack, "--non-interactive"]
    found = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    try:
        outputs = json.loads(found.stdout)
    except json.JSONDecodeError:
        return {}
    return outputs if isinstance(outputs, dict) else {}
