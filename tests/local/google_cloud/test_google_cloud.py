"""The stand-in over its own protocol: what it refuses, what it assigns, what it remembers."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.engine.plugins import Plugin, PluginError
from local.engine.wire import Unknown, has_unknown
from local.google_cloud import serve
from local.google_cloud.kinds import KINDS
from local.google_cloud.schema import schema_of

ROOT = Path(__file__).parents[3]
PROJECT = "gcp:organizations/project:Project"
SERVICE = "gcp:projects/service:Service"
ACCOUNT = "gcp:serviceaccount/account:Account"
POLICY = "gcp:monitoring/alertPolicy:AlertPolicy"
CONDITION = {"displayName": "429s", "conditionThreshold": {"comparison": "COMPARISON_GT", "duration": "60s"}}
ALERT = {"project": "acme-dev", "displayName": "A", "combiner": "OR", "conditions": [CONDITION]}

Connect = Callable[..., Plugin]


def urn(token: str, name: str = "it") -> str:
    return f"urn:pulumi:local::acme::acme:x:Box${token}::{name}"


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Connect]:
    closing: list[Callable[[], object]] = []

    def start(**environment: str) -> Plugin:
        served = serve(tmp_path / "cloud.json", environment)
        plugin = Plugin("gcp", f"127.0.0.1:{served.port}")
        closing.extend([served.stop, plugin.close])
        plugin.handshake("", "")
        plugin.configure("urn:pulumi:local::acme::pulumi:providers:gcp::default", {"project": "acme-dev"})
        return plugin

    yield start
    for close in reversed(closing):
        close()


@pytest.fixture
def cloud(connect: Connect) -> Plugin:
    return connect()


def make(plugin: Plugin, token: str, inputs: dict[str, Any], name: str = "it") -> tuple[str, dict[str, Any]]:
    checked, problems = plugin.check(urn(token, name), None, inputs)
    assert problems == []
    id, outputs = plugin.create(urn(token, name), checked, timeout=0, preview=False)
    assert outputs is not None
    return id, outputs


class TestWhatItRefuses:
    @pytest.mark.parametrize(
        ("token", "inputs", "where", "reason"),
        [
            (SERVICE, {"servce": "iam"}, "servce", "did you mean service?"),
            (SERVICE, {}, "service", "is missing"),
            (SERVICE, {"service": 5}, "service", "must be a string, found 5"),
            (
                SERVICE,
                {"service": "x", "disableOnDestroy": "no"},
                "disableOnDestroy",
                "must be true or false",
            ),
            (PROJECT, {"labels": {"team": 1}}, "labels.team", "must be a string, found 1"),
            (PROJECT, {"labels": ["team"]}, "labels", "must be an object, found a list"),
            (POLICY, ALERT | {"conditions": CONDITION}, "conditions", "must be a list, found an object"),
            (POLICY, ALERT | {"conditions": [{}]}, "conditions[0].displayName", "is missing"),
            (
                POLICY,
                ALERT | {"conditions": [{"displayName": "x", "conditionTreshold": {}}]},
                "conditions[0].conditionTreshold",
                "did you mean conditionThreshold?",
            ),
            (
                POLICY,
                ALERT
                | {
                    "conditions": [
                        CONDITION
                        | {
                            "conditionThreshold": CONDITION["conditionThreshold"]  # type: ignore[operator]
                            | {"thresholdValue": "9"}
                        }
                    ]
                },
                "conditions[0].conditionThreshold.thresholdValue",
                "must be a number, found '9'",
            ),
        ],
    )
    def test_inputs_that_the_sdk_would_pass_on(
        self, cloud: Plugin, token: str, inputs: dict[str, Any], where: str, reason: str
    ) -> None:
        _, problems = cloud.check(urn(token), None, inputs)
        assert [(each.property, reason in each.reason) for each in problems if each.property == where] == [
            (where, True)
        ], problems

    def test_types_that_do_not_exist(self, cloud: Plugin) -> None:
        with pytest.raises(PluginError, match="the nearest is Service"):
            cloud.check(urn("gcp:projects/servce:Servce"), None, {})
        with pytest.raises(PluginError, match="isn't a type of Google Cloud"):
            cloud.check(urn("aws:s3/bucket:Bucket"), None, {})

    def test_unknown_values_pass_the_check_and_not_the_creation(self, cloud: Plugin) -> None:
        inputs = {"project": Unknown(), "service": "iam.googleapis.com"}
        assert cloud.check(urn(SERVICE), None, inputs)[1] == []
        with pytest.raises(PluginError, match="isn't known"):
            cloud.create(urn(SERVICE), inputs, timeout=0, preview=False)


class TestWhatItAssigns:
    @pytest.mark.parametrize(
        ("token", "inputs", "late"),
        [
            (PROJECT, {"projectId": "acme-dev"}, {"number"}),
            (ACCOUNT, {"accountId": "client"}, {"email", "member", "name", "uniqueId"}),
            (POLICY, ALERT, {"name", "creationRecords"}),
            ("gcp:pubsub/topic:Topic", {"name": "t"}, {"effectiveLabels"}),
        ],
    )
    def test_is_not_known_in_a_preview_and_known_after(
        self, cloud: Plugin, token: str, inputs: dict[str, Any], late: set[str]
    ) -> None:
        checked, _ = cloud.check(urn(token), None, inputs)
        id, preview = cloud.create(urn(token), checked, timeout=0, preview=True)
        assert preview is not None
        assert id == ""
        assert late <= {key for key, value in preview.items() if isinstance(value, Unknown)}
        made, outputs = make(cloud, token, inputs)
        assert made
        assert not has_unknown(outputs)
        assert late <= set(outputs)
        assert make(cloud, token, inputs) == (made, outputs), "made again, it is the same thing"

    def test_looks_like_googles(self, cloud: Plugin) -> None:
        _, project = make(cloud, PROJECT, {"projectId": "acme-dev"})
        assert len(project["number"]) == 12
        assert project["deletionPolicy"] == "PREVENT"
        id, account = make(cloud, ACCOUNT, {"accountId": "client"})
        assert account["member"] == "serviceAccount:client@acme-dev.iam.gserviceaccount.com"
        assert id == "projects/acme-dev/serviceAccounts/client@acme-dev.iam.gserviceaccount.com"

    def test_every_type_with_its_own_row_exists_and_gets_only_outputs_it_has(self) -> None:
        for token, kind in KINDS.items():
            schema = schema_of(token)
            known = set(schema.inputs) | set(schema.computed)
            sample = dict.fromkeys(schema.inputs, "x")
            assert set(kind.replacing) <= set(schema.inputs), token
            assert set(kind.outputs("a/b", sample)) - {"state"} <= known, token


class TestWhatChanges:
    def test_a_new_place_replaces_and_other_changes_do_not(self, cloud: Plugin) -> None:
        id, outputs = make(cloud, POLICY, ALERT)

        def diff(**change: Any) -> Any:
            return cloud.diff(urn(POLICY), id, ALERT, outputs, ALERT | change, ())

        assert diff().changed is False
        renamed = diff(displayName="B")
        assert (renamed.replaces, renamed.detailed) == ((), {"displayName": ("update", True)})
        deep = diff(conditions=[CONDITION | {"displayName": "x"}])
        assert list(deep.detailed) == ["conditions[0].displayName"]
        assert diff(project="other").replaces == ("project",)

    def test_update_read_delete(self, cloud: Plugin) -> None:
        id, outputs = make(cloud, POLICY, ALERT)
        changed = ALERT | {"displayName": "B"}
        updated = cloud.update(
            urn(POLICY), id, ALERT, outputs, changed, ignore_changes=(), timeout=0, preview=False
        )
        assert updated is not None
        assert updated["displayName"] == "B"
        assert cloud.read(urn(POLICY), id, {}, {})[1]["displayName"] == "B"
        cloud.delete(urn(POLICY), id, changed, updated, timeout=0)
        cloud.delete(urn(POLICY), id, changed, updated, timeout=0)
        assert cloud.read(urn(POLICY), id, {}, {})[0] == ""
        with pytest.raises(PluginError, match="404"):
            cloud.update(urn(POLICY), id, ALERT, updated, ALERT, ignore_changes=(), timeout=0, preview=False)

    def test_prevent_keeps_a_project_and_abandon_leaves_it_there(self, cloud: Plugin) -> None:
        id, outputs = make(cloud, PROJECT, {"projectId": "acme-dev"})
        with pytest.raises(PluginError, match="deletion policy is PREVENT"):
            cloud.delete(urn(PROJECT), id, {}, outputs, timeout=0)
        cloud.delete(urn(PROJECT), id, {}, outputs | {"deletionPolicy": "ABANDON"}, timeout=0)
        assert cloud.read(urn(PROJECT), id, {}, {})[0] == id

    def test_a_project_to_adopt_is_found_and_nothing_else_is(self, cloud: Plugin) -> None:
        id, found, outputs = cloud.read(urn(PROJECT), "projects/theirs", {}, {})
        assert (id, found["projectId"], len(outputs["number"])) == ("projects/theirs", "theirs", 12)
        inputs, _ = cloud.check(urn(PROJECT), found, {"projectId": "theirs", "labels": {"team": "ai"}})
        difference = cloud.diff(urn(PROJECT), id, found, outputs, inputs, ())
        assert difference.replaces == ()
        changed = cloud.update(
            urn(PROJECT), id, found, outputs, inputs, ignore_changes=(), timeout=0, preview=False
        )
        assert changed is not None
        assert changed["labels"] == {"team": "ai"}
        assert cloud.read(urn(ACCOUNT), "projects/p/serviceAccounts/x", {}, {})[0] == ""

    def test_what_another_resource_made_already_exists(self, cloud: Plugin) -> None:
        make(cloud, ACCOUNT, {"accountId": "client"}, "one")
        with pytest.raises(PluginError, match="already exists"):
            make(cloud, ACCOUNT, {"accountId": "client"}, "two")
        make(cloud, SERVICE, {"service": "iam.googleapis.com"}, "one")
        make(cloud, SERVICE, {"service": "iam.googleapis.com"}, "two")

    def test_looks_up_projects(self, cloud: Plugin) -> None:
        _, project = make(cloud, PROJECT, {"projectId": "acme-dev"})
        values, _ = cloud.invoke("gcp:organizations/getProject:getProject", {"projectId": "acme-dev"})
        assert values["number"] == project["number"]
        with pytest.raises(PluginError, match="doesn't imitate the function"):
            cloud.invoke("gcp:compute/getZones:getZones", {})


class TestInjectedFailures:
    def test_strike_what_they_name_and_as_often_as_they_say(self, connect: Connect, tmp_path: Path) -> None:
        file = tmp_path / "failures.json"
        rule = {"op": "create", "type": "*Account", "error": "quota exceeded", "code": "RESOURCE_EXHAUSTED"}
        file.write_text(json.dumps([rule | {"times": 1, "delay": 0.01}]))
        plugin = connect(PT_CLOUD_FAILURES=str(file))
        make(plugin, SERVICE, {"service": "iam.googleapis.com"})
        with pytest.raises(PluginError, match=r"^quota exceeded$"):
            make(plugin, ACCOUNT, {"accountId": "client"})
        make(plugin, ACCOUNT, {"accountId": "client"})

    def test_a_misspelt_rule_is_refused(self, connect: Connect) -> None:
        with pytest.raises(ValueError, match="has no eror; allowed"):
            connect(PT_CLOUD_FAILURES='[{"eror": "x"}]')


def test_a_file_that_is_no_cloud_is_one_clear_error(cloud: Plugin, tmp_path: Path) -> None:
    (tmp_path / "cloud.json").write_text("{")
    with pytest.raises(PluginError, match=r"cloud\.json: can't be read as a cloud"):
        make(cloud, SERVICE, {"service": "iam.googleapis.com"})


def test_the_folder_bin_serves_it_as_the_cli_starts_it(tmp_path: Path) -> None:
    environment = os.environ | {
        "PT_PYTHON": sys.executable,
        "PT_CLOUD_FILE": str(tmp_path / "c.json"),
    }
    process = subprocess.Popen(
        [str(ROOT / "local/google_cloud/bin/pulumi-resource-gcp")],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        plugin = Plugin("gcp", f"127.0.0.1:{int(process.stdout.readline())}")
        plugin.configure("urn:pulumi:local::acme::pulumi:providers:gcp::default", {"project": "acme-dev"})
        make(plugin, SERVICE, {"service": "iam.googleapis.com"})
        plugin.close()
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0
    assert list(json.loads((tmp_path / "c.json").read_text())["resources"]) == [SERVICE]


@pytest.mark.parametrize("token", ["gcp:monitoring/dashboard:Dashboard", "gcp:kms/cryptoKey:CryptoKey"])
def test_the_types_are_those_that_the_sdk_itself_gives(token: str) -> None:
    """Files are loaded one by one, for speed; what they say must be what the package says."""
    import importlib

    from pulumi import _types

    module, name = token.split(":")[1].partition("/")[0], token.split(":")[2]
    resource = getattr(importlib.import_module(f"pulumi_gcp.{module}"), name)
    arguments = getattr(sys.modules[resource.__module__], f"{name}Args")
    schema = schema_of(token)
    assert set(schema.inputs) == set(_types.input_type_types(arguments))
    assert set(schema.inputs) | set(schema.computed) == set(schema.inputs) | set(
        _types.resource_types(resource)
    )
