"""The ledger's provider over the real protocol: the plugin as its own process, judged by what it answers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from provider.wire import UNKNOWN, decode, encode
from tests.throughput.orders_for_tests import ledger, order
from throughput.config.order_models import plain_order
from throughput.orders import Ledger, Status

URN = "urn:pulumi:dev::vertex-throughput::vertex-throughput:index:Ledger::ledger"
chat = order()


@pytest.fixture(scope="module")
def stub(root: Path) -> Iterator[Any]:
    environment = {**os.environ, "PT_AS_OF": "2026-11-22"}
    process = subprocess.Popen(
        [sys.executable, "-u", str(root / "provider")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port.isdigit(), process.stderr.read() if process.stderr else ""
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield provider_pb2_grpc.ResourceProviderStub(channel)
    finally:
        process.kill()
        process.communicate(timeout=20)


def program(book: Ledger, **more: Any) -> dict[str, Any]:
    return {
        "stack": "dev",
        "environment": {"approvers": ["approver@example.com"], "rules": {}},
        "orders": {name: plain_order(one) for name, one in book.items()},
        **more,
    }


def checked(stub: Any, news: dict[str, Any], olds: dict[str, Any] | None = None) -> Any:
    return stub.Check(provider_pb2.CheckRequest(urn=URN, olds=encode(olds or {}), news=encode(news)))


def recorded(stub: Any, book: Ledger, olds: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = checked(stub, program(book), olds)
    assert not answer.failures
    return decode(answer.inputs)


def diffed(stub: Any, old: dict[str, Any], new: dict[str, Any]) -> Any:
    return stub.Diff(
        provider_pb2.DiffRequest(
            urn=URN, id="ledger/dev", old_inputs=encode(old), olds=encode(old), news=encode(new)
        )
    )


def test_the_first_check_writes_an_empty_sealed_baseline(stub: Any) -> None:
    inputs = recorded(stub, ledger(chat))
    assert inputs["baseline"]["state"] == "first"
    assert inputs["baseline"]["orders"] == {}
    assert [change["kind"] for change in inputs["changes"]] == ["record-purchase"]
    assert inputs["judgedOn"] == "2026-11-22"


def test_the_second_check_writes_what_was_recorded_and_diff_finds_nothing(stub: Any) -> None:
    first = recorded(stub, ledger(chat))
    second = recorded(stub, ledger(chat), first)
    assert second["baseline"]["state"] == "recorded"
    assert second["baseline"]["orders"] == first["orders"]
    assert second["changes"] == []
    answer = diffed(stub, first, second)
    assert answer.changes == provider_pb2.DiffResponse.DIFF_NONE
    third = recorded(stub, ledger(chat), second)
    assert diffed(stub, second, third).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_an_increase_differs_in_one_named_field(stub: Any) -> None:
    first = recorded(stub, ledger(replace(chat, gsus=5)))
    second = recorded(stub, ledger(replace(chat, gsus=8)), first)
    answer = diffed(stub, first, second)
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert list(answer.detailedDiff) == ["orders.chat.gsus"]
    assert not answer.replaces


@pytest.mark.parametrize(
    ("after", "says"),
    [
        (ledger(replace(chat, gsus=30)), "45 → 30 GSU before its term ends on 2027-01-01"),
        (ledger(), "the bill stays"),
        (ledger(replace(chat, status=Status.DRAFT)), "can't be cancelled"),
        (ledger(replace(chat, project="acme-other")), "from: chat"),
    ],
)
def test_diff_update_and_create_refuse_a_shrink_with_the_reason(stub: Any, after: Ledger, says: str) -> None:
    first = recorded(stub, ledger(chat))
    second = recorded(stub, after, first)
    with pytest.raises(grpc.RpcError, match="FAILED_PRECONDITION") as refused:
        diffed(stub, first, second)
    assert says in refused.value.details()
    with pytest.raises(grpc.RpcError, match="FAILED_PRECONDITION"):
        stub.Update(
            provider_pb2.UpdateRequest(
                urn=URN, id="ledger/dev", news=encode(second), olds=encode(first), old_inputs=encode(first)
            )
        )


def test_a_baseline_from_the_program_is_refused(stub: Any) -> None:
    answer = checked(stub, program(ledger(chat), baseline={"state": "first", "orders": {}}))
    assert [failure.property for failure in answer.failures] == ["baseline"]


def test_recorded_orders_edited_by_hand_stop_everything(stub: Any) -> None:
    """Somebody lowers the GSUs in the state, so that the program's lower ones look unchanged."""
    first = recorded(stub, ledger(chat))
    edited = {**first, "orders": {"chat": {**first["orders"]["chat"], "gsus": 30}}}
    second = recorded(stub, ledger(replace(chat, gsus=30)), edited)
    assert second["baseline"]["state"] == "broken"
    with pytest.raises(grpc.RpcError, match="FAILED_PRECONDITION") as refused:
        diffed(stub, edited, second)
    assert "edited by hand" in refused.value.details()


