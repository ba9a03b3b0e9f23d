"""no-service-account-keys: identities without keys."""

from collections.abc import Iterator

from throughput.rules.model import Finding, Resource, Rule

NAME = "no-service-account-keys"


def check(resource: Resource) -> Iterator[Finding]:
    """Any service account key."""
    yield Finding(
        rule=NAME,
        code="keys/service-account",
        message=f"{resource.name} makes a service account key: a secret without an end that anybody who reads the state can use.",
        remedy="let callers impersonate the account or use federation: pt adc STACK",
    )


RULE = Rule(
    name=NAME,
    title="No service account keys",
    description="Nothing makes keys of service accounts; callers impersonate, federate or run with an attached identity.",
    severity="critical",
    remediation=("Remove the key.", "See pt adc STACK for what each kind of caller needs."),
    source="iam.managed.disableServiceAccountKeyCreation, organization policies",
    types=("gcp:serviceaccount/key:Key",),
    resource=check,
)
