"""What Google would assign: ids, names, numbers, addresses. Derived from the inputs, so equal on every machine.

Types without a row here get an id from their module and inputs, and plausible values for what they compute.
"""

import hashlib
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.engine.wire import Unknown
from local.google_cloud.schema import Schema

Values = Mapping[str, Any]
_CREATED = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class Kind:
    """How one type behaves.

    `id` is a template over the inputs; `{#}` stands for an assigned number, `{uuid}` for an assigned UUID and
    `{number}` for the project's number. `replacing` are the inputs that can't change in place.
    """

    id: str
    replacing: tuple[str, ...] = ()
    outputs: Callable[[str, Values], Values] = lambda id, inputs: {}
    defaults: Values = ()  # type: ignore[assignment]


def project_number(project: str) -> str:
    """The number of a project: twelve digits."""
    return _digits("project", project, 12)


def _digits(kind: str, seed: str, count: int) -> str:
    number = int(hashlib.sha256(f"{kind}/{seed}".encode()).hexdigest(), 16)
    return str(10 ** (count - 1) + number % (9 * 10 ** (count - 1)))


def _bare(project: str) -> str:
    return project.removeprefix("projects/")


def _account(id: str, inputs: Values) -> Values:
    email = id.rpartition("/")[2]
    return {
        "email": email,
        "member": f"serviceAccount:{email}",
        "name": id,
        "uniqueId": _digits("account", email, 21),
    }


def _identity(id: str, inputs: Values) -> Values:
    service = str(inputs["service"]).partition(".")[0]
    number = project_number(_bare(str(inputs.get("project", ""))))
    email = f"service-{number}@gcp-sa-{service}.iam.gserviceaccount.com"
    return {"email": email, "member": f"serviceAccount:{email}"}


def _numbered(id: str, inputs: Values) -> Values:
    project = _bare(str(inputs.get("project", "")))
    return {
        "name": id.replace(f"projects/{project}/", f"projects/{project_number(project)}/"),
        "state": "ACTIVE",
    }


def _named(id: str, inputs: Values) -> Values:
    return {"name": id}


def _grant(scope: str) -> Kind:
    return Kind("{%s}/{role}/{member}" % scope, (scope, "role", "member", "condition"))  # noqa: UP031


def _binding(scope: str) -> Kind:
    return Kind("{%s}/{role}" % scope, (scope, "role", "condition"))  # noqa: UP031


_POOL = "projects/{project}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}"

KINDS: Mapping[str, Kind] = {
    "gcp:organizations/project:Project": Kind(
        "projects/{projectId}",
        ("projectId",),
        lambda id, inputs: {"number": project_number(str(inputs["projectId"]))},
        {"deletionPolicy": "PREVENT"},
    ),
    "gcp:organizations/folder:Folder": Kind(
        "folders/{#}", (), lambda id, inputs: {"name": id, "folderId": id.rpartition("/")[2]}
    ),
    "gcp:projects/service:Service": Kind("{project}/{service}", ("project", "service")),
    "gcp:projects/serviceIdentity:ServiceIdentity": Kind(
        "projects/{project}/services/{service}", ("project", "service"), _identity
    ),
    "gcp:serviceaccount/account:Account": Kind(
        "projects/{project}/serviceAccounts/{accountId}@{project}.iam.gserviceaccount.com",
        ("project", "accountId"),
        _account,
    ),
    "gcp:serviceaccount/iAMMember:IAMMember": _grant("serviceAccountId"),
    "gcp:serviceaccount/iAMBinding:IAMBinding": _binding("serviceAccountId"),
    "gcp:projects/iAMMember:IAMMember": _grant("project"),
    "gcp:projects/iAMBinding:IAMBinding": _binding("project"),
    "gcp:folder/iAMMember:IAMMember": _grant("folder"),
    "gcp:organizations/iAMMember:IAMMember": _grant("orgId"),
    "gcp:billing/accountIamMember:AccountIamMember": _grant("billingAccountId"),
    "gcp:projects/iAMCustomRole:IAMCustomRole": Kind(
        "projects/{project}/roles/{roleId}", ("project", "roleId"), _named
    ),
    "gcp:projects/iAMAuditConfig:IAMAuditConfig": Kind(
        "{project}/audit_config/{service}", ("project", "service")
    ),
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": Kind(
        _POOL, ("project", "workloadIdentityPoolId"), _numbered
    ),
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": Kind(
        _POOL + "/providers/{workloadIdentityPoolProviderId}",
        ("project", "workloadIdentityPoolId", "workloadIdentityPoolProviderId"),
        _numbered,
    ),
    "gcp:iam/denyPolicy:DenyPolicy": Kind("{parent}/{name}", ("parent", "name")),
    "gcp:billing/budget:Budget": Kind(
        "billingAccounts/{billingAccount}/budgets/{uuid}", ("billingAccount",), _named
    ),
    "gcp:monitoring/notificationChannel:NotificationChannel": Kind(
        "projects/{project}/notificationChannels/{#}", ("project",), _named
    ),
    "gcp:monitoring/alertPolicy:AlertPolicy": Kind(
        "projects/{project}/alertPolicies/{#}",
        ("project",),
        lambda id, inputs: {
            "name": id,
            "creationRecords": [{"mutateTime": _CREATED, "mutatedBy": "deployer@example.com"}],
        },
    ),
    "gcp:monitoring/dashboard:Dashboard": Kind("projects/{number}/dashboards/{uuid}", ("project",)),
    "gcp:essentialcontacts/contact:Contact": Kind("{parent}/contacts/{#}", ("parent", "email"), _named),
    "gcp:cloudidentity/group:Group": Kind("groups/{#}", ("parent", "groupKey"), _named),
    "gcp:cloudidentity/groupMembership:GroupMembership": Kind(
        "{group}/memberships/{#}", ("group", "preferredMemberKey"), _named
    ),
}

