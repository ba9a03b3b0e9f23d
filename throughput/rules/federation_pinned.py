"""federation-pinned: only this owner's repositories may federate, by number."""

import re
from collections.abc import Iterator, Mapping

from throughput.rules.model import UNKNOWN, Finding, Resource, Rule

NAME = "federation-pinned"
_PROVIDER = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"
_BINDINGS = (
    "gcp:serviceaccount/iAMMember:IAMMember",
    "gcp:serviceaccount/iAMBinding:IAMBinding",
    "gcp:projects/iAMMember:IAMMember",
    "gcp:projects/iAMBinding:IAMBinding",
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
    oidc = resource.inputs.get("oidc")
    issuer = str(oidc.get("issuerUri") or "") if isinstance(oidc, Mapping) else ""
    condition = str(resource.inputs.get("attributeCondition") or "")
    claims = next((pins for host, pins in _PINS.items() if host in issuer), ())
    readable = _readable(condition)
    missing = [claim for claim in claims if not (readable and _pins(condition, claim))]
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


def _readable(condition: str) -> bool:
    """Whether brackets, texts and operators say all: escapes, comments and choices could hide a pin that isn't one."""
    if "\\" in condition or "'''" in condition or '"""' in condition:
        return False
    depths = _depths(condition)
    outside = "".join(sign if depth >= 0 else " " for sign, depth in zip(condition, depths, strict=True))
    return "//" not in outside and "?" not in outside


def _pins(condition: str, claim: str) -> bool:
    """Whether every way through the condition compares the claim with a number: each side of an "or", one part of an "and"."""
    expression = _unwrapped(condition.strip())
    for operator, holds in (("||", all), ("&&", any)):
        parts = _split(expression, operator)
        if len(parts) > 1:
            return holds(_pins(part, claim) for part in parts)
    number = r"('\d+'|\"\d+\")"
    equal = rf"assertion\.{claim}\s*==\s*{number}"
    among = rf"assertion\.{claim}\s+in\s+\[\s*{number}(\s*,\s*{number})*\s*\]"
    return re.fullmatch(rf"{equal}|{among}", expression) is not None


def _unwrapped(expression: str) -> str:
    """Without the brackets around the whole of it."""
    while expression.startswith("(") and _depths(expression)[:-1].count(0) == 0 and expression.endswith(")"):
        expression = expression[1:-1].strip()
    return expression


def _split(expression: str, operator: str) -> list[str]:
    """The parts between operators that stand outside of brackets and texts."""
    depths = _depths(expression)
    cuts = [
        found.start() for found in re.finditer(re.escape(operator), expression) if depths[found.start()] == 0
    ]
    starts = [0, *(cut + len(operator) for cut in cuts)]
    return [expression[start:end] for start, end in zip(starts, [*cuts, len(expression)], strict=True)]


def _depths(expression: str) -> list[int]:
    """For each character, how many brackets are open after it; -1 inside of a text, where nothing counts."""
    depths, depth, quote = [], 0, ""
    for sign in expression:
        if quote:
            quote = "" if sign == quote else quote
            depths.append(-1)
            continue
        if sign in "'\"":
            quote = sign
        depth += (sign in "([{") - (sign in ")]}")
        depths.append(-1 if quote else depth)
    return depths


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
