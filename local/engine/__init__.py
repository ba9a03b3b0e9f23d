"""Runs the unmodified Pulumi program, its plugins and its policy pack when there is no Pulumi CLI.

    from local.engine import deploy

    result = deploy(
        root=ROOT, project="vertex-throughput", stack="local", operation="up",
        config={"vertex-throughput:environment": '{"emulated": true, …}'},  # flat, values as the CLI hands them over
        state_dir=ROOT / ".local",            # the self-managed backend; `.pulumi/` is made inside
        program=ROOT / "__main__.py",         # a file, or a folder with a __main__.py
        plugins={"vertex-throughput": ROOT / "provider"},
        policy_pack=ROOT / "policies",
        cloud=ROOT / ".local" / "cloud.json", # the file behind the stand-in for Google Cloud
        on_event=lambda event: print(event.kind, event.step and event.step.name),
    )
    result.ok, result.interrupted, result.exit_code   # 0 fine, 1 refused or failed, 130 interrupted
    result.steps                               # every step, also `same`, in the order they finished
    result.changes                             # the steps that change something
    result.outputs                             # the stack's exports (a secret prints as `[secret]`)
    result.diagnostics, result.policies

It raises `EngineError` for what is wrong before anything runs, and `LockedError` (with `.pid`) while another run
holds the stack. What `step.op` can be: `same`, `create`, `update`, `replace`, `delete`, `read`, `import`, and the two
halves of a replacement, `create-replacement` and `delete-replaced` (see `Step`).

The engine is small on purpose. It leaves out: encryption (secrets are marked in the state, but open; what the CLI's
passphrase provider sealed is read), the refresh and import commands (the `import_` option works), targets and plans,
remote components, transforms and hooks, replacing a provider, importing in the place of something recorded, stack
references, and more than one version of a package at once. The real engine for real environments is the Pulumi CLI;
it can take over the folder, finds nothing to change, and can give it back.

Where to look: `run` (one run), `processes` and `children` (what is started), `monitor` (what the program calls),
`deployment` and `deletions` (what happens to a resource), `providers`, `plugins`, `policies` (who is asked),
`state`, `sealed`, `lock` (what is on disk), `wire`, `paths`, `goals`, `steps`, `report`, `results` (values).
"""

from local.engine.results import (
    Diagnostic,
    EngineError,
    Event,
    LockedError,
    Operation,
    PolicyFinding,
    PropertyChange,
    Result,
    Step,
)
from local.engine.run import deploy

__all__ = [
    "Diagnostic",
    "EngineError",
    "Event",
    "LockedError",
    "Operation",
    "PolicyFinding",
    "PropertyChange",
    "Result",
    "Step",
    "deploy",
]
