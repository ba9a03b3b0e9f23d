"""One Google Cloud project, created or adopted.

It is protected and its deletion is prevented, since a project takes its running orders' data plane with it and leaves the bill. Adopting
means taking the project over as it is: name, parent, billing and labels stay what they are unless this configuration creates it.
It never deletes, moves or re-bills a project.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from components._options import adopted, child
from throughput.config.models import Project as ProjectConfig

_LEFT_ALONE = (
    "name",
    "orgId",
    "folderId",
    "billingAccount",
    "labels",
    "autoCreateNetwork",
    "tags",
    "deletionPolicy",
)


@dataclass(frozen=True, kw_only=True)
class ProjectArgs:
    """`project_id` and its configuration; `provider` works inside that project."""

    project_id: str
    config: ProjectConfig
    provider: pulumi.ProviderResource


class Project(pulumi.ComponentResource):
    """The project. `number` is assigned by the cloud and unknown in a preview of its creation."""

    def __init__(self, name: str, args: ProjectArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("vertex-throughput:components:Project", name, {}, opts)
        config = args.config
        keep = (
            adopted(args.project_id, _LEFT_ALONE)
            if config.mode == "adopt"
            else pulumi.ResourceOptions(protect=True)
        )
        self.project = gcp.organizations.Project(
            args.project_id,
            project_id=args.project_id,
            name=config.name or args.project_id,
            folder_id=config.folder,
            org_id=config.organization,
            billing_account=config.billing_account,
            labels=dict(config.labels) or None,
            auto_create_network=False,
            deletion_policy="PREVENT",
            opts=pulumi.ResourceOptions.merge(keep, child(self, args.provider)),
        )
        self.project_id = args.project_id
        self.number = self.project.number
        self.register_outputs({"projectId": self.project_id, "number": self.number})
