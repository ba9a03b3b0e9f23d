"""The processes that the engine starts, and their end: none outlives the engine."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from local.engine.results import EngineError

Kind = Literal["program", "plugin", "pack"]

_CHILD = Path(__file__).with_name("child.py")
# Loopback must not go through a proxy, and a surrounding Pulumi must not leak into the run.
_UNWANTED = ("http_proxy", "https_proxy", "all_proxy", "grpc_proxy", "no_proxy")


def clean_environment(added: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without proxies and Pulumi's own variables, plus `added`."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if key.lower() not in _UNWANTED and not key.startswith("PULUMI_")
    }
    return kept | {"PULUMI_SKIP_UPDATE_CHECK": "true", "GRPC_VERBOSITY": "NONE"} | dict(added)


class Child:
    """One process: started at once, told later what to run, ended by `stop`."""

    def __init__(
        self,
        kind: Kind,
        name: str,
        *,
        folder: Path,
        environment: Mapping[str, str],
        on_line: Callable[[str, bool], None],
    ) -> None:
        self.name = name
        self._kind = kind
        self._on_line = on_line
        self._errors: deque[str] = deque(maxlen=40)
        self._first: list[str] = []
        self._answered = threading.Event()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-u", str(_CHILD), kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=dict(environment),
            start_new_session=True,  # Ctrl-C reaches the engine alone, which then decides
        )
        self._readers = [
            threading.Thread(target=self._read, args=(stream, is_error), daemon=True)
            for stream, is_error in ((self._process.stdout, False), (self._process.stderr, True))
        ]
        for reader in self._readers:
            reader.start()

    def run(self, order: Mapping[str, Any]) -> None:
        """Tell the process what to run."""
        pipe = self._process.stdin
        assert pipe is not None
        try:
            pipe.write(json.dumps(order).encode() + b"\n")
            pipe.flush()
        except OSError:
            raise EngineError(f"{self.name} didn't start:\n{self.errors()}") from None

    def port(self, timeout: float = 60) -> int:
        """The port it serves on: the first line it prints."""
        if not self._answered.wait(timeout) or not self._first or not self._first[0].strip().isdigit():
            self.wait(2)
            said = self.errors() or "".join(self._first) or "it printed no port"
            raise EngineError(f"{self.name} didn't start:\n{said.rstrip()}")
        return int(self._first[0])

    def errors(self) -> str:
        """The end of what it wrote to standard error."""
        return "".join(self._errors)

    def wait(self, timeout: float | None = None) -> int | None:
        """Its exit code; `None` while it runs. Everything it printed was handed on by then."""
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        for reader in self._readers:
            reader.join(1)
        return code

    def kill(self) -> None:
        """End it now, and its children with it."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """End it now, and wait until it is gone."""
        self.kill()
        self._process.wait()
        for reader in self._readers:
            reader.join(1)
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()

    def _read(self, stream: Any, is_error: bool) -> None:
        for raw in stream:
            line = raw.decode("utf-8", "replace")
            if is_error:
                self._errors.append(line)
            elif self._kind != "program" and not self._first:
                self._first.append(line)
                self._answered.set()
                continue
            self._on_line(line.rstrip("\n"), is_error)
        stream.close()
        self._answered.set()
