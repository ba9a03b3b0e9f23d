"""The main job as a user does it: `pt up local`, then the changes that people make."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.house import House

Orders = dict[str, dict[str, Any]]


def set_chat(**values: Any) -> Any:
    def change(orders: Orders) -> None:
        orders["chat"].update(values)

    return change


def remove_chat(orders: Orders) -> None:
    del orders["chat"]


def split_chat(orders: Orders) -> None:
    chat = orders["chat"]
    taken = {**chat, "gsus": 2, "from": "chat"}
    for gone in ("nextTermGsus", "confirmed", "orderId", "approval", "renewal"):
        taken.pop(gone, None)
    chat["gsus"] -= 2
    chat.pop("confirmed", None)
    orders["chat-b"] = taken


def test_the_first_run_ends_with_the_ledger_and_what_a_person_must_do(deployed: House) -> None:
    said = (deployed.folder / "first.txt").read_text()
    assert said.startswith("local  emulated Google Cloud, built-in engine, state in .local/")
    assert "Pools" in said
    assert "0 violations, 1 advice" in said
    assert "A person must now" in said
    assert "pt order sheet local" in said
    assert "Client code: pt snippet local chat --client google-genai" in said


def test_a_second_run_changes_nothing(house: House) -> None:
    said = house.pt("up", "local").stdout
    assert "Nothing changed" in said
    state = (house.folder / ".local" / ".pulumi" / "stacks" / "vertex-throughput" / "local.json").read_text()
    house.pt("up", "local")
    again = (house.folder / ".local" / ".pulumi" / "stacks" / "vertex-throughput" / "local.json").read_text()
    first, second = (json.loads(text)["checkpoint"]["latest"]["resources"] for text in (state, again))
    assert [r["urn"] for r in first] == [r["urn"] for r in second]


def test_raising_gsus_shows_both_values_and_applies(house: House) -> None:
    gsus = house.orders()["chat"]["gsus"]
    assert gsus == 5
    house.edit(set_chat(gsus=8, confirmed={"gsus": 5, "date": "2026-11-20"}))
    planned = house.pt("preview", "local").stdout
    assert "chat.gsus: 5 → 8" in planned
    done = house.pt("up", "local").stdout
    assert "chat.gsus: 5 → 8" in done
    assert "newly committed" in done
    assert "Nothing changed" in house.pt("up", "local").stdout


@pytest.mark.parametrize("operation", ["preview", "up"])
def test_lowering_gsus_is_refused_and_says_what_is_legal(house: House, operation: str) -> None:
    before = (house.folder / ".local" / "cloud.json").read_text()
    house.edit(set_chat(gsus=3))
    said = house.pt(operation, "local", expect=1).stdout
    assert "5 → 3 GSU before its term ends on" in said
    assert "nextTermGsus: 3" in said
    assert (house.folder / ".local" / "cloud.json").read_text() == before
    house.edit(set_chat(gsus=5))
    assert "Nothing changed" in house.pt("up", "local").stdout


@pytest.mark.parametrize("operation", ["preview", "up"])
def test_removing_an_order_is_refused(house: House, operation: str) -> None:
    house.edit(remove_chat)
    assert "the bill stays" in house.pt(operation, "local", expect=1).stdout


def test_a_lower_next_term_is_accepted_as_a_scheduled_change(house: House) -> None:
    house.edit(set_chat(autoRenew=True, nextTermGsus=2))
    said = house.pt("up", "local").stdout
    assert "chat.nextTermGsus" in said
    assert "renews with 2 GSU" in said


def test_a_declared_split_passes(house: House) -> None:
    house.edit(split_chat)
    said = house.pt("up", "local").stdout
    assert "chat.gsus: 5 → 3" in said
    assert "chat-b" in said


def test_a_typo_names_the_nearest_valid_word_and_exits_with_2(house: House) -> None:
    text = house.stack().read_text()
    house.stack().write_text(text.replace("gsus:", "gsuss:", 1))
    said = house.pt("up", "local", expect=2)
    assert "Did you mean gsus?" in said.stderr
    assert "stacks/Pulumi.local.yaml:" in said.stderr
    model = house.orders()["chat"]["model"] if "gsuss:" not in text else ""
    house.stack().write_text(text.replace(f"model: {model}", f"model: {str(model)[:-1]}", 1))
    said = house.pt("preview", "local", expect=2)
    assert f"Did you mean {model}?" in said.stderr


def test_destroy_is_refused_while_commitments_run(house: House) -> None:
    said = house.pt("destroy", "local", expect=1).stdout
    assert "protect" in said
    assert "Nothing changed" in house.pt("up", "local").stdout


def test_json_is_one_document_with_the_same_facts(house: House) -> None:
    document = json.loads(house.pt("preview", "local", "--json").stdout)
    assert document["version"] == 1
    assert document["ok"] is True
    assert document["changes"] == []
    assert document["unchanged"] > 20
    assert document["people"]


def test_an_unknown_stack_and_command_name_the_nearest(house: House) -> None:
    assert "Did you mean local?" in house.pt("up", "locl", expect=2).stderr
    assert "Did you mean pt preview?" in house.pt("preveiw", "local", expect=2).stderr


def test_a_real_stack_needs_the_cli_for_up_and_says_how_to_get_it(house: House) -> None:
    said = house.pt("up", "prod", expect=2).stderr
    assert "Pulumi CLI" in said
    assert "pt preview prod" in said


def test_a_real_stack_can_be_previewed_offline(house: House) -> None:
    said = house.pt("preview", "prod", expect=None)
    assert "offline preview" in said.stdout
    assert not (house.folder / ".local" / ".pulumi" / "stacks" / "vertex-throughput" / "prod.json").exists()


def test_nothing_is_written_outside_the_folder_and_stacks_stay_as_they_are(
    house: House, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    before = {path.name: path.read_bytes() for path in (house.folder / "stacks").iterdir()}
    house.pt("up", "local", env={"HOME": str(home), "TMPDIR": str(tmp_path), "XDG_CACHE_HOME": str(home)})
    assert {path.name: path.read_bytes() for path in (house.folder / "stacks").iterdir()} == before
    assert list(home.iterdir()) == []
    assert {path.name for path in tmp_path.iterdir()} == {"home", "house"}
