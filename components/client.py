"""One client of the models: an identity that may predict and nothing else, and who may become it. Never a key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from components._options import child
from throughput.config.models import GkeWorkload
from throughput.roles import FEDERATED_ROLE, IMPERSONATE_ROLE


@dataclass(frozen=True, kw_only=True)
class ClientArgs:
    """`federated` holds principal sets by a stable key; `role` is the custom client role's resource name."""

    project_id: str
    role: pulumi.Input[str]
    federated: Mapping[str, pulumi.Input[str]]
    developers: Sequence[str]
    gke: Sequence[GkeWorkload]
    provider: pulumi.ProviderResource


class Client(pulumi.ComponentResource):
    """A service account with the client role, and the bindings of those who may act as it."""

    def __init__(self, name: str, args: ClientArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("vertex-throughput:components:Client", name, {}, opts)
        self._args = args
        self._key = name
        self.account = gcp.serviceaccount.Account(
            name,
            account_id=name,
            project=args.project_id,
            display_name=f"Vertex AI client {name}",
            opts=child(self, args.provider),
        )
        self.email = self.account.email
        self._grant("client", pulumi.Output.concat("serviceAccount:", self.email))
        for workload in args.gke:
            self._grant(
                f"gke-{workload.project}-{workload.namespace}-{workload.service_account}",
                gke_member(workload),
            )
        for key, member in sorted(args.federated.items()):
            self._may_become(key, FEDERATED_ROLE, member)
        for developer in sorted(args.developers):
            self._may_become(developer, IMPERSONATE_ROLE, developer)
        self.register_outputs({"email": self.email})

    def _grant(self, key: str, member: pulumi.Input[str]) -> None:
        gcp.projects.IAMMember(
            f"{self._key}-{key}",
            project=self._args.project_id,
            role=self._args.role,
            member=member,
            opts=child(self, self._args.provider),
        )

    def _may_become(self, key: str, role: str, member: pulumi.Input[str]) -> None:
        gcp.serviceaccount.IAMMember(
            f"{self._key}-as-{key}",
            service_account_id=self.account.name,
            role=role,
            member=member,
            opts=child(self, self._args.provider),
        )


def gke_member(workload: GkeWorkload) -> str:
    """The principal of a Kubernetes service account in its project's workload pool."""
    return (
        f"principal://iam.googleapis.com/projects/{workload.project_number}/locations/global/workloadIdentityPools/"
        f"{workload.project}.svc.id.goog/subject/ns/{workload.namespace}/sa/{workload.service_account}"
    )
