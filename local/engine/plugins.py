"""Resource plugins, seen from the engine: plain values in, plain values out, and the plugin's own words on errors."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from local.engine.inside import Inside
from local.engine.wire import decode, encode

Values = Mapping[str, Any]

OPTIONS = [("grpc.max_receive_message_length", 400 * 1024 * 1024), ("grpc.enable_http_proxy", 0)]


class PluginError(Exception):
    """A plugin refused or failed; the text is the plugin's."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One property that Check refuses; an empty `property` concerns the resource as a whole."""

    property: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What Diff found. `changed` is `None` when the plugin leaves the judgement to the engine."""

    changed: bool | None
    keys: tuple[str, ...]
    replaces: tuple[str, ...]
    delete_first: bool
    #: path -> (kind, whether it is a path into the inputs); `None` when the plugin names no details
    detailed: Mapping[str, tuple[str, bool]] | None


_KINDS = {0: "add", 1: "add", 2: "delete", 3: "delete", 4: "update", 5: "update"}
_REPLACING = (1, 3, 5)


def text_of(error: grpc.RpcError, name: str, reason: Callable[[], str]) -> str:
    """The plugin's own text; what it wrote last when it went away."""
    code, details = error.code(), error.details() or ""
    if code == grpc.StatusCode.UNAVAILABLE:
        last = reason().rstrip()
        return f"the plugin {name} ended" + (f":\n{last}" if last else "")
    if code == grpc.StatusCode.UNIMPLEMENTED:
        return f"the plugin {name} doesn't offer this: {details}"
    return details.removeprefix("Exception calling application: ") or f"the plugin {name} failed: {code.name}"


