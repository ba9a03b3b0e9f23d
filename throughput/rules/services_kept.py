"""services-kept: APIs stay on when a stack goes."""

from collections.abc import Iterator

from throughput.rules.model import Finding, Resource, Rule

NAME = "services-kept"


def check(resource: Resource) -> Iterator[Finding]:
    """`disableOnDestroy` of every enabled API: said, and false."""
    if resource.inputs.get("disableOnDestroy") is not False:
        yield Finding(
            rule=NAME,
            code="services/disabled",
            message=f"{resource.name} may turn {resource.inputs.get('service')} off when it is destroyed, and with it every client of the project.",
            remedy="disable_on_destroy=False",
        )


RULE = Rule(
    name=NAME,
    title="APIs stay on",
    description="Destroying a stack never disables an API.",
    severity="medium",
    remediation=("Say disable_on_destroy=False; don't rely on a default.",),
    source="pulumi-gcp 10: disableOnDestroy of Service",
    types=("gcp:projects/service:Service",),
    resource=check,
)
