"""The roles are what keeps clients from buying."""

from throughput import roles


def test_clients_can_predict_and_nothing_that_orders() -> None:
    assert roles.CLIENT_PERMISSIONS == ("aiplatform.endpoints.predict", "serviceusage.services.use")
    assert not [one for one in roles.CLIENT_PERMISSIONS if "provisionedThroughput" in one]


def test_a_deny_policy_names_permissions_by_the_services_full_name() -> None:
    for permission in roles.ORDERING_PERMISSIONS:
        assert permission.startswith("aiplatform.googleapis.com/provisionedThroughputs.")
    assert {one.rpartition(".")[2] for one in roles.ORDERING_PERMISSIONS} == {
        "create",
        "update",
        "cancel",
        "split",
    }


def test_roles_that_only_read_or_impersonate_do_not_order() -> None:
    assert "roles/aiplatform.user" not in roles.ORDERING_ROLES
    assert roles.IMPERSONATE_ROLE not in roles.ORDERING_ROLES
    assert "roles/aiplatform.editor" in roles.ORDERING_ROLES
