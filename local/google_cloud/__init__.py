"""A stand-in for `pulumi-resource-gcp` whose cloud is one JSON file.

It answers for every resource type of the installed `pulumi_gcp`: inputs are checked against the SDK's own typed
arguments (unknown keys at any depth, missing ones, wrong types), ids look like Google's and are the same on every
machine, and what Google assigns isn't known in a preview. The built-in engine serves it in its own process; the folder
`bin` on PATH makes the Pulumi CLI use it.

    PT_CLOUD_FILE       the file (default `.local/cloud.json` below the working folder)
    PT_CLOUD_FAILURES   failures to inject: a JSON list, or a file that holds one (see `local.google_cloud.failures`)

What it doesn't imitate, on purpose: permissions, quotas and billing; whether a role, service, member or parent exists;
Google's own validation of values (it checks names and types, not whether a filter is a good one); the time that
things take to become visible; drift, other than an entry you edit or remove in the file; anything that costs money. A
project that is to be adopted is always found, without labels, folder or billing account. A green run here says that the program
holds together, not that Google will accept it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Served:
    """A running stand-in."""

    port: int
    _server: Any

    def stop(self) -> None:
        """End it; requests that run may finish."""
        self._server.stop(0.5).wait()


def stand_in(cloud: Path, environment: Mapping[str, str]) -> Any:
    """The servicer over the file `cloud`; a ValueError when the failures to inject can't be read."""
    from local.google_cloud.cloud import Cloud
    from local.google_cloud.failures import Failures
    from local.google_cloud.servicer import GoogleCloud

    return GoogleCloud(Cloud(cloud), Failures.read(environment.get("PT_CLOUD_FAILURES", "")))


def serve(cloud: Path, environment: Mapping[str, str]) -> Served:
    """Serve the stand-in over the file `cloud` on a free port of this machine."""
    from concurrent.futures import ThreadPoolExecutor

    import grpc
    from pulumi.runtime.proto import provider_pb2_grpc

    options = [("grpc.max_receive_message_length", 400 * 1024 * 1024)]
    server = grpc.server(ThreadPoolExecutor(max_workers=16), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(stand_in(cloud, environment), server)
    bound = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return Served(bound, server)
