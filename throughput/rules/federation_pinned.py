"""federation-pinned: only this owner's repositories may federate, by number."""

import re
from collections.abc import Iterator

from throughput.rules.model import UNKNOWN, Finding, Resource, Rule

NAME = "federation-pinned"
_PROVIDER = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"
_BINDINGS = (
    "gcp:serviceaccount/iAMMember:IAMMember",
    "gcp:serviceaccount/iAMBinding:IAMBinding",
    "gcp:projects/iAMMember:IAMMember",
)
_PINS = {
    "githubusercontent.com": ("repository_owner_id", "repository_id"),
    "gitlab": ("namespace_id", "project_id"),
}


def check(resource: Resource) -> Iterator[Finding]:
    """Conditions of federation providers, and bindings that cover a whole pool."""
    if resource.type == _PROVIDER:
        yield from _provider(resource)
        return
    members = [resource.inputs.get("member"), *(resource.inputs.get("members") or [])]
    for member in (str(found) for found in members if found):
        if "/workloadIdentityPools/" in member and member.endswith("/*"):
            yield Finding(
                rule=NAME,
                code="federation/whole-pool",
                message=f"{resource.name}: {member} lets everybody in the pool in.",
                remedy="bind attribute.repository_id/ID or attribute.project_id/ID",
            )


def _provider(resource: Resource) -> Iterator[Finding]:
    issuer = str((resource.inputs.get("oidc") or {}).get("issuerUri", ""))
    condition = str(resource.inputs.get("attributeCondition") or "")
    claims = next((pins for host, pins in _PINS.items() if host in issuer), ())
    missing = [claim for claim in claims if not _pins(condition, claim)]
    if not issuer or condition == UNKNOWN:
        return
    if not condition:
        yield _finding(
            resource,
            "federation/no-condition",
            f"has no condition: everybody who can get a token of {issuer} may federate",
        )
    elif missing:
        yield _finding(
            resource,
            "federation/not-pinned",
            f"doesn't pin {' and '.join(missing)} by number; names can be taken over",
        )


def _pins(condition: str, claim: str) -> bool:
    number = rf"assertion\.{claim}\s*==\s*(['\"])\d+\1"
    # An "or" beside the pin opens the door again, unless each of its sides is pinned.
    return all(re.search(number, side) for side in _alternatives(condition, claim))


def _alternatives(condition: str, claim: str) -> list[str]:
    """The sides of the condition's ors; what stands before the first bracket holds for all of them."""
    head, bracket, rest = condition.partition("(")
    if "||" not in condition:
        return [condition]
    if not bracket or "||" in head:
        return condition.split("||")
    return [head + side for side in rest.split("||")]


def _finding(resource: Resource, code: str, message: str) -> Finding:
    return Finding(
        rule=NAME,
        code=code,
        message=f"{resource.name} {message}.",
        remedy="condition: assertion.repository_owner_id == 'NUMBER' && assertion.repository_id == 'NUMBER'",
    )


RULE = Rule(
    name=NAME,
    title="Federation is pinned",
    description="Workload identity providers pin owner and repository (or namespace and project) by numeric id; no binding covers a pool.",
    severity="critical",
    remediation=("Pin numeric ids in the attribute condition.", "Bind principal sets of one repository."),
    source="https://docs.cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines, 2026-08-22",
    types=(_PROVIDER, *_BINDINGS),
    resource=check,
)
