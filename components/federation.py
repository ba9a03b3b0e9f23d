"""Workload Identity Federation: pipelines act without keys, pinned by numeric ids.

One pool and one provider per kind. The issuer is shared by everybody who uses the service, so the condition is what keeps strangers out:
it pins the owner and each repository or project by number, since names can be taken over. No binding ever covers a whole pool.

Bindings go by repository or project, while the provider's condition holds refs and environments. Google keeps a deleted pool's id for 30
days, so a destroyed environment can't be built anew before that unless the pool is undeleted
(https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools, 2026).
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from components._options import child
from throughput.config.models import Federation as FederationConfig
from throughput.config.models import Github, Gitlab

_GITHUB_ISSUER = "https://token.actions.githubusercontent.com"


@dataclass(frozen=True, kw_only=True)
class FederationArgs:
    """`project_id` holds the pools; `number` is that project's."""

    project_id: str
    number: pulumi.Input[str]
    config: FederationConfig
    provider: pulumi.ProviderResource


class Federation(pulumi.ComponentResource):
    """Pools and providers for GitHub and GitLab, and the principal sets of their repositories and projects."""

    def __init__(self, name: str, args: FederationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("vertex-throughput:components:Federation", name, {}, opts)
        self._args = args
        self.providers: dict[str, pulumi.Output[str]] = {}
        if args.config.github:
            self._add(
                "github",
                _GITHUB_ISSUER,
                github_condition(args.config.github),
                github_mapping(args.config.github),
            )
        if args.config.gitlab:
            self._add(
                "gitlab", args.config.gitlab.issuer, gitlab_condition(args.config.gitlab), gitlab_mapping()
            )
        self.register_outputs({"providers": self.providers})

    def _add(self, kind: str, issuer: str, condition: str, mapping: dict[str, str]) -> None:
        pool = gcp.iam.WorkloadIdentityPool(
            kind,
            project=self._args.project_id,
            workload_identity_pool_id=kind,
            display_name=f"{kind} pipelines",
            opts=child(self, self._args.provider),
        )
        provider = gcp.iam.WorkloadIdentityPoolProvider(
            kind,
            project=self._args.project_id,
            workload_identity_pool_id=pool.workload_identity_pool_id,
            workload_identity_pool_provider_id=kind,
            display_name=f"{kind} pipelines",
            attribute_condition=condition,
            attribute_mapping=mapping,
            oidc={"issuer_uri": issuer},
            opts=child(self, self._args.provider),
        )
        self.providers[kind] = provider.name

    def github_member(self, repository: str) -> pulumi.Output[str]:
        """The principal set of one repository's workflows."""
        assert self._args.config.github is not None
        return self._member("github", "repository_id", self._args.config.github.repositories[repository].id)

    def gitlab_member(self, project: str) -> pulumi.Output[str]:
        """The principal set of one GitLab project's pipelines."""
        assert self._args.config.gitlab is not None
        return self._member("gitlab", "project_id", self._args.config.gitlab.projects[project].id)

    def _member(self, kind: str, attribute: str, value: str) -> pulumi.Output[str]:
        return pulumi.Output.concat(
            "principalSet://iam.googleapis.com/projects/",
            self._args.number,
            f"/locations/global/workloadIdentityPools/{kind}/attribute.{attribute}/{value}",
        )


def github_condition(config: Github) -> str:
    """The attribute condition: this owner, and one of these repositories, on its ref and environment where they are named."""
    parts = []
    for name in sorted(config.repositories):
        repository = config.repositories[name]
        claims = [f"assertion.repository_id == '{repository.id}'"]
        claims += [f"assertion.ref == '{repository.ref}'"] if repository.ref else []
        claims += [f"assertion.environment == '{repository.environment}'"] if repository.environment else []
        parts.append(" && ".join(claims))
    return f"assertion.repository_owner_id == '{config.owner_id}' && {_any(parts)}"


def github_mapping(config: Github) -> dict[str, str]:
    """Every claim that a condition or a binding uses."""
    mapping = {
        "google.subject": "assertion.sub",
        "attribute.repository_id": "assertion.repository_id",
        "attribute.repository_owner_id": "assertion.repository_owner_id",
        "attribute.ref": "assertion.ref",
    }
    if any(repository.environment for repository in config.repositories.values()):
        # Jobs without an environment carry no such claim, and mapping an absent claim would refuse them.
        mapping["attribute.environment"] = "has(assertion.environment) ? assertion.environment : ''"
    return mapping


def gitlab_condition(config: Gitlab) -> str:
    """The attribute condition: this namespace, and one of these projects, on its ref where it is named."""
    parts = []
    for name in sorted(config.projects):
        project = config.projects[name]
        claims = [f"assertion.project_id == '{project.id}'"]
        claims += [f"assertion.ref == '{project.ref}'"] if project.ref else []
        parts.append(" && ".join(claims))
    return f"assertion.namespace_id == '{config.namespace_id}' && {_any(parts)}"


def gitlab_mapping() -> dict[str, str]:
    """Every claim that a condition or a binding uses."""
    return {
        "google.subject": "assertion.sub",
        "attribute.project_id": "assertion.project_id",
        "attribute.namespace_id": "assertion.namespace_id",
        "attribute.ref": "assertion.ref",
    }


def _any(parts: list[str]) -> str:
    return f"({' || '.join(f'({part})' for part in parts)})"
