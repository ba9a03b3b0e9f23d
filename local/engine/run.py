"""One run of the engine, from reading the state to the result.

The processes are started before anything else: they load their libraries while the engine loads its own.
"""

import contextlib
import json
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.engine.children import Child, clean_environment
from local.engine.lock import locked
from local.engine.report import Report
from local.engine.results import Diagnostic, EngineError, Event, Operation, Result
from local.engine.state import Backend, Record, Snapshot, read_export

if TYPE_CHECKING:
    from local.engine.plugins import Plugin
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
        policy_count=run.policy_count,
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
        self._config, self._folders, self._cloud, self._parallel = config, folders, cloud, parallel
        self._olds, self._snapshot, self._report = olds, snapshot, report
        self._environment = clean_environment(
            {
                "PULUMI_PROJECT": project,
                "PULUMI_STACK": stack,
                "PULUMI_ORGANIZATION": "organization",
                "PULUMI_DRY_RUN": "true" if preview else "false",
                **environment,
            }
        )
        self._late = {"PULUMI_CONFIG": json.dumps(dict(config)), "PULUMI_CONFIG_SECRET_KEYS": "[]"}
        self._children: list[Child] = []
        self._spare: dict[str, Child] = {}
        self._closing: list[Callable[[], object]] = []
        self._starting = threading.Lock()
        self._wake = threading.Event()
        self._through = threading.Event()
        self._abandon = threading.Event()
        self._stop: Callable[[], None] = lambda: None
        self._engine = ""
        self._gave: Callable[[], dict[str, Any]] = dict
        self.interrupted = False
        self.policy_count = 0

    # The three operations

    def apply(self, program: Path, policy_pack: Path | None) -> None:
        """Run the program; in a preview nothing is changed."""
        main = self._child("program", "the program", self._root)
        for package, folder in self._folders.items():
            self._spare[package] = self._child("plugin", f"the plugin {package}", folder)
        judge = self._child("pack", "the policy pack", policy_pack) if policy_pack else None
        deployment = self._serve(self._pack_later(judge, policy_pack))
        main.run(
            {
                "environment": self._late,
                "argv": [str(program.parent if program.name == "__main__.py" else program)],
                "settings": {
                    "monitor": self._engine,
                    "engine": self._engine,
                    "project": self._project,
                    "stack": self._stack,
                    "parallel": self._parallel,
                    "dry_run": self._preview,
                    "organization": "organization",
                    "root_directory": str(self._root),
                },
            }
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
        used = {record.type.rpartition(":")[2] for record in self._olds if record.is_provider}
        for package, folder in self._folders.items():
            if package in used:
                self._spare[package] = self._child("plugin", f"the plugin {package}", folder)
        self._serve(lambda: None).destroy()

    def outputs(self) -> dict[str, Any]:
        """The stack's exports, as results may show them."""
        from local.engine.wire import shown

        return dict(shown(self._gave()))

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
            for child in self._children:
                child.stop()
            for close in reversed(self._closing):
                close()
            for caught, handler in previous.items():
                signal.signal(caught, handler)

    def _interrupt(self, number: int, frame: object) -> None:
        """The first Ctrl-C lets running steps finish, the second one doesn't wait for them."""
        if self.interrupted:
            self._abandon.set()
            for child in self._children:
                child.kill()
        self.interrupted = True
        self._stop()
        self._wake.set()

    # Processes

    def _child(self, kind: Any, name: str, folder: Path) -> Child:
        if not folder.is_dir():
            raise EngineError(f"{name}: there is no folder {folder}")
        child = Child(
            kind,
            name,
            folder=folder,
            environment=self._environment,
            on_line=lambda line, is_error: self._line(kind, line),
        )
        self._children.append(child)
        return child

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
            start=self._start,
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
        self._engine = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        self._closing.append(lambda: server.stop(0).wait())
        for package, child in self._spare.items():
            child.run({"environment": self._late, "argv": [str(self._folders[package]), self._engine]})
        return deployment

    def _start(self, package: str) -> "Plugin":
        """A fresh plugin; the first of each package was started with the run."""
        from local.engine.plugins import Plugin

        if package not in self._folders:
            return self._stand_in(package)
        with self._starting:
            child = self._spare.pop(package, None)
        if child is None:
            child = self._child("plugin", f"the plugin {package}", self._folders[package])
            child.run({"environment": self._late, "argv": [str(self._folders[package]), self._engine]})
        return self._hello(Plugin(package, f"127.0.0.1:{_port(child)}", child.errors))

    def _stand_in(self, package: str) -> "Plugin":
        from local.engine.plugins import Plugin, PluginError

        if package != "gcp":
            known = ", ".join(sorted([*self._folders, "gcp"]))
            raise PluginError(
                f"there is no plugin for the package {package}; the built-in engine has: {known}"
            )
        from local.engine.inside import Inside
        from local.google_cloud import stand_in

        return self._hello(Plugin(package, Inside(stand_in(self._cloud, self._environment))))

    def _hello(self, plugin: "Plugin") -> "Plugin":
        self._closing.append(plugin.close)
        plugin.handshake(self._engine, str(self._root))
        return plugin

    def _pack_later(self, child: Child | None, folder: Path | None) -> Callable[[], "Pack | None"]:
        """The policy pack on first use: by then it has had time to load."""
        if child is None or folder is None:
            return lambda: None
        lock = threading.Lock()
        ready: list[Pack] = []

        def pack() -> "Pack | None":
            from local.engine.policies import Pack

            with lock:
                if not ready:
                    made = Pack(folder.name, f"127.0.0.1:{_port(child)}", child.errors)
                    self._closing.append(made.close)
                    made.configure(
                        project=self._project, stack=self._stack, preview=self._preview, config=self._config
                    )
                    ready.append(made)
                    self.policy_count = made.count
            return ready[0]

        # The pack ignores the engine's address, so it needn't wait for it.
        child.run({"environment": self._late, "argv": ["pulumi.policy", "127.0.0.1:0", str(folder)]})
        return pack


def _port(child: Child) -> int:
    from local.engine.plugins import PluginError

    try:
        return child.port()
    except EngineError as error:
        raise PluginError(str(error)) from None
