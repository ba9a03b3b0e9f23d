"""The pack as the engine runs it: its own process, over the analyzer protocol."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from policies.adapter import ADVICE, LEDGER
from tests.policies.test_pack import checked
from throughput.orders import Ledger
from throughput.rules import RULES
from throughput.rules.examples import CHAT, DRAFT, ledger

MANDATORY, ADVISORY, DISABLED = (
    analyzer_pb2.MANDATORY,
    analyzer_pb2.ADVISORY,
    analyzer_pb2.DISABLED,
)


@pytest.fixture(scope="module")
def pack(root: Path) -> Iterator[Any]:
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(root / "policies")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PULUMI_PROJECT": "vertex-throughput", "PULUMI_STACK": "prod"},
    )
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port.isdigit(), process.stderr.read() if process.stderr else ""
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield analyzer_pb2_grpc.AnalyzerStub(channel)
    finally:
        process.kill()
        process.communicate(timeout=20)


def found(pack: Any, props: dict[str, Any], kind: str = LEDGER) -> dict[str, tuple[int, str]]:
    """What the pack finds in one resource: policy to level and message."""
    values = struct_pb2.Struct()
    values.update(props)
    answer = pack.Analyze(
        analyzer_pb2.AnalyzeRequest(
            type=kind,
            name="x",
            urn=f"urn:pulumi:prod::vertex-throughput::{kind}::x",
            properties=values,
            options=analyzer_pb2.AnalyzerResourceOptions(protect=True),
        )
    )
    return {each.policyName: (each.enforcementLevel, each.message) for each in answer.diagnostics}


@pytest.fixture
def configured(pack: Any) -> Iterator[Any]:
    """Sets policies' configuration as --policy-pack-config does; takes it away again."""

    def configure(**policies: Any) -> None:
        pack.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=policies))

    yield configure
    configure()


def test_the_engine_is_told_of_every_policy(pack: Any) -> None:
    info = pack.GetAnalyzerInfo(empty_pb2.Empty())
    assert {policy.name.removesuffix(ADVICE) for policy in info.policies} == {rule.name for rule in RULES}
    for policy in info.policies:
        assert policy.url.endswith(f"docs/policies/{policy.name.removesuffix(ADVICE)}.md")
        assert policy.remediation_steps.startswith("1. ")
        assert policy.enforcementLevel == (ADVISORY if policy.name.endswith(ADVICE) else MANDATORY)


def test_a_ledger_in_which_nothing_changes_draws_nothing(pack: Any) -> None:
    assert found(pack, checked(ledger(CHAT), ledger(CHAT))) == {}


def test_a_shrink_stops_and_names_both_values(pack: Any) -> None:
    level, message = found(pack, checked(ledger(CHAT), ledger(replace(CHAT, gsus=30))))["grow-only"]
    assert level == MANDATORY
    assert "45 → 30 GSU before its term ends on 2027-01-01" in message


def test_a_ledger_that_the_provider_never_checked_stops(pack: Any) -> None:
    level, message = found(pack, {"stack": "prod", "orders": {}})["grow-only"]
    assert level == MANDATORY
    assert "isn't there" in message


def test_the_packs_configuration_sets_a_limit_and_a_level(pack: Any, configured: Any) -> None:
    props = checked(Ledger(), ledger(DRAFT))
    assert found(pack, props)["exposure-approved"][0] == MANDATORY
    limit = struct_pb2.Struct()
    limit.update({"exposureLimitUsd": 1_000_000})
    configured(
        **{"exposure-approved": analyzer_pb2.PolicyConfig(enforcementLevel=MANDATORY, properties=limit)}
    )
    assert "exposure-approved" not in found(pack, props)
    configured(**{"exposure-approved": analyzer_pb2.PolicyConfig(enforcementLevel=ADVISORY)})
    assert found(pack, props)["exposure-approved"][0] == ADVISORY
    configured(**{"exposure-approved": analyzer_pb2.PolicyConfig(enforcementLevel=DISABLED)})
    assert "exposure-approved" not in found(pack, props)


def test_resources_are_judged_by_the_rules_about_them_only(pack: Any) -> None:
    key = found(pack, {"serviceAccountId": "x"}, "gcp:serviceaccount/key:Key")
    assert list(key) == ["no-service-account-keys"]
    assert found(pack, {}, "gcp:storage/bucket:Bucket") == {}
