"""One run of the engine, from reading the state to the result.

The processes are started before anything else: they load their libraries while the engine loads its own.
"""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.engine.children import Child
from local.engine.lock import locked
from local.engine.processes import Processes
from local.engine.report import Report
from local.engine.results import Diagnostic, EngineError, Event, Operation, Result
from local.engine.state import Backend, Record, Snapshot, read_export

if TYPE_CHECKING:
    from local.engine.policies import Pack


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
    if exported_state is not None and operation != "preview":
        raise EngineError("An exported state is for previews only.")
    began = time.monotonic()
    report = Report(on_event)
    preview = operation == "preview"
    backend = Backend(state_dir, project, stack)
    with contextlib.nullcontext() if preview else locked(state_dir, project, stack):
        olds = backend.read() if exported_state is None else read_export(exported_state)
        run = _Run(
            root=root,
            project=project,
            stack=stack,
            preview=preview,
            config=config,
            folders=dict(plugins or {}),
            cloud=cloud or state_dir / "cloud.json",
            environment=environment or {},
            parallel=parallel,
            olds=olds,
            snapshot=Snapshot(olds, None if preview else backend),
            report=report,
        )
        with run.ending():
            if operation == "destroy":
                run.destroy()
            else:
                run.apply(program, policy_pack)
    return Result(
        ok=not report.errors and not run.interrupted and not report.skipped,
        operation=operation,
        steps=tuple(report.steps),
        outputs=run.outputs(),
        diagnostics=tuple(report.diagnostics),
        policies=tuple(report.policies),
        failed=tuple(report.failed),
        skipped=tuple(report.skipped),
        interrupted=run.interrupted,
        policy_count=run.policy_count(),
        seconds=time.monotonic() - began,
    )