# Inputs that place or name a thing; a type without a row can't change them in place.
_PLACING = frozenset(
    {"project", "location", "region", "zone", "parent", "folder", "organization", "orgId", "name"}
)


def replacing(token: str, schema: Schema) -> frozenset[str]:
    """The inputs that can't change in place."""
    kind = KINDS.get(token)
    if kind is not None:
        return frozenset(kind.replacing)
    own = token.rpartition(":")[2]
    return schema.replacing | (_PLACING & set(schema.inputs)) | {f"{own[0].lower()}{own[1:]}Id"}


def defaults(token: str, name: str, inputs: Values, project: str) -> dict[str, Any]:
    """The inputs with what the provider adds: the configured project, a default deletion policy, a project's name."""
    kind = KINDS.get(token)
    added = dict(kind.defaults) if kind else {}
    if project:
        added["project"] = project
    if token == "gcp:organizations/project:Project":
        added["name"] = name
    return added | dict(inputs)


def id_of(token: str, urn: str, inputs: Values, schema: Schema) -> str:
    """The id: the same inputs of the same resource always get the same one."""
    kind = KINDS.get(token)
    template = kind.id if kind else "projects/{project}/" + token.split(":")[1].replace("/", "/{#}/")
    placed = {key: repr(inputs.get(key)) for key in sorted(replacing(token, schema))}
    seed = f"{token}/{urn}/{placed}"

    def fill(match: re.Match[str]) -> str:
        key = match[1]
        if key == "#":
            return _digits(token, seed, 19)
        if key == "uuid":
            return str(uuid.uuid5(uuid.NAMESPACE_URL, seed))
        if key == "number":
            return project_number(_bare(str(inputs.get("project", ""))))
        text = str(inputs.get(key, "-"))
        return _bare(text) if key == "project" else text

    return re.sub(r"\{([^}]+)\}", fill, template)


def outputs_of(token: str, id: str, inputs: Values, schema: Schema) -> dict[str, Any]:
    """All outputs: the inputs, and what Google assigns."""
    kind = KINDS.get(token)
    assigned = dict(kind.outputs(id, inputs)) if kind else {}
    allowed = set(schema.computed) | set(schema.inputs)
    return (
        {key: _plausible(key, id, inputs) for key in schema.computed}
        | {key: value for key, value in assigned.items() if key in allowed}
        | dict(inputs)
    )


def previewed(token: str, inputs: Values, schema: Schema) -> dict[str, Any]:
    """All outputs as far as they are known before creation: nothing that Google assigns."""
    unknown = Unknown()
    kind = KINDS.get(token)
    late = set(schema.computed)
    if kind is not None and kind.outputs in (_named, _account, _numbered) and "name" in schema.inputs:
        late.add("name")
    return dict.fromkeys(sorted(late), unknown) | dict(inputs)


def _plausible(key: str, id: str, inputs: Values) -> Any:
    lower = key.lower()
    if lower in ("effectivelabels", "pulumilabels"):
        return dict(inputs.get("labels") or {})
    if lower == "effectiveannotations":
        return dict(inputs.get("annotations") or {})
    if lower.endswith(("time", "timestamp")):
        return _CREATED
    if lower == "etag":
        return "BwY" + hashlib.sha256(id.encode()).hexdigest()[:9]
    if lower in ("uid", "uniqueid"):
        return str(uuid.uuid5(uuid.NAMESPACE_URL, id))
    return id if lower in ("name", "selflink") else None
