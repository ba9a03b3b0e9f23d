"""The custom role of clients: what a prompt needs, instead of `roles/aiplatform.user` with its hundreds of permissions."""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from components._options import child
from throughput.roles import CLIENT_PERMISSIONS, CLIENT_ROLE_ID


@dataclass(frozen=True, kw_only=True)
class ClientRoleArgs:
    """The project that the role belongs to."""

    project_id: str
    provider: pulumi.ProviderResource


class ClientRole(pulumi.ComponentResource):
    """The role; `role_name` is its full resource name."""

    def __init__(self, name: str, args: ClientRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("vertex-throughput:components:ClientRole", name, {}, opts)
        self.role = gcp.projects.IAMCustomRole(
            name,
            project=args.project_id,
            role_id=CLIENT_ROLE_ID,
            title="Vertex AI client",
            description="May send prompts to models, and nothing else",
            permissions=list(CLIENT_PERMISSIONS),
            stage="GA",
            opts=child(self, args.provider),
        )
        self.role_name = self.role.name
        self.register_outputs({"name": self.role_name})
