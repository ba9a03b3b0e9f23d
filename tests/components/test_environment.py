"""What the example environment registers: inventories, names, parents, options and the inputs that matter."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from components.environment import Environment, EnvironmentArgs
from tests.components.recording import Registered, record
from throughput.config.loader import LoadedStack, load_stack
from throughput.roles import BUYER_ROLE, ORDERING_ROLES


def build(stack: LoadedStack) -> list[Registered]:
    args = EnvironmentArgs(stack=stack.stack, config=stack.environment, ledger=stack.ledger, elsewhere={})
    return record(lambda: Environment("environment", args), stack.stack)


@pytest.fixture(scope="module")
def local(root: Path) -> list[Registered]:
    return build(load_stack(root, "local"))


@pytest.fixture(scope="module")
def prod(root: Path) -> list[Registered]:
    return build(load_stack(root, "prod"))


def of(found: list[Registered], kind: str) -> list[Registered]:
    return [one for one in found if one.type == kind]


def named(found: list[Registered], kind: str, name: str) -> Registered:
    return next(one for one in of(found, kind) if one.name == name)


def test_the_local_environment_has_exactly_these_resources(local: list[Registered]) -> None:
    counts = Counter(one.type for one in local if not one.type.startswith("vertex-throughput:components:"))
    assert counts == {
        "vertex-throughput:index:Ledger": 1,
        "pulumi:providers:gcp": 2,
        "gcp:organizations/project:Project": 1,
        "gcp:projects/service:Service": 10,
        "gcp:projects/serviceIdentity:ServiceIdentity": 1,
        "gcp:projects/iAMCustomRole:IAMCustomRole": 1,
        "gcp:serviceaccount/account:Account": 2,
        "gcp:serviceaccount/iAMMember:IAMMember": 3,
        "gcp:projects/iAMMember:IAMMember": 4,
        "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": 2,
        "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": 2,
        "gcp:iam/denyPolicy:DenyPolicy": 1,
        "gcp:monitoring/notificationChannel:NotificationChannel": 1,
        "gcp:essentialcontacts/contact:Contact": 1,
        "gcp:monitoring/alertPolicy:AlertPolicy": 24,
        "gcp:monitoring/dashboard:Dashboard": 1,
        "gcp:billing/budget:Budget": 1,
    }


def test_no_key_is_ever_made(local: list[Registered], prod: list[Registered]) -> None:
    assert not [one for one in [*local, *prod] if "key" in one.type.rpartition(":")[2].lower()]


def test_the_project_is_protected_and_its_deletion_prevented(local: list[Registered]) -> None:
    project = named(local, "gcp:organizations/project:Project", "genai-local")
    assert project.protect
    assert project.inputs["deletionPolicy"] == "PREVENT"
    assert project.inputs["folderId"] == "123456789012"
    assert not project.imported


def test_an_adopted_project_is_imported_protected_and_left_as_it_is(prod: list[Registered]) -> None:
    project = named(prod, "gcp:organizations/project:Project", "acme-media-prod")
    assert project.protect
    assert project.imported == "acme-media-prod"
    assert {"name", "folderId", "billingAccount", "labels"} <= set(project.ignored)


def test_services_stay_on_when_the_stack_goes(local: list[Registered]) -> None:
    services = of(local, "gcp:projects/service:Service")
    assert all(one.inputs["disableOnDestroy"] is False and one.retain for one in services)
    assert "aiplatform.googleapis.com" in {one.inputs["service"] for one in services}


def test_clients_hold_the_custom_role_and_no_predefined_one(local: list[Registered]) -> None:
    role = named(local, "gcp:projects/iAMCustomRole:IAMCustomRole", "genai-local")
    assert role.inputs["permissions"] == ["aiplatform.endpoints.predict", "serviceusage.services.use"]
    grants = of(local, "gcp:projects/iAMMember:IAMMember")
    client_roles = {one.inputs["role"] for one in grants if not one.name.endswith("-buyers")}
    assert client_roles == {"genai-local-name"}
    assert "roles/aiplatform.user" not in json.dumps([one.inputs for one in local])


def test_only_the_buyers_group_holds_a_role_that_can_order(local: list[Registered]) -> None:
    holders = {
        one.inputs["member"]
        for one in of(local, "gcp:projects/iAMMember:IAMMember")
        if one.inputs["role"] in ORDERING_ROLES
    }
    assert holders == {"group:pt-buyers@example.com"}
    assert named(local, "gcp:projects/iAMMember:IAMMember", "genai-local-buyers").inputs["role"] == BUYER_ROLE


def test_the_deny_policy_takes_ordering_from_all_but_the_buyers(local: list[Registered]) -> None:
    policy = of(local, "gcp:iam/denyPolicy:DenyPolicy")[0]
    rule = policy.inputs["rules"][0]["denyRule"]
    assert policy.inputs["parent"] == "cloudresourcemanager.googleapis.com%2Fprojects%2Fgenai-local"
    assert rule["deniedPrincipals"] == ["principalSet://goog/public:all"]
    assert rule["exceptionPrincipals"] == ["principalSet://goog/group/pt-buyers@example.com"]
    assert "aiplatform.googleapis.com/provisionedThroughputs.create" in rule["deniedPermissions"]


def test_federation_pins_numeric_owner_and_repository(
    local: list[Registered], prod: list[Registered]
) -> None:
    kind = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"
    assert named(local, kind, "github").inputs["attributeCondition"] == (
        "assertion.repository_owner_id == '1234567' && ((assertion.repository_id == '7654321' && assertion.ref == 'refs/heads/main'))"
    )
    assert named(local, kind, "gitlab").inputs["attributeCondition"] == (
        "assertion.namespace_id == '4455667' && ((assertion.project_id == '7788990' && assertion.ref == 'main'))"
    )
    with_environment = named(prod, kind, "github")
    assert "assertion.environment == 'prod'" in with_environment.inputs["attributeCondition"]
    for found in (*of(local, kind), *of(prod, kind)):
        mapped = " ".join(found.inputs["attributeMapping"].values())
        for claim in found.inputs["attributeCondition"].split("assertion.")[1:]:
            assert claim.split()[0] in mapped


def test_a_pipeline_becomes_a_client_only_by_its_own_repository(local: list[Registered]) -> None:
    bindings = {one.name: one.inputs for one in of(local, "gcp:serviceaccount/iAMMember:IAMMember")}
    assert bindings["chat-api-as-github-chat"] == {
        "member": "principalSet://iam.googleapis.com/projects/1122334455/locations/global/workloadIdentityPools/github/attribute.repository_id/7654321",
        "role": "roles/iam.workloadIdentityUser",
        "serviceAccountId": "projects/genai-local/serviceAccounts/chat-api@genai-local.iam.gserviceaccount.com",
    }
    assert bindings["images-api-as-gitlab-images"]["member"].endswith(
        "/workloadIdentityPools/gitlab/attribute.project_id/7788990"
    )
    assert not [one for one in bindings.values() if one["member"].endswith("/*")]


def test_a_gke_workload_holds_the_client_role_itself(local: list[Registered]) -> None:
    grant = named(local, "gcp:projects/iAMMember:IAMMember", "chat-api-gke-apps-local-chat-chat-api")
    assert grant.inputs["member"] == (
        "principal://iam.googleapis.com/projects/987654321098/locations/global/workloadIdentityPools/apps-local.svc.id.goog/subject/ns/chat/sa/chat-api"
    )


def test_developers_impersonate_and_need_no_key(local: list[Registered]) -> None:
    binding = named(
        local, "gcp:serviceaccount/iAMMember:IAMMember", "chat-api-as-group:genai-developers@example.com"
    )
    assert binding.inputs["role"] == "roles/iam.serviceAccountTokenCreator"


def test_every_watched_pool_has_its_four_alerts_with_somebody_to_tell(local: list[Registered]) -> None:
    alerts = of(local, "gcp:monitoring/alertPolicy:AlertPolicy")
    chat = [one for one in alerts if "-global-gemini-3.8-flash-" in one.name]
    assert sorted(one.name.rpartition("flash-")[2] for one in chat) == [
        "refused",
        "spillover",
        "utilisation-80",
        "utilisation-90",
    ]
    for alert in alerts:
        assert alert.inputs["notificationChannels"] == ["genai-local-genai-alerts@example.com-name"]
        query = alert.inputs["conditions"][0]["conditionPrometheusQueryLanguage"]["query"]
        assert "aiplatform_googleapis_com:publisher_online_serving_" in query
    dashboard: dict[str, Any] = json.loads(
        of(local, "gcp:monitoring/dashboard:Dashboard")[0].inputs["dashboardJson"]
    )
    assert len(dashboard["mosaicLayout"]["tiles"]) == 18


def test_googles_notices_reach_the_essential_contacts(local: list[Registered]) -> None:
    contact = of(local, "gcp:essentialcontacts/contact:Contact")[0]
    assert contact.inputs["notificationCategorySubscriptions"] == ["PRODUCT_UPDATES"]
    assert contact.inputs["parent"] == "projects/genai-local"


def test_the_budget_covers_the_projects_by_number(local: list[Registered]) -> None:
    budget = of(local, "gcp:billing/budget:Budget")[0]
    assert budget.inputs["budgetFilter"]["projects"] == ["projects/1122334455"]
    assert budget.inputs["amount"]["specifiedAmount"] == {
        "currencyCode": "USD",
        "units": "120000",
        "nanos": 0,
    }
    assert [rule["thresholdPercent"] for rule in budget.inputs["thresholdRules"]] == [0.5, 0.9, 1]


def test_the_ledger_is_protected_and_holds_plain_values(local: list[Registered]) -> None:
    ledger = of(local, "vertex-throughput:index:Ledger")[0]
    assert ledger.protect
    assert ledger.inputs["orders"]["chat"]["gsus"] == 5
    assert ledger.inputs["asOf"] == "2026-11-22"
    assert ledger.depends == ()


def test_every_resource_of_google_goes_through_its_projects_own_provider(
    local: list[Registered], prod: list[Registered]
) -> None:
    for found in (*local, *prod):
        if found.type.startswith("gcp:"):
            assert found.provider.startswith("gcp-"), found.name
    for provider in of(prod, "pulumi:providers:gcp"):
        assert provider.inputs["project"] in ("acme-genai-prod", "acme-media-prod")


def test_what_makes_a_project_names_no_quota_project_and_labels_nothing_adopted(
    prod: list[Registered],
) -> None:
    """A project that doesn't exist yet can't pay for the request that makes it."""
    providers = {one.name: one.inputs for one in of(prod, "pulumi:providers:gcp")}
    for kind in ("gcp:organizations/project:Project", "gcp:projects/service:Service"):
        for found in of(prod, kind):
            inputs = providers[found.provider]
            assert "billingProject" not in inputs
            assert "userProjectOverride" not in inputs
            assert ("defaultLabels" in inputs) == (inputs["project"] == "acme-genai-prod")
    assert of(prod, "gcp:billing/budget:Budget")[0].provider == "gcp-acme-genai-prod"
    assert providers["gcp-acme-genai-prod"]["billingProject"] == "acme-genai-prod"


def test_every_resource_hangs_on_its_component(local: list[Registered]) -> None:
    """Parents are part of every URN: a resource that hangs elsewhere would be replaced."""
    parents = {one.type.rpartition(":")[2]: set[str]() for one in local}
    for one in local:
        parents[one.type.rpartition(":")[2]].add(one.parent)
    assert parents == {
        "Environment": {"vertex-throughput-local"},
        "Ledger": {"environment"},
        "gcp": {"environment"},
        "Project": {"environment", "genai-local"},
        "Services": {"environment"},
        "Service": {"genai-local"},
        "ServiceIdentity": {"genai-local"},
        "Notifications": {"environment"},
        "NotificationChannel": {"genai-local"},
        "Contact": {"genai-local"},
        "Federation": {"environment"},
        "WorkloadIdentityPool": {"federation"},
        "WorkloadIdentityPoolProvider": {"federation"},
        "ClientRole": {"environment"},
        "IAMCustomRole": {"genai-local"},
        "Client": {"environment"},
        "Account": {"chat-api", "images-api"},
        "IAMMember": {"chat-api", "images-api", "genai-local"},
        "Buyers": {"environment"},
        "DenyPolicy": {"genai-local"},
        "Observability": {"environment"},
        "AlertPolicy": {"genai-local"},
        "Dashboard": {"genai-local"},
        "Budget": {"environment", "budget"},
    }


def test_names_follow_what_they_stand_for_and_not_its_order(root: Path, local: list[Registered]) -> None:
    """Clients in another order rename nothing; a ledger sorts itself."""
    stack = load_stack(root, "local")
    config = stack.environment
    turned = config.model_copy(update={"clients": dict(reversed(config.clients.items()))})
    args = EnvironmentArgs(stack="local", config=turned, ledger=stack.ledger, elsewhere={})
    again = record(lambda: Environment("environment", args), "local")
    assert {(one.type, one.parent, one.name) for one in again} == {
        (one.type, one.parent, one.name) for one in local
    }


def test_everything_else_waits_for_the_apis(local: list[Registered]) -> None:
    """A child waits for its component, and the component for the APIs of its project."""
    for kind in ("Client", "Federation", "Observability", "Buyers", "Budget", "ClientRole", "Notifications"):
        for found in of(local, f"vertex-throughput:components:{kind}"):
            assert "genai-local-aiplatform" in found.depends, found.name
    assert "genai-local" in of(local, "vertex-throughput:components:Services")[0].depends