def test_an_unknown_value_is_refused_in_preview(stub: Any) -> None:
    news = program(ledger(chat))
    news["orders"]["chat"]["gsus"] = UNKNOWN
    answer = checked(stub, news)
    assert [failure.property for failure in answer.failures] == ["orders.chat.gsus"]
    assert "plain value" in answer.failures[0].reason


@pytest.mark.parametrize(
    ("broken", "where"),
    [
        ({"gsus": 0}, "orders.chat.gsus"),
        ({"gsus": 4.5}, "orders.chat.gsus"),
        ({"term": "2-weeks"}, "orders.chat.term"),
        ({"surprise": 1}, "orders.chat.surprise"),
        ({"end": "soon"}, "orders.chat.end"),
    ],
)
def test_a_bad_order_is_a_failure_of_its_property(stub: Any, broken: dict[str, Any], where: str) -> None:
    news = program(ledger(chat))
    news["orders"]["chat"] |= broken
    assert [failure.property for failure in checked(stub, news).failures] == [where]


def test_create_gives_pools_and_the_next_dates(stub: Any) -> None:
    inputs = recorded(
        stub, ledger(chat, order("draft", status=Status.DRAFT, start=None, end=None, order_id=None))
    )
    answer = stub.Create(provider_pb2.CreateRequest(urn=URN, properties=encode(inputs)))
    outputs = decode(answer.properties)
    assert answer.id == "ledger/dev"
    assert outputs["pools"] == [
        {
            "project": "acme-genai",
            "location": "global",
            "model": "gemini-3.8-flash",
            "gsus": 45,
            "until": "2027-01-01",
            "orders": ["chat", "draft"],
        }
    ]
    assert outputs["toPlace"] == ["draft"]
    assert outputs["nextDates"] == [{"order": "chat", "on": "2027-01-01", "then": "renews", "gsus": 45}]


def test_delete_refuses_while_an_order_runs_and_names_the_bill(stub: Any) -> None:
    inputs = recorded(stub, ledger(chat))
    with pytest.raises(grpc.RpcError, match="FAILED_PRECONDITION") as refused:
        stub.Delete(
            provider_pb2.DeleteRequest(
                urn=URN, id="ledger/dev", properties=encode(inputs), old_inputs=encode(inputs)
            )
        )
    assert (
        "chat (global, gemini-3.8-flash): 45 GSU committed until 2027-01-01, $142,029 still to pay"
        in refused.value.details()
    )


def test_delete_lets_a_ledger_of_drafts_go(stub: Any) -> None:
    inputs = recorded(stub, ledger(replace(chat, status=Status.DRAFT)))
    stub.Delete(
        provider_pb2.DeleteRequest(
            urn=URN, id="ledger/dev", properties=encode(inputs), old_inputs=encode(inputs)
        )
    )


def test_an_emulated_stack_is_judged_by_its_own_day(stub: Any) -> None:
    answer = checked(stub, program(ledger(chat), asOf="2026-12-24"))
    assert decode(answer.inputs)["judgedOn"] == "2026-12-24"


def test_another_type_is_refused(stub: Any) -> None:
    with pytest.raises(grpc.RpcError, match="INVALID_ARGUMENT"):
        stub.Check(provider_pb2.CheckRequest(urn=URN.replace("Ledger", "Order"), news=struct_pb2.Struct()))
