"""project-protected: a project can't be deleted by accident."""

from collections.abc import Iterator

from throughput.rules.model import Finding, Resource, Rule

NAME = "project-protected"


def check(resource: Resource) -> Iterator[Finding]:
    """Protection in Pulumi and in the provider, of every project."""
    wrong = []
    if not resource.protect:
        wrong.append("isn't protected")
    if resource.inputs.get("deletionPolicy") != "PREVENT":
        wrong.append(
            f"has deletionPolicy {resource.inputs.get('deletionPolicy') or 'unset'} instead of PREVENT"
        )
    if wrong:
        yield Finding(
            rule=NAME,
            code="project/unprotected",
            message=f"Project {resource.name} {' and '.join(wrong)}: its orders would be billed without a project.",
            remedy="protect=True and deletion_policy='PREVENT'",
        )


RULE = Rule(
    name=NAME,
    title="Projects are protected",
    description="Every project is protected in Pulumi and has its deletion prevented.",
    severity="high",
    remediation=("Use the Project component, which does both.",),
    source="pulumi-gcp 10: deletionPolicy of Project",
    types=("gcp:organizations/project:Project",),
    resource=check,
)
