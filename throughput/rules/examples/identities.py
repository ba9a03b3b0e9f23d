"""Examples of who may do what: buyers, keys, federation."""

from dataclasses import replace
from typing import Any

from throughput.rules.examples.base import Example
from throughput.rules.model import UNKNOWN, Level, Resource


def _grant(role: Any, member: Any) -> tuple[Resource, ...]:
    return (
        Resource(
            type="gcp:projects/iAMMember:IAMMember",
            name="grant",
            inputs={"project": "acme-genai", "role": role, "member": member},
        ),
    )


def buyers_separate() -> list[Example]:
    name = "buyers-separate"
    admin = "roles/aiplatform.provisionedThroughputAdmin"
    custom = Resource(
        type="gcp:projects/iAMCustomRole:IAMCustomRole",
        name="role",
        inputs={"permissions": ["aiplatform.endpoints.predict", "aiplatform.provisionedThroughputs.create"]},
    )
    whole = Resource(
        type="gcp:projects/iAMPolicy:IAMPolicy",
        name="policy",
        inputs={
            "policyData": '{"bindings": [{"role": "roles/owner", "members": ["user:a@example.com", "serviceAccount:deploy@acme-genai.iam.gserviceaccount.com"]}]}'
        },
    )
    reading = Resource(
        type=custom.type, name="role", inputs={"permissions": ["aiplatform.provisionedThroughputs.list"]}
    )
    return [
        Example(
            rule=name,
            outcome="pass",
            title="the buyers' group",
            resources=_grant(admin, "group:pt-buyers@example.com"),
        ),
        Example(rule=name, outcome="pass", title="a role that only reads orders", resources=(reading,)),
        Example(
            rule=name,
            outcome="violation",
            title="a deployer that is editor",
            resources=_grant(
                "roles/aiplatform.editor", "serviceAccount:deploy@acme-genai.iam.gserviceaccount.com"
            ),
            expected=(("violation", "buyers/role"),),
            says=("deploy@", "roles/aiplatform.editor"),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a whole policy that makes the deployer owner",
            resources=(whole,),
            expected=(("violation", "buyers/role"),),
            says=("roles/owner", "deploy@"),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a whole policy that only up will know",
            resources=(replace(whole, inputs={"policyData": UNKNOWN}),),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a custom role that can order",
            resources=(custom,),
            expected=(("violation", "buyers/custom-role"),),
            says=("provisionedThroughputs.create",),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="a role that can't order",
            resources=_grant(
                "roles/aiplatform.viewer", "serviceAccount:x@acme-genai.iam.gserviceaccount.com"
            ),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a role that only up will know",
            resources=_grant(UNKNOWN, UNKNOWN),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a grant without role and member",
            resources=_grant(None, None),
        ),
    ]


def no_service_account_keys() -> list[Example]:
    name = "no-service-account-keys"
    key = Resource(type="gcp:serviceaccount/key:Key", name="ci", inputs={"serviceAccountId": "x"})
    return [
        Example(
            rule=name,
            outcome="pass",
            title="a service account without a key",
            resources=(
                Resource(
                    type="gcp:serviceaccount/account:Account", name="chat", inputs={"accountId": "chat-api"}
                ),
            ),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a key",
            resources=(key,),
            expected=(("violation", "keys/service-account"),),
            says=("ci", "pt adc"),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="another kind of key",
            resources=(Resource(type="gcp:kms/cryptoKey:CryptoKey", name="k", inputs={}),),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a key without inputs",
            resources=(replace(key, inputs={}),),
            expected=(("violation", "keys/service-account"),),
        ),
    ]


def federation_pinned() -> list[Example]:
    name = "federation-pinned"

    def provider(
        condition: Any, issuer: str = "https://token.actions.githubusercontent.com"
    ) -> tuple[Resource, ...]:
        inputs = {"oidc": {"issuerUri": issuer}, "attributeCondition": condition}
        return (
            Resource(
                type="gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
                name="github",
                inputs=inputs,
            ),
        )

    pinned = "assertion.repository_owner_id == '12' && ((assertion.repository_id == '34') || (assertion.repository_id == '56' && assertion.ref == 'refs/heads/main'))"
    whole = Resource(
        type="gcp:serviceaccount/iAMMember:IAMMember",
        name="bind",
        inputs={
            "member": "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/github/*"
        },
    )
    missing: tuple[tuple[Level, str], ...] = (("violation", "federation/not-pinned"),)
    return [
        Example(
            rule=name, outcome="pass", title="owner and repositories by number", resources=provider(pinned)
        ),
        Example(
            rule=name,
            outcome="pass",
            title="repositories as a list of numbers",
            resources=provider(
                "assertion.repository_owner_id == '12' && assertion.repository_id in ['34', '56']"
            ),
        ),
        Example(
            rule=name,
            outcome="pass",
            title="a GitLab project by number",
            resources=provider(
                "assertion.namespace_id == '1' && assertion.project_id == '2'", "https://gitlab.com"
            ),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="an owner by name",
            resources=provider("assertion.repository_owner == 'acme'"),
            expected=missing,
            says=("by number",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="no repository",
            resources=provider("assertion.repository_owner_id == '12'"),
            expected=missing,
            says=("repository_id",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="an or that opens the door again",
            resources=provider(
                "assertion.repository_id == '34' && assertion.repository_owner_id == '12' || assertion.ref == 'x'"
            ),
            expected=missing,
        ),
        Example(
            rule=name,
            outcome="violation",
            title="an or behind brackets that opens the door again",
            resources=provider(
                "assertion.repository_owner_id == '12' && assertion.repository_id == '34' && (assertion.ref == 'x') || true"
            ),
            expected=missing,
            says=("repository_owner_id and repository_id",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a pin that is only a comment",
            resources=provider("assertion.repository_owner_id == '12' // && assertion.repository_id == '34'"),
            expected=missing,
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a pin whose opposite is chosen",
            resources=provider(
                "assertion.repository_owner_id == '12' && assertion.repository_id == '34' ? false : true"
            ),
            expected=missing,
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a pin that is negated",
            resources=provider("!(assertion.repository_owner_id == '12' && assertion.repository_id == '34')"),
            expected=missing,
        ),
        Example(
            rule=name,
            outcome="violation",
            title="no condition at all",
            resources=provider(None),
            expected=(("violation", "federation/no-condition"),),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a binding of a whole pool",
            resources=(whole,),
            expected=(("violation", "federation/whole-pool"),),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="a member that isn't federated",
            resources=(replace(whole, inputs={"member": "user:a@example.com"}),),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a condition that only up will know",
            resources=provider(UNKNOWN),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="an issuer that only up will know",
            resources=(Resource(type=provider("")[0].type, name="github", inputs={"oidc": UNKNOWN}),),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="brackets that don't close",
            resources=provider("(assertion.repository_owner_id == '12' && assertion.repository_id == '34'"),
            expected=missing,
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a text that hides where it ends",
            resources=provider(
                "assertion.repository_owner_id == '12' && assertion.repository_id == '34' && assertion.ref == \"\\\"\" || true"
            ),
            expected=missing,
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a provider without an issuer",
            resources=(Resource(type=provider("")[0].type, name="saml", inputs={}),),
        ),
    ]
