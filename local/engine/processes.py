"""The processes of one run: the program, its plugins, its policy pack. All start at once; each is told later what to run."""

import json
import threading
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.engine.children import Child, Kind, clean_environment
from local.engine.results import EngineError

if TYPE_CHECKING:
    from local.engine.plugins import Plugin
    from local.engine.policies import Pack


class Processes:
    """Starts them, connects to them, ends them."""

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
        on_line: Callable[[Kind, str], None],
    ) -> None:
        self._root, self._project, self._stack, self._preview = root, project, stack, preview
        self._config, self._folders, self._cloud, self._on_line = config, folders, cloud, on_line
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
        self._lock = threading.Lock()
        self.engine = ""
        self.policy_count = 0

    def start(self, kind: Kind, name: str, folder: Path) -> Child:
        """Start a process; it loads its libraries and waits."""
        if not folder.is_dir():
            raise EngineError(f"{name}: there is no folder {folder}")
        child = Child(
            kind,
            name,
            folder=folder,
            environment=self._environment,
            on_line=lambda line, is_error: self._on_line(kind, line),
        )
        self._children.append(child)
        return child

    def run(self, child: Child, argv: list[str], more: Mapping[str, Any] | None = None) -> None:
        """Tell a process what to run."""
        child.run({"environment": self._late, "argv": argv, **(more or {})})

    def start_plugins(self, used: Collection[str] | None = None) -> None:
        """Start a process for each plugin, or for those that are used."""
        for package, folder in self._folders.items():
            if used is None or package in used:
                self._spare[package] = self.start("plugin", f"the plugin {package}", folder)

    def greet(self, engine: str) -> None:
        """The engine's servers are up: the plugins can start."""
        self.engine = engine
        for package, child in self._spare.items():
            self.run(child, [str(self._folders[package]), engine])

    def plugin(self, package: str) -> "Plugin":
        """A plugin that isn't configured yet; the first of each package was started with the run."""
        from local.engine.plugins import Plugin

        if package not in self._folders:
            return self._stand_in(package)
        with self._lock:
            child = self._spare.pop(package, None)
        if child is None:
            child = self.start("plugin", f"the plugin {package}", self._folders[package])
            self.run(child, [str(self._folders[package]), self.engine])
        return self._hello(Plugin(package, f"127.0.0.1:{_port(child)}", child.errors))

    def pack(self, folder: Path | None) -> Callable[[], "Pack | None"]:
        """The policy pack, to be asked for when it is first needed: by then it has had time to load."""
        if folder is None:
            return lambda: None
        child = self.start("pack", "the policy pack", folder)
        # The pack ignores the engine's address, so it needn't wait for it.
        self.run(child, ["pulumi.policy", "127.0.0.1:0", str(folder)])
        lock = threading.Lock()
        ready: list[Pack] = []

        def pack() -> "Pack | None":
            with lock:
                if not ready:
                    ready.append(self._configured(child, folder.name))
            return ready[0]

        return pack

    def kill(self) -> None:
        """End all of them without waiting."""
        for child in self._children:
            child.kill()

    def stop(self) -> None:
        """End all of them, and let go of their connections."""
        for child in self._children:
            child.stop()
        for close in reversed(self._closing):
            close()

    def _configured(self, child: Child, name: str) -> "Pack":
        from local.engine.policies import Pack

        pack = Pack(name, f"127.0.0.1:{_port(child)}", child.errors)
        self._closing.append(pack.close)
        pack.configure(project=self._project, stack=self._stack, preview=self._preview, config=self._config)
        self.policy_count = pack.count
        return pack

    def _stand_in(self, package: str) -> "Plugin":
        from local.engine.inside import Inside
        from local.engine.plugins import Plugin, PluginError
        from local.google_cloud import stand_in

        if package != "gcp":
            known = ", ".join(sorted([*self._folders, "gcp"]))
            raise PluginError(
                f"there is no plugin for the package {package}; the built-in engine has: {known}"
            )
        try:
            servicer = stand_in(self._cloud, self._environment)
        except (OSError, ValueError) as error:
            raise PluginError(f"PT_CLOUD_FAILURES: {error}") from None
        return self._hello(Plugin(package, Inside(servicer)))

    def _hello(self, plugin: "Plugin") -> "Plugin":
        self._closing.append(plugin.close)
        plugin.handshake(self.engine, str(self._root))
        return plugin


def _port(child: Child) -> int:
    from local.engine.plugins import PluginError

    try:
        return child.port()
    except EngineError as error:
        raise PluginError(str(error)) from None
