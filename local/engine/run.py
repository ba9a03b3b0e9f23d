"""One run of the engine, from reading the state to the result."""

from collections.abc import Callable, Mapping
from pathlib import Path

from local.engine.results import EngineError, Event, Operation, Result


def deploy(
    *,
    root: Path,
    project: str,
    stack: str,
    operation: Operation,
    config: Mapping[str, str],
    state_dir: Path,
    program: Path,
    plugins: Mapping[str, Path] | None = None,
    policy_pack: Path | None = None,
    cloud: Path | None = None,
    exported_state: Path | None = None,
    on_event: Callable[[Event], None] | None = None,
    environment: Mapping[str, str] | None = None,
    parallel: int = 16,
) -> Result:
    """Run `operation` on one stack and say what happened.

    `config` holds every key as the CLI hands it over (`namespace:key`, JSON text for maps). `plugins` maps a package
    to its folder; `gcp` is served by the stand-in over the file `cloud`. `exported_state` (what `pulumi stack
    export` prints) replaces the recorded state, for previews only. `environment` is added to that of the program,
    plugins and pack.

    Raises EngineError when it can't start, LockedError while another run holds the stack.
    """
    raise EngineError("not yet")
