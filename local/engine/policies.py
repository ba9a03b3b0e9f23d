"""The policy pack, seen from the engine: what each resource, and the stack as a whole, must not be."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from local.engine.plugins import OPTIONS, PluginError, text_of
from local.engine.results import PolicyFinding
from local.engine.state import Record
from local.engine.wire import decode, encode

_LEVELS: dict[int, Literal["advisory", "mandatory"]] = {0: "advisory", 1: "mandatory", 3: "mandatory"}
_SEVERITIES = {0: "", 1: "low", 2: "medium", 3: "high", 4: "critical"}
_REMEDIATE = 3


class Pack:
    """A running policy pack."""

    def __init__(self, name: str, address: str, last_words: Callable[[], str]) -> None:
        self.name = name
        self._channel = grpc.insecure_channel(address, options=OPTIONS)
        self._stub = analyzer_pb2_grpc.AnalyzerStub(self._channel)
        self._last_words = last_words
        self._remediates = False
        self._judges_stacks = True
        self.count = 0

    def configure(self, *, project: str, stack: str, preview: bool, config: Mapping[str, str]) -> None:
        """Say which stack it judges."""
        info = self._call("GetAnalyzerInfo", empty_pb2.Empty())
        self.name = info.name or self.name
        self.count = len(info.policies)
        self._remediates = any(policy.enforcementLevel == _REMEDIATE for policy in info.policies)
        kinds = {policy.policy_type for policy in info.policies}
        self._judges_stacks = not kinds or bool(kinds - {analyzer_pb2.POLICY_TYPE_RESOURCE})
        self._call(
            "ConfigureStack",
            analyzer_pb2.AnalyzerStackConfigureRequest(
                stack=stack,
                project=project,
                organization="organization",
                dry_run=preview,
                config=dict(config),
            ),
        )

    def remediate(self, record: Record, provider: Record | None) -> tuple[dict[str, Any] | None, list[str]]:
        """New inputs when a policy mends them, and notes about mending that failed."""
        if not self._remediates:
            return None, []
        changed: dict[str, Any] | None = None
        notes = []
        for each in self._call("Remediate", _request(record, provider)).remediations:
            if each.diagnostic:
                notes.append(each.diagnostic)
            else:
                changed = decode(each.properties)
        return changed, notes

    def judge(self, record: Record, provider: Record | None) -> list[PolicyFinding]:
        """What the pack finds in one resource's inputs."""
        response = self._call("Analyze", _request(record, provider))
        return [self._finding(each, record.urn) for each in response.diagnostics]

    def judge_stack(self, records: Sequence[Record]) -> list[PolicyFinding]:
        """What the pack finds in all resources together; it sees outputs."""
        if not self._judges_stacks:
            return []
        known = {record.urn: record for record in records}
        resources = [
            analyzer_pb2.AnalyzerResource(
                type=record.type,
                properties=encode(record.outputs, keep_secrets=True),
                urn=record.urn,
                name=record.name,
                options=_options(record),
                provider=_provider(known.get(record.provider_urn)),
                parent=record.parent,
                dependencies=record.dependencies,
                propertyDependencies={
                    key: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)
                    for key, urns in record.property_dependencies.items()
                },
            )
            for record in records
        ]
        response = self._call("AnalyzeStack", analyzer_pb2.AnalyzeStackRequest(resources=resources))
        return [self._finding(each, "") for each in response.diagnostics]

    def close(self) -> None:
        """Let go of the connection."""
        self._channel.close()

    def _call(self, method: str, request: Any) -> Any:
        try:
            return getattr(self._stub, method)(request)
        except grpc.RpcError as error:
            raise PluginError(text_of(error, f"policy pack {self.name}", self._last_words)) from None

    def _finding(self, each: Any, urn: str) -> PolicyFinding:
        return PolicyFinding(
            policy=each.policyName,
            pack=each.policyPackName or self.name,
            level=_LEVELS.get(each.enforcementLevel, "advisory"),
            # The SDK puts the description first; here it has a field of its own.
            message=each.message.removeprefix(each.description).lstrip("\n") or each.message,
            urn=each.urn or urn,
            description=each.description,
            severity=_SEVERITIES.get(each.severity, ""),
        )


def _request(record: Record, provider: Record | None) -> Any:
    return analyzer_pb2.AnalyzeRequest(
        type=record.type,
        properties=encode(record.inputs, keep_secrets=True),
        urn=record.urn,
        name=record.name,
        options=_options(record),
        provider=_provider(provider),
    )


def _options(record: Record) -> Any:
    return analyzer_pb2.AnalyzerResourceOptions(
        protect=record.protect,
        ignoreChanges=record.ignore_changes,
        additionalSecretOutputs=record.additional_secret_outputs,
        aliases=record.aliases,
        customTimeouts=analyzer_pb2.AnalyzerResourceOptions.CustomTimeouts(**record.custom_timeouts)
        if record.custom_timeouts
        else None,
        parent=record.parent,
    )


def _provider(record: Record | None) -> Any:
    if record is None:
        return None
    return analyzer_pb2.AnalyzerProviderResource(
        type=record.type,
        properties=encode({key: value for key, value in record.inputs.items() if key != "__internal"}),
        urn=record.urn,
        name=record.name,
    )
