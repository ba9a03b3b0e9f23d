"""The APIs of a project. They are never disabled: turning an API off would stop every client of it, ours or not."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from components._options import child

NEEDED = (
    "aiplatform.googleapis.com",
    "billingbudgets.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "essentialcontacts.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "serviceusage.googleapis.com",
    "sts.googleapis.com",
)


@dataclass(frozen=True, kw_only=True)
class ServicesArgs:
    """`extra` names APIs besides the needed ones."""

    project_id: str
    extra: Sequence[str]
    provider: pulumi.ProviderResource


class Services(pulumi.ComponentResource):
    """The enabled APIs, and the service identity that Vertex AI acts as."""

    def __init__(self, name: str, args: ServicesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("vertex-throughput:components:Services", name, {}, opts)
        self.services = {
            service: gcp.projects.Service(
                f"{args.project_id}-{service.partition('.')[0]}",
                project=args.project_id,
                service=service,
                # Said and not left to a default: destroying this stack leaves the API on.
                disable_on_destroy=False,
                disable_dependent_services=False,
                opts=child(self, args.provider, retain_on_delete=True),
            )
            for service in sorted({*NEEDED, *args.extra})
        }
        self.identity = gcp.projects.ServiceIdentity(
            f"{args.project_id}-vertex",
            project=args.project_id,
            service="aiplatform.googleapis.com",
            opts=child(self, args.provider, depends_on=[self.services["aiplatform.googleapis.com"]]),
        )
        self.register_outputs({"vertexIdentity": self.identity.email})
