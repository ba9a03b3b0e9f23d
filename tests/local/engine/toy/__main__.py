"""A plugin for tests: `toy:index:Thing`, which notes every change that it makes in the file TOY_LOG.

Inputs: `name` (a new one replaces), `size` (mustn't shrink), `fail` (the operation that fails), `delay` (seconds).
Check writes the recorded size into `before`; Diff leaves it out. `token` is only known after creation.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def read(struct):
    return json_format.MessageToDict(struct)


def write(values):
    struct = struct_pb2.Struct()
    struct.update(values)
    return struct


class Toy(provider_pb2_grpc.ResourceProviderServicer):
    def Handshake(self, request, context):
        return provider_pb2.ProviderHandshakeResponse()

    def GetPluginInfo(self, request, context):
        return plugin_pb2.PluginInfo(version="1.0.0")

    def CheckConfig(self, request, context):
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request, context):
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request, context):
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Check(self, request, context):
        olds, news = read(request.olds), read(request.news)
        failures = []
        if news.get("fail") == "check":
            failures = [provider_pb2.CheckFailure(property="fail", reason="this was asked to fail")]
        news["before"] = olds.get("size", 0)
        return provider_pb2.CheckResponse(inputs=write(news), failures=failures)

    def Diff(self, request, context):
        olds, news = read(request.old_inputs), read(request.news)
        if news.get("size", 0) != UNKNOWN and news.get("size", 0) < olds.get("size", 0):
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "a thing never shrinks")
        changed = [key for key in sorted({*olds, *news} - {"before"}) if olds.get(key) != news.get(key)]
        kinds = provider_pb2.PropertyDiff
        return provider_pb2.DiffResponse(
            changes=2 if changed else 1,
            diffs=changed,
            replaces=[key for key in changed if key == "name"],
            detailedDiff={
                key: kinds(kind=kinds.UPDATE_REPLACE if key == "name" else kinds.UPDATE, inputDiff=True)
                for key in changed
            },
            hasDetailedDiff=True,
        )

    def Create(self, request, context):
        values = read(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=write({**values, "token": UNKNOWN}))
        self._work("create", request.urn, values, context)
        id = f"thing/{values.get('name', '')}"
        return provider_pb2.CreateResponse(id=id, properties=write({**values, "token": f"token of {id}"}))

    def Update(self, request, context):
        values = read(request.news)
        if not request.preview:
            self._work("update", request.urn, values, context)
        return provider_pb2.UpdateResponse(
            properties=write({**values, "token": read(request.olds).get("token", "")})
        )

    def Read(self, request, context):
        if not request.id.startswith("thing/"):
            return provider_pb2.ReadResponse()
        found = {"name": request.id.removeprefix("thing/"), "size": 1}
        return provider_pb2.ReadResponse(
            id=request.id, inputs=write(found), properties=write({**found, "token": "found"})
        )

    def Delete(self, request, context):
        self._work("delete", request.urn, read(request.properties), context)
        return empty_pb2.Empty()

    def Invoke(self, request, context):
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(write({"said": read(request.args).get("say", "")}))
        return response

    def Cancel(self, request, context):
        return empty_pb2.Empty()

    def _work(self, op, urn, values, context):
        name = urn.rpartition("::")[2]
        self._note(f"begin {op} {name}")
        time.sleep(values.get("delay", 0))
        if values.get("fail") == op:
            context.abort(grpc.StatusCode.UNKNOWN, f"no room for {name}")
        self._note(f"{op} {name}")

    def _note(self, line):
        with open(os.environ["TOY_LOG"], "a") as log:
            log.write(line + "\n")


server = grpc.server(ThreadPoolExecutor(max_workers=8))
provider_pb2_grpc.add_ResourceProviderServicer_to_server(Toy(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)  # noqa: T201
server.wait_for_termination()
