"""What runs in each process that the engine starts: the program, a plugin or the policy pack, unmodified.

Started as `python -P -u child.py KIND`. It loads the slow libraries at once, then waits on standard input for one line
of JSON that says what to run: by then the engine has its own servers up. From then on standard input is the lifeline:
when the engine is gone, however it ended, so is this process.
"""

import asyncio
import atexit
import contextlib
import gc
import importlib
import json
import logging
import os
import runpy
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

_PRELOAD = {
    "program": ("pulumi", "pulumi.runtime"),
    "plugin": ("pulumi.runtime.proto.provider_pb2_grpc",),
    "pack": ("pulumi_policy",),
}

# The launcher of the CLI ends so when the reason was already reported as a message.
_REPORTED = 32


def main() -> int:
    """Load, wait for the line, run."""
    # Loading the SDK makes many objects and no garbage: looking for garbage rarely saves a tenth of the start.
    gc.set_threshold(100_000, 50, 100)
    kind = sys.argv[1]
    lifeline = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    for module in _PRELOAD[kind]:
        with contextlib.suppress(
            ImportError
        ):  # what runs may not need it; if it does, its own import says so
            importlib.import_module(module)
    order = _line(lifeline)
    threading.Thread(target=_end_with_engine, args=(lifeline,), daemon=True).start()
    sys.argv = order["argv"]
    # Handed over here because the configuration of a big ledger is longer than a new process's environment may be.
    os.environ.update(order["environment"])
    if kind == "program":
        _leave(_program(order))
    if kind == "pack":
        runpy.run_module("pulumi.policy", run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(sys.argv[0], run_name="__main__")
    return 0


def _leave(code: int) -> NoReturn:
    """End without taking all modules apart, which takes a while and changes nothing."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _line(lifeline: int) -> Any:
    text = b""
    while not text.endswith(b"\n"):
        part = os.read(lifeline, 65536)
        if not part:
            os._exit(0)
        text += part
    return json.loads(text)


def _end_with_engine(lifeline: int) -> None:
    while os.read(lifeline, 1):
        pass
    os._exit(130)


def _program(order: dict[str, Any]) -> int:
    """Run a program as the CLI's Python launcher does: settings, configuration, one stack resource around it."""
    import pulumi
    import pulumi.runtime

    runtime: Any = pulumi.runtime
    runtime.set_all_config(runtime.get_config_env(), runtime.get_config_secret_keys_env())
    settings = order["settings"]
    runtime.configure(runtime.Settings(**settings | {"engine": _Engine(settings["engine"])}))
    # What a failed deployment leaves unawaited is no news; the failures themselves are reported.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    executor = ThreadPoolExecutor(max_workers=order["settings"]["parallel"] * 2)
    loop.set_default_executor(executor)
    program = sys.argv[0]
    try:
        loop.run_until_complete(
            runtime.run_in_stack(lambda: _discard(runpy.run_path(program, run_name="__main__")))
        )
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return 1
    except Exception:  # noqa: BLE001 - whatever the program raised is reported as the program's error
        pulumi.log.error("The program failed:\n" + _own_traceback(program))
        return _REPORTED
    finally:
        executor.shutdown(wait=True)
        loop.close()
    return 0


class _Engine:
    """The engine as the SDK sees it, without the way there for debugging notes.

    The SDK sends several for each resource and waits for each; the engine would drop them.
    """

    def __init__(self, address: str) -> None:
        import grpc
        from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

        self._debug = engine_pb2.DEBUG
        self._stub = engine_pb2_grpc.EngineStub(
            grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)])
        )

    def Log(self, request: Any) -> Any:
        return None if request.severity == self._debug else self._stub.Log(request)

    def __getattr__(self, method: str) -> Any:
        return getattr(self._stub, method)


def _discard(_: object) -> None:
    """The SDK would await what the program's function returns; a module's variables are nothing to await."""


def _own_traceback(program: str) -> str:
    """The current exception, without the frames that lead to the program."""
    kind, error, trace = sys.exc_info()
    folder = Path(program).resolve()
    folder = folder if folder.is_dir() else folder.parent
    while trace is not None and not Path(trace.tb_frame.f_code.co_filename).is_relative_to(folder):
        trace = trace.tb_next
    return "".join(traceback.format_exception(kind, error, trace)) if trace else traceback.format_exc()


if __name__ == "__main__":
    sys.exit(main())
