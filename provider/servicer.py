"""The ledger's `ResourceProvider`: one resource type, `vertex-throughput:index:Ledger`."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from provider.wire import decode, encode, unknown_paths
from throughput import contract

TOKEN = "vertex-throughput:index:Ledger"
VERSION = "0.1.0"

_DIFF_KINDS = {
    "add": provider_pb2.PropertyDiff.ADD,
    "delete": provider_pb2.PropertyDiff.DELETE,
    "update": provider_pb2.PropertyDiff.UPDATE,
}


class LedgerServicer(provider_pb2_grpc.ResourceProviderServicer):
    """Serves the ledger. `today` gives the day to judge by, in UTC; the clock is read nowhere else."""

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today

    def Handshake(self, request: Any, context: Any) -> Any:
        """Plain values only: neither secrets nor outputs arrive marked."""
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=False, accept_resources=False, accept_outputs=False
        )

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        """Version of the plugin."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(self, request: Any, context: Any) -> Any:
        """A schema small enough to say which resource there is; a Python program never asks for it."""
        return provider_pb2.GetSchemaResponse(
            schema=json.dumps({"name": "vertex-throughput", "version": VERSION})
        )

    def CheckConfig(self, request: Any, context: Any) -> Any:
        """There is nothing to configure."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        """There is nothing to configure, so nothing ever differs."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:
        """Runs in preview as well; declines marked secrets and outputs."""
        return provider_pb2.ConfigureResponse(
            acceptSecrets=False, supportsPreview=True, acceptResources=False, acceptOutputs=False
        )

    def Check(self, request: Any, context: Any) -> Any:
        """Validate, and write baseline and changes into the inputs."""
        self._known_type(request.urn, context)
        news = decode(request.news)
        unknown = unknown_paths(news)
        if unknown:
            reason = "must be a plain value: the rules judge orders in preview, where this isn't known yet"
            return provider_pb2.CheckResponse(
                inputs=request.news,
                failures=[provider_pb2.CheckFailure(property=path, reason=reason) for path in unknown],
            )
        inputs, failures = contract.check(decode(request.olds), news, self._today())
        return provider_pb2.CheckResponse(
            inputs=encode(inputs),
            failures=[
                provider_pb2.CheckFailure(property=failure.property, reason=failure.reason)
                for failure in failures
            ],
        )

    def Diff(self, request: Any, context: Any) -> Any:
        """Refuse what must not go through; name each changed field otherwise."""
        news = decode(request.news)
        self._refuse(contract.refusals(news), context)
        found = contract.diff(decode(request.old_inputs), news)
        detailed = {
            change.path: provider_pb2.PropertyDiff(kind=_DIFF_KINDS[change.kind], inputDiff=True)
            for change in found
        }
        some, none = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(
            changes=some if found else none,
            diffs=sorted({change.path.partition(".")[0] for change in found}),
            detailedDiff=detailed,
            hasDetailedDiff=True,
        )

    def Create(self, request: Any, context: Any) -> Any:
        """Record the ledger for the first time."""
        inputs = decode(request.properties)
        self._refuse(contract.refusals(inputs), context)
        return provider_pb2.CreateResponse(
            id=f"ledger/{inputs.get('stack', '')}", properties=encode(contract.outputs(inputs))
        )

    def Update(self, request: Any, context: Any) -> Any:
        """Record the new ledger; the last line of defence refuses as Diff does."""
        inputs = decode(request.news)
        self._refuse(contract.refusals(inputs), context)
        return provider_pb2.UpdateResponse(properties=encode(contract.outputs(inputs)))

    def Read(self, request: Any, context: Any) -> Any:
        """The record is its own truth: there is no API to read orders from, so it comes back as it was."""
        return provider_pb2.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    def Delete(self, request: Any, context: Any) -> Any:
        """Refuse while a commitment runs: the record would go and the bill would stay."""
        running = contract.undeletable(decode(request.properties), self._today())
        if running:
            lines = "\n".join(f"  {line}" for line in running)
            context.abort(
                grpc.StatusCode.FAILED_PRECONDITION,
                f"The ledger can't be deleted while orders are committed; the bill would stay, with no record of it:\n\n{lines}\n\n"
                "  Instead   keep the ledger until they end; autoRenew: false lets an order lapse at its end",
            )
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> Any:
        """Nothing here runs long enough to be cancelled."""
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        """There are no functions."""
        context.abort(grpc.StatusCode.UNIMPLEMENTED, f"the ledger has no function {request.tok}")

    def _known_type(self, urn: str, context: Any) -> None:
        token = urn.split("::")[2].rpartition("$")[2] if urn.count("::") >= 3 else urn
        if token != TOKEN:
            context.abort(
                grpc.StatusCode.INVALID_ARGUMENT, f"there is no resource {token!r} here; allowed: {TOKEN}"
            )

    def _refuse(self, texts: list[str], context: Any) -> None:
        if texts:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "\n\n".join(texts))