class Plugin:
    """A configured resource plugin, behind an address or in this process."""

    def __init__(self, name: str, where: str | Inside, last_words: Callable[[], str] = lambda: "") -> None:
        self.name = name
        self._channel: Any = None
        self._stub: Any = where
        if isinstance(where, str):
            self._channel = grpc.insecure_channel(where, options=OPTIONS)
            self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self._last_words = last_words
        self._secrets = False
        self._preview = False

    def _call(self, method: str, request: Any, *, optional: bool = False) -> Any:
        try:
            return getattr(self._stub, method)(request)
        except grpc.RpcError as error:
            if optional and error.code() == grpc.StatusCode.UNIMPLEMENTED:
                return None
            raise PluginError(text_of(error, self.name, self._last_words)) from None

    def _encode(self, values: Values) -> Any:
        return encode(values, keep_secrets=self._secrets)

    def handshake(self, engine: str, root: str) -> None:
        """Say hello; a plugin that doesn't know this call is asked again by `configure`."""
        request = provider_pb2.ProviderHandshakeRequest(
            engine_address=engine, root_directory=root, program_directory=root, configure_with_urn=True
        )
        response = self._call("Handshake", request, optional=True)
        if response is not None:
            self._secrets = response.accept_secrets

    def check_config(self, urn: str, olds: Values, news: Values) -> tuple[dict[str, Any], list[Problem]]:
        """The plugin's configuration as it wants it."""
        request = provider_pb2.CheckRequest(urn=urn, olds=self._encode(olds), news=self._encode(news))
        response = self._call("CheckConfig", request, optional=True)
        if response is None:
            return dict(news), []
        problems = [Problem(property=each.property, reason=each.reason) for each in response.failures]
        return (decode(response.inputs) if response.HasField("inputs") else dict(news)), problems

    def diff_config(self, urn: str, id: str, old_inputs: Values, olds: Values, news: Values) -> Difference:
        """What a changed configuration means."""
        request = provider_pb2.DiffRequest(
            id=id,
            urn=urn,
            olds=self._encode(olds),
            news=self._encode(news),
            old_inputs=self._encode(old_inputs),
        )
        response = self._call("DiffConfig", request, optional=True)
        if response is None:
            return Difference(changed=None, keys=(), replaces=(), delete_first=False, detailed=None)
        return _difference(response)

    def configure(self, urn: str, inputs: Values) -> None:
        """Hand over the configuration; runs once, in preview as well."""
        request = provider_pb2.ConfigureRequest(
            args=self._encode(inputs),
            variables={f"{self.name}:config:{key}": str(value) for key, value in inputs.items()},
            acceptSecrets=True,
            acceptResources=False,
            sends_old_inputs=True,
            sends_old_inputs_to_delete=True,
            urn=urn,
            name=urn.rpartition("::")[2],
            type=urn.split("::")[2],
        )
        response = self._call("Configure", request)
        self._secrets = self._secrets or response.acceptSecrets
        self._preview = response.supportsPreview

    def check(self, urn: str, olds: Values | None, news: Values) -> tuple[dict[str, Any], list[Problem]]:
        """Validated inputs with the plugin's defaults."""
        request = provider_pb2.CheckRequest(
            urn=urn,
            olds=None if olds is None else self._encode(olds),
            news=self._encode(news),
            randomSeed=uuid.uuid5(uuid.NAMESPACE_URL, urn).bytes * 2,
            name=urn.split("::", 3)[3],
            type=_type(urn),
        )
        response = self._call("Check", request)
        problems = [Problem(property=each.property, reason=each.reason) for each in response.failures]
        return decode(response.inputs), problems

    def diff(
        self,
        urn: str,
        id: str,
        old_inputs: Values,
        olds: Values,
        news: Values,
        ignore_changes: Sequence[str],
    ) -> Difference:
        """What the new inputs change."""
        request = provider_pb2.DiffRequest(
            id=id,
            urn=urn,
            olds=self._encode(olds),
            news=self._encode(news),
            old_inputs=self._encode(old_inputs),
            ignoreChanges=ignore_changes,
            name=urn.split("::", 3)[3],
            type=_type(urn),
        )
        return _difference(self._call("Diff", request))

    def create(
        self, urn: str, inputs: Values, *, timeout: float, preview: bool
    ) -> tuple[str, dict[str, Any] | None]:
        """The new resource's id and outputs; outputs are `None` for a plugin that can't preview."""
        if preview and not self._preview:
            return "", None
        request = provider_pb2.CreateRequest(
            urn=urn,
            properties=self._encode(inputs),
            timeout=timeout,
            preview=preview,
            name=urn.split("::", 3)[3],
            type=_type(urn),
        )
        response = self._call("Create", request)
        if not preview and not response.id:
            raise PluginError(f"the plugin {self.name} created {urn} but gave no id")
        return response.id, decode(response.properties)

    def update(
        self,
        urn: str,
        id: str,
        old_inputs: Values,
        olds: Values,
        news: Values,
        *,
        ignore_changes: Sequence[str],
        timeout: float,
        preview: bool,
    ) -> dict[str, Any] | None:
        """The outputs after the update; `None` for a plugin that can't preview."""
        if preview and not self._preview:
            return None
        request = provider_pb2.UpdateRequest(
            id=id,
            urn=urn,
            olds=self._encode(olds),
            news=self._encode(news),
            old_inputs=self._encode(old_inputs),
            ignoreChanges=ignore_changes,
            timeout=timeout,
            preview=preview,
            name=urn.split("::", 3)[3],
            type=_type(urn),
        )
        return decode(self._call("Update", request).properties)

    def read(
        self, urn: str, id: str, inputs: Values, outputs: Values
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """Id, inputs and outputs of what exists; an empty id means that there is no such thing."""
        request = provider_pb2.ReadRequest(
            id=id,
            urn=urn,
            properties=self._encode(outputs),
            inputs=self._encode(inputs),
            name=urn.split("::", 3)[3],
            type=_type(urn),
        )
        response = self._call("Read", request)
        return response.id, decode(response.inputs), decode(response.properties)

    def delete(self, urn: str, id: str, inputs: Values, outputs: Values, *, timeout: float) -> None:
        """Delete the resource."""
        request = provider_pb2.DeleteRequest(
            id=id,
            urn=urn,
            properties=self._encode(outputs),
            old_inputs=self._encode(inputs),
            timeout=timeout,
            name=urn.split("::", 3)[3],
            type=_type(urn),
        )
        self._call("Delete", request)

    def invoke(self, token: str, arguments: Values) -> tuple[dict[str, Any], list[Problem]]:
        """Call one of the plugin's functions."""
        request = provider_pb2.InvokeRequest(tok=token, args=self._encode(arguments))
        response = self._call("Invoke", request)
        problems = [Problem(property=each.property, reason=each.reason) for each in response.failures]
        return decode(getattr(response, "return")), problems

    def cancel(self) -> None:
        """Ask it to give up long-running work; a plugin that can't is left alone."""
        try:
            self._stub.Cancel(empty_pb2.Empty(), timeout=1)
        except grpc.RpcError:
            return

    def close(self) -> None:
        """Let go of the connection."""
        if self._channel is not None:
            self._channel.close()


def _type(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]


def _difference(response: Any) -> Difference:
    none, some = provider_pb2.DiffResponse.DIFF_NONE, provider_pb2.DiffResponse.DIFF_SOME
    detailed = {
        path: (_KINDS[each.kind], each.inputDiff) for path, each in sorted(response.detailedDiff.items())
    }
    forced = [path for path, each in response.detailedDiff.items() if each.kind in _REPLACING]
    return Difference(
        changed={none: False, some: True}.get(response.changes),
        keys=tuple(response.diffs),
        replaces=tuple(dict.fromkeys([*response.replaces, *forced])),
        delete_first=response.deleteBeforeReplace,
        detailed=detailed if response.hasDetailedDiff or detailed else None,
    )
