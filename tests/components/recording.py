"""A monitor that records what a program registers, with what the SDK's mocks leave out: parent, options, dependencies."""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi.runtime import mocks
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import get_root_resource
from pulumi.runtime.stack import run_pulumi_func

from provider.wire import decode


@dataclass(frozen=True, kw_only=True)
class Registered:
    """One registered resource."""

    type: str
    name: str
    parent: str
    inputs: dict[str, Any] = field(default_factory=dict)
    protect: bool = False
    retain: bool = False
    imported: str = ""
    ignored: tuple[str, ...] = ()
    depends: tuple[str, ...] = ()
    provider: str = ""


class _Answers(mocks.Mocks):
    """Cloud-assigned outputs, as the cloud would give them."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        outputs = dict(args.inputs)
        if args.typ == "gcp:organizations/project:Project":
            outputs["number"] = "1122334455"
        if args.typ == "gcp:serviceaccount/account:Account":
            email = f"{args.inputs['accountId']}@{args.inputs['project']}.iam.gserviceaccount.com"
            outputs |= {"email": email, "name": f"projects/{args.inputs['project']}/serviceAccounts/{email}"}
        outputs.setdefault("name", f"{args.name}-name")
        return f"{args.name}-id", outputs

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return {}, None


class _Monitor(mocks.MockMonitor):
    def __init__(self) -> None:
        super().__init__(_Answers())
        self.found: list[Registered] = []
        self.exports: dict[str, Any] = {}

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> Any:
        self.found.append(
            Registered(
                type=request.type,
                name=request.name,
                parent=request.parent.rpartition("::")[2],
                inputs=decode(request.object),
                protect=request.protect,
                retain=request.retainOnDelete,
                imported=request.importId,
                ignored=tuple(request.ignoreChanges),
                depends=tuple(sorted(urn.rpartition("::")[2] for urn in request.dependencies)),
                provider=request.provider.rpartition("::")[0].rpartition("::")[2],
            )
        )
        return super().RegisterResource(request)


def record(build: Callable[[], object], stack: str = "test") -> list[Registered]:
    """Run `build` inside a stack of its own, and give everything it registered."""
    monitor = contextvars.Context().run(_record, build, stack)
    return [one for one in monitor.found if one.type != "pulumi:pulumi:Stack"]


def exports(build: Callable[[], object], stack: str = "test") -> dict[str, Any]:
    """Run `build` likewise, and give what the stack exports."""
    return contextvars.Context().run(_record, build, stack).exports


def _record(build: Callable[[], object], stack: str) -> _Monitor:
    monitor = _Monitor()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # The mocks ask for an event loop in the thread they are called from, and would leave one open in each.
    workers_loop = asyncio.new_event_loop()
    loop.set_default_executor(
        ThreadPoolExecutor(max_workers=1, initializer=asyncio.set_event_loop, initargs=(workers_loop,))
    )
    try:
        mocks.set_mocks(_Answers(), project="vertex-throughput", stack=stack, preview=False, monitor=monitor)

        async def run() -> None:
            build()
            stack = get_root_resource()
            assert stack is not None
            pulumi.Output.from_input(stack.outputs).apply(monitor.exports.update)

        loop.run_until_complete(run_pulumi_func(run))
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        loop.close()
        workers_loop.close()
        asyncio.set_event_loop(None)
    return monitor