class _Run:
    """The processes and servers of one run, and their order."""

    def __init__(
        self,
        *,
        root: Path,
        project: str,
        stack: str,
        preview: bool,
        config: Mapping[str, str],
        folders: Mapping[str, Path],
        cloud: Path,
        environment: Mapping[str, str],
        parallel: int,
        olds: list[Record],
        snapshot: Snapshot,
        report: Report,
    ) -> None:
        self._root, self._project, self._stack, self._preview = root, project, stack, preview
        self._config, self._parallel = config, parallel
        self._olds, self._snapshot, self._report = olds, snapshot, report
        self._processes = Processes(
            root=root,
            project=project,
            stack=stack,
            preview=preview,
            config=config,
            folders=folders,
            cloud=cloud,
            environment=environment,
            on_line=self._line,
        )
        self._closing: list[Callable[[], object]] = []
        self._wake = threading.Event()
        self._through = threading.Event()
        self._abandon = threading.Event()
        self._stop: Callable[[], None] = lambda: None
        self._gave: Callable[[], dict[str, Any]] = dict
        self.interrupted = False

    # The three operations

    def apply(self, program: Path, policy_pack: Path | None) -> None:
        """Run the program; in a preview nothing is changed."""
        main = self._processes.start("program", "the program", self._root)
        self._processes.start_plugins()
        pack = self._processes.pack(policy_pack)
        deployment = self._serve(pack)
        self._processes.run(
            main,
            [str(program.parent if program.name == "__main__.py" else program)],
            {
                "settings": {
                    "monitor": self._processes.engine,
                    "engine": self._processes.engine,
                    "project": self._project,
                    "stack": self._stack,
                    "parallel": self._parallel,
                    "dry_run": self._preview,
                    "organization": "organization",
                    "root_directory": str(self._root),
                },
            },
        )
        code = self._until_through(main)
        if self.interrupted:
            deployment.stop()
            while not deployment.wait_idle(0.1) and not self._abandon.is_set():
                pass
            return
        if code not in (None, 0):
            self._explain(main, code)
        elif not self._through.is_set():
            self._say("error", "The program ended before it was through.")
        self._report.program_finished()
        deployment.finish()
        if code is None and not self.interrupted:
            main.wait(10)

    def destroy(self) -> None:
        """Delete everything that is recorded; the program doesn't run."""
        self._processes.start_plugins(
            {record.type.rpartition(":")[2] for record in self._olds if record.is_provider}
        )
        self._serve(lambda: None).destroy()

    def outputs(self) -> dict[str, Any]:
        """The stack's exports, as results may show them."""
        from local.engine.wire import shown

        return dict(shown(self._gave()))

    def policy_count(self) -> int:
        """How many policies the pack holds."""
        return self._processes.policy_count

    @contextlib.contextmanager
    def ending(self) -> Iterator[None]:
        """Listen to Ctrl-C while the block runs, and leave no process behind."""
        previous: dict[int, Any] = {}
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                previous[number] = signal.signal(number, self._interrupt)
        try:
            yield
            self._snapshot.save()
        finally:
            self._processes.stop()
            for close in reversed(self._closing):
                close()
            for caught, handler in previous.items():
                signal.signal(caught, handler)

    def _interrupt(self, number: int, frame: object) -> None:
        """The first Ctrl-C lets running steps finish, the second one doesn't wait for them."""
        if self.interrupted:
            self._abandon.set()
            self._processes.kill()
        self.interrupted = True
        self._stop()
        self._wake.set()

    # Processes

    def _line(self, kind: str, line: str) -> None:
        # What a plugin writes is its log; it is shown when the plugin fails. A program's output is for its reader.
        if kind == "program" and line.strip():
            self._say("info", line)

    def _say(self, severity: Any, message: str) -> None:
        self._report.say(Diagnostic(severity=severity, message=message))

    def _explain(self, main: Child, code: int) -> None:
        if not self._report.errors:
            said = main.errors().rstrip()
            self._say("error", f"The program ended with exit code {code}." + (f"\n{said}" if said else ""))

    def _until_through(self, main: Child) -> int | None:
        """Wait until the program is through with its registrations (`None`), or ended with an exit code."""
        ended: list[int | None] = []

        def watch() -> None:
            ended.append(main.wait())
            self._wake.set()

        threading.Thread(target=watch, daemon=True).start()
        self._wake.wait()
        return None if self._through.is_set() or self.interrupted else ended[0]

    def _on_end(self) -> None:
        self._through.set()
        self._wake.set()

    def _serve(self, pack: Callable[[], "Pack | None"]) -> Any:
        import grpc
        from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2_grpc

        from local.engine.deployment import Deployment
        from local.engine.monitor import Log, Monitor
        from local.engine.plugins import OPTIONS
        from local.engine.providers import Providers

        providers = Providers(
            project=self._project,
            stack=self._stack,
            preview=self._preview,
            config=self._config,
            olds={record.urn: record for record in self._olds},
            snapshot=self._snapshot,
            report=self._report,
            start=self._processes.plugin,
        )
        deployment = Deployment(
            preview=self._preview,
            olds=self._olds,
            snapshot=self._snapshot,
            providers=providers,
            pack=pack,
            report=self._report,
            parallel=self._parallel,
        )
        self._stop = deployment.stop
        if self.interrupted:
            deployment.stop()
        monitor = Monitor(
            project=self._project,
            stack=self._stack,
            preview=self._preview,
            config=self._config,
            deployment=deployment,
            providers=providers,
            snapshot=self._snapshot,
            report=self._report,
            on_end=self._on_end,
        )
        self._gave = lambda: monitor.stack_outputs
        workers = ThreadPoolExecutor(max_workers=self._parallel * 2 + 8)
        server = grpc.server(workers, options=OPTIONS)
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
        engine_pb2_grpc.add_EngineServicer_to_server(Log(self._report), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        self._closing.append(lambda: server.stop(0).wait())
        self._processes.greet(f"127.0.0.1:{port}")
        return deployment
