"""The `ResourceProvider` service of the stand-in."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from local.engine import paths
from local.engine.wire import decode, encode, has_unknown, opened
from local.google_cloud import kinds
from local.google_cloud.cloud import Cloud, Entry
from local.google_cloud.failures import Failures, InjectedError
from local.google_cloud.schema import Schema, problems, schema_of

PROJECT = "gcp:organizations/project:Project"
_GRANTS = ("IAMMember", "IAMBinding", "IamMember", "IamBinding", "Service", "ServiceIdentity")


def _answering(method: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what is refused into the status that a plugin answers with."""

    @wraps(method)
    def answer(self: Any, request: Any, context: Any) -> Any:
        try:
            return method(self, request, context)
        except InjectedError as error:
            code = getattr(grpc.StatusCode, error.code, grpc.StatusCode.UNKNOWN)
            context.abort(code, str(error))
        except ValueError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))

    return answer


class GoogleCloud(provider_pb2_grpc.ResourceProviderServicer):
    """Answers for every type of `pulumi_gcp`, over one file."""

    def __init__(self, cloud: Cloud, failures: Failures) -> None:
        self._cloud = cloud
        self._failures = failures
        self._project = ""

    def Handshake(self, request: Any, context: Any) -> Any:
        """Plain values only."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=False)

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        """The version of the SDK that it stands in for."""
        from importlib.metadata import version

        return plugin_pb2.PluginInfo(version=version("pulumi_gcp"))

    def CheckConfig(self, request: Any, context: Any) -> Any:
        """Any configuration will do."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        """A changed configuration replaces nothing."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:
        """Takes the default project."""
        self._project = str(decode(request.args).get("project") or "")
        return provider_pb2.ConfigureResponse(
            acceptSecrets=False, supportsPreview=True, acceptResources=False
        )

    @_answering
    def Check(self, request: Any, context: Any) -> Any:
        """Refuse unknown, missing and wrongly typed inputs; add the defaults."""
        token, schema = self._type(request.urn)
        self._failures.strike("check", token, request.urn)
        news = decode(request.news)
        found = problems(schema, news)
        project = self._project if "project" in schema.inputs else ""
        inputs = kinds.defaults(token, request.urn.split("::", 3)[3], news, project)
        return provider_pb2.CheckResponse(
            inputs=encode(inputs),
            failures=[provider_pb2.CheckFailure(property=path, reason=reason) for path, reason in found],
        )

    @_answering
    def Diff(self, request: Any, context: Any) -> Any:
        """What differs between old and new inputs; a new place or name means a new thing."""
        token, schema = self._type(request.urn)
        self._failures.strike("diff", token, request.urn)
        news = decode(request.news)
        olds = decode(request.old_inputs) if request.HasField("old_inputs") else decode(request.olds)
        fixed = kinds.replacing(token, schema)
        each = provider_pb2.PropertyDiff
        forcing = {"add": each.ADD_REPLACE, "delete": each.DELETE_REPLACE, "update": each.UPDATE_REPLACE}
        gentle = {"add": each.ADD, "delete": each.DELETE, "update": each.UPDATE}
        detailed, replaces = {}, []
        for change in paths.differences(olds, news):
            key = str(paths.parse(change.path)[0])
            if key in fixed:
                replaces.append(key)
                kind = forcing[change.kind]
            else:
                kind = gentle[change.kind]
            detailed[change.path] = each(kind=kind, inputDiff=True)
        some, none = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(
            changes=some if detailed else none,
            diffs=sorted({str(paths.parse(path)[0]) for path in detailed}),
            replaces=sorted(set(replaces)),
            detailedDiff=detailed,
            hasDetailedDiff=True,
        )

    @_answering
    def Create(self, request: Any, context: Any) -> Any:
        """Put it into the cloud; what the same resource made before and nobody recorded is taken over."""
        token, schema = self._type(request.urn)
        inputs = opened(decode(request.properties))
        if request.preview:
            return provider_pb2.CreateResponse(properties=encode(kinds.previewed(token, inputs, schema)))
        self._known(inputs, context)
        self._failures.strike("create", token, request.urn)
        id = kinds.id_of(token, request.urn, inputs, schema)
        there = self._cloud.get(token, id)
        shared = token.rpartition(":")[2] in _GRANTS
        if there is not None and there["urn"] != request.urn and not shared:
            context.abort(
                grpc.StatusCode.ALREADY_EXISTS, f"Error 409: {id} already exists, made by {there['urn']}"
            )
        outputs = self._put(token, id, request.urn, inputs, schema)
        return provider_pb2.CreateResponse(id=id, properties=encode(outputs))

    @_answering
    def Update(self, request: Any, context: Any) -> Any:
        """Change it in place."""
        token, schema = self._type(request.urn)
        inputs = opened(decode(request.news))
        if request.preview:
            return provider_pb2.UpdateResponse(properties=encode({**decode(request.olds), **inputs}))
        self._known(inputs, context)
        self._failures.strike("update", token, request.urn)
        if token != PROJECT and self._cloud.get(token, request.id) is None:
            context.abort(grpc.StatusCode.NOT_FOUND, f"Error 404: {request.id} doesn't exist any more")
        return provider_pb2.UpdateResponse(
            properties=encode(self._put(token, request.id, request.urn, inputs, schema))
        )

    @_answering
    def Read(self, request: Any, context: Any) -> Any:
        """What is in the cloud under the id; a project that isn't there is found bare."""
        token, schema = self._type(request.urn)
        self._failures.strike("read", token, request.urn)
        there = self._cloud.get(token, request.id) or self._found(token, request.urn, request.id, schema)
        if there is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=request.id, inputs=encode(there["inputs"]), properties=encode(there["outputs"])
        )

    @_answering
    def Delete(self, request: Any, context: Any) -> Any:
        """Take it out of the cloud, unless its deletion policy forbids that."""
        token, _ = self._type(request.urn)
        policy = decode(request.properties).get("deletionPolicy")
        if policy == "PREVENT":
            context.abort(
                grpc.StatusCode.FAILED_PRECONDITION,
                f"cannot destroy {request.id} because its deletion policy is PREVENT; "
                "set deletion_policy to DELETE in a change of its own first",
            )
        self._failures.strike("delete", token, request.urn)
        if policy != "ABANDON":
            self._cloud.remove(token, request.id)
        return empty_pb2.Empty()

    @_answering
    def Invoke(self, request: Any, context: Any) -> Any:
        """The few look-ups that programs of this kind make."""
        arguments = decode(request.args)
        self._failures.strike("invoke", request.tok, "")
        project = str(arguments.get("projectId") or arguments.get("project") or self._project)
        if request.tok == "gcp:organizations/getProject:getProject":
            values = self._look_up_project(project)
        elif request.tok == "gcp:organizations/getClientConfig:getClientConfig":
            values = {"id": "client", "project": self._project, "region": "", "zone": "", "accessToken": ""}
        else:
            raise ValueError(f"the stand-in for Google Cloud doesn't imitate the function {request.tok}")
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(encode(values))
        return response

    def Cancel(self, request: Any, context: Any) -> Any:
        """Nothing here runs long."""
        return empty_pb2.Empty()

    def _type(self, urn: str) -> tuple[str, Schema]:
        token = urn.split("::")[2].rpartition("$")[2]
        return token, schema_of(token)

    @staticmethod
    def _known(inputs: Mapping[str, Any], context: Any) -> None:
        if has_unknown(inputs):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "an input isn't known; nothing was changed")

    def _put(
        self, token: str, id: str, urn: str, inputs: Mapping[str, Any], schema: Schema
    ) -> dict[str, Any]:
        outputs = kinds.outputs_of(token, id, inputs, schema)
        self._cloud.put(token, id, Entry(urn=urn, inputs=dict(inputs), outputs=outputs))
        return outputs

    def _found(self, token: str, urn: str, id: str, schema: Schema) -> Entry | None:
        if token != PROJECT:
            return None
        project = id.removeprefix("projects/")
        inputs = kinds.defaults(token, project, {"projectId": project}, "")
        return Entry(
            urn=urn, inputs=inputs, outputs=kinds.outputs_of(token, f"projects/{project}", inputs, schema)
        )

    def _look_up_project(self, project: str) -> dict[str, Any]:
        if not project:
            raise ValueError("getProject needs a projectId, or gcp:project in the configuration")
        there = self._cloud.get(PROJECT, f"projects/{project}")
        known = there["outputs"] if there else {}
        return {
            "id": f"projects/{project}",
            "number": kinds.project_number(project),
            "name": project,
            "labels": {},
            **known,
            "projectId": project,
        }
