"""buyers-separate: whoever deploys or calls models can't place orders."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

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
    "gcp:projects/iAMPolicy:IAMPolicy",
    "gcp:organizations/iAMPolicy:IAMPolicy",
    "gcp:folder/iAMPolicy:IAMPolicy",
    "gcp:projects/iAMCustomRole:IAMCustomRole",
    "gcp:organizations/iAMCustomRole:IAMCustomRole",
)


def check(resource: Resource) -> Iterator[Finding]:
    """Grants of ordering roles to machines or to everybody, and custom roles that hold ordering permissions."""
    if resource.type.endswith("CustomRole"):
        yield from _custom_role(resource)
        return
    for role, member in _grants(resource):
        if role not in ORDERING_ROLES:
            continue
        if member.startswith((*_MACHINES, *_BROAD)):
            yield Finding(
                rule=NAME,
                code="buyers/role",
                message=f"{resource.name}: {member} gets {role}, which can place orders that nobody can cancel.",
                remedy="grant the custom client role instead; ordering roles are for the buyers' group of people",
            )


def _grants(resource: Resource) -> Iterator[tuple[str, str]]:
    """Role and member of a grant, of a binding, or of each binding in a whole policy."""
    bindings: list[Any] = [resource.inputs]
    if resource.type.endswith("IAMPolicy"):
        try:
            bindings = list(json.loads(str(resource.inputs.get("policyData")))["bindings"])
        except (ValueError, TypeError, KeyError):
            return  # Not known before up, or no policy: the provider refuses what can't be read.
    for binding in bindings:
        if isinstance(binding, Mapping):
            for member in (binding.get("member"), *(binding.get("members") or [])):
                if member:
                    yield str(binding.get("role", "")), str(member)


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
