"""buyers-separate: whoever deploys or calls models can't place orders."""

from collections.abc import Iterator

from throughput.roles import ORDERING_ROLES
from throughput.rules.model import Finding, Resource, Rule

NAME = "buyers-separate"
_MACHINES = ("serviceAccount:", "principal:", "principalSet:")
_BROAD = ("allUsers", "allAuthenticatedUsers", "domain:")
_CUSTOM = "aiplatform.provisionedThroughputs."
_READING = ("get", "list")

TYPES = (
    "gcp:projects/iAMMember:IAMMember",
    "gcp:projects/iAMBinding:IAMBinding",
    "gcp:organizations/iAMMember:IAMMember",
    "gcp:organizations/iAMBinding:IAMBinding",
    "gcp:folder/iAMMember:IAMMember",
    "gcp:folder/iAMBinding:IAMBinding",
    "gcp:projects/iAMCustomRole:IAMCustomRole",
    "gcp:organizations/iAMCustomRole:IAMCustomRole",
)


def check(resource: Resource) -> Iterator[Finding]:
    """Grants of ordering roles to machines or to everybody, and custom roles that hold ordering permissions."""
    if resource.type.endswith("CustomRole"):
        yield from _custom_role(resource)
        return
    role = str(resource.inputs.get("role", ""))
    if role not in ORDERING_ROLES:
        return
    members = [resource.inputs.get("member"), *(resource.inputs.get("members") or [])]
    for member in (str(found) for found in members if found):
        if member.startswith((*_MACHINES, *_BROAD)):
            yield Finding(
                rule=NAME,
                code="buyers/role",
                message=f"{resource.name}: {member} gets {role}, which can place orders that nobody can cancel.",
                remedy="grant the custom client role instead; ordering roles are for the buyers' group of people",
            )


def _custom_role(resource: Resource) -> Iterator[Finding]:
    permissions = [str(found) for found in resource.inputs.get("permissions") or []]
    ordering = [
        found
        for found in permissions
        if found.startswith(_CUSTOM) and found.rpartition(".")[2] not in _READING
    ]
    if ordering:
        yield Finding(
            rule=NAME,
            code="buyers/custom-role",
            message=f"{resource.name}: the custom role holds {', '.join(ordering)}, which place or change orders.",
            remedy="take them out; buyers get roles/aiplatform.provisionedThroughputAdmin",
        )


RULE = Rule(
    name=NAME,
    title="Buyers are separate",
    description="No deployer, client or other machine identity holds a role that can place or change orders.",
    severity="critical",
    remediation=(
        "Grant ordering roles to the buyers' group only.",
        "Set buyers.denyOthers: true, so that broad roles can't order either.",
    ),
    source="IAM reference, 2026-05-30",
    types=TYPES,
    resource=check,
)
