"""The two services that a Pulumi program talks to: the resource monitor and the engine's log."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, resource_pb2, resource_pb2_grpc

from local.engine.deployment import Deployment
from local.engine.goals import STACK_TYPE, Goal, Outcome, goal_of, package_of, urn_of
from local.engine.plugins import PluginError
from local.engine.providers import Providers, problems_text
from local.engine.report import Report
from local.engine.results import Diagnostic
from local.engine.state import Record, Snapshot
from local.engine.wire import decode, encode, has_unknown

# What the SDK may use; it leaves the rest alone (transforms, hooks, alias specifications, …) or says so itself.
_FEATURES = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
)
_SEVERITIES: dict[int, Any] = {0: "debug", 1: "info", 2: "warning", 3: "error"}


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Takes the program's registrations."""

    def __init__(
        self,
        *,
        project: str,
        stack: str,
        preview: bool,
        config: Mapping[str, str],
        deployment: Deployment,
        providers: Providers,
        snapshot: Snapshot,
        report: Report,
        on_end: Callable[[], None],
    ) -> None:
        self._project, self._stack, self._preview, self._config = project, stack, preview, config
        self._deployment, self._providers = deployment, providers
        self._snapshot, self._report, self._on_end = snapshot, report, on_end
        self._lock = threading.Lock()
        self.stack_outputs: dict[str, Any] = {}

    def GetDeploymentInfo(self, request: Any, context: Any) -> Any:
        """What is deployed, and what this engine can do."""
        return resource_pb2.DeploymentInfo(
            project=self._project,
            stack=self._stack,
            organization="organization",
            config=dict(self._config),
            dryRun=self._preview,
            supportedFeatures=_FEATURES,
        )

    def SupportsFeature(self, request: Any, context: Any) -> Any:
        """The same, asked one by one as older SDKs do."""
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in ("secrets", "deletedWith"))

    def RegisterResource(self, request: Any, context: Any) -> Any:
        """One resource of the program."""
        if request.remote:
            context.abort(
                grpc.StatusCode.UNIMPLEMENTED,
                f"{request.type} is a remote component; the built-in engine leaves those to the Pulumi CLI",
            )
        goal = goal_of(request, self._project, self._stack)
        outcome = self._deployment.register(goal)
        return resource_pb2.RegisterResourceResponse(
            urn=outcome.urn,
            id=outcome.id,
            object=encode(_answer(goal, outcome), keep_secrets=True),
            result=resource_pb2.Result.SUCCESS if outcome.state == "done" else resource_pb2.Result.FAIL,
        )

    def ReadResource(self, request: Any, context: Any) -> Any:
        """A resource that the program only looks at."""
        urn = urn_of(self._project, self._stack, request.parent, request.type, request.name)
        record = Record(
            urn=urn,
            type=request.type,
            custom=True,
            inputs=decode(request.properties),
            parent=request.parent,
            dependencies=tuple(sorted(request.dependencies)),
            additional_secret_outputs=tuple(request.additionalSecretOutputs),
        )
        goal = Goal(
            record=record,
            package=package_of(request.type),
            version=request.version,
            provider=request.provider,
        )
        outcome = self._deployment.read(goal, request.id)
        if outcome.state != "done":
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"{request.name} couldn't be read")
        return resource_pb2.ReadResourceResponse(
            urn=urn, properties=encode(outcome.outputs, keep_secrets=True)
        )

    def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:
        """What a component or the stack offers; in a failed run, as far as it is known."""
        outputs = decode(request.outputs)
        if not self._preview:
            outputs = {key: value for key, value in outputs.items() if not has_unknown(value)}
        self._snapshot.set_outputs(request.urn, outputs)
        if request.urn.split("::")[2] == STACK_TYPE:
            with self._lock:
                self.stack_outputs = outputs
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        """A function of a plugin."""
        arguments = decode(request.args)
        if has_unknown(arguments):
            return resource_pb2.ResourceInvokeResponse(unknown=True)
        record = Record(urn=f"{request.tok}", type=request.tok, custom=True)
        goal = Goal(
            record=record,
            package=package_of(request.tok),
            version=request.version,
            provider=request.provider,
        )
        try:
            _, plugin = self._providers.serving(goal)
            values, problems = plugin.invoke(request.tok, arguments)
        except PluginError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"{request.tok}: {error}")
        if problems:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"{request.tok}: {problems_text(problems)}")
        response = resource_pb2.ResourceInvokeResponse()
        getattr(response, "return").CopyFrom(encode(values, keep_secrets=True))
        return response

    def SignalAndWaitForShutdown(self, request: Any, context: Any) -> Any:
        """The program is through; nothing here needs it alive any longer."""
        self._on_end()
        return empty_pb2.Empty()


def _answer(goal: Goal, outcome: Outcome) -> Mapping[str, Any]:
    if outcome.state != "done":
        return {}
    return outcome.outputs if goal.record.custom else goal.record.inputs


class Log(engine_pb2_grpc.EngineServicer):
    """Takes what program and plugins have to say."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._root = ""

    def Log(self, request: Any, context: Any) -> Any:
        """One message; debugging is dropped, progress notes aren't kept."""
        severity = _SEVERITIES.get(request.severity, "info")
        if severity != "debug" and not (request.ephemeral and severity == "info"):
            message = request.message.rstrip()
            self._report.say(Diagnostic(severity=severity, message=message, urn=request.urn))
        return empty_pb2.Empty()

    def GetRootResource(self, request: Any, context: Any) -> Any:
        """The stack's URN."""
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def SetRootResource(self, request: Any, context: Any) -> Any:
        """The stack's URN."""
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()
