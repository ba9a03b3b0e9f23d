"""Refused means refused on every way in: with and without the policy pack, in preview and in up."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.house import House, Orders

Way = Callable[[House], None]
_STATE = Path(".local") / ".pulumi" / "stacks" / "vertex-throughput" / "local.json"
_MONTH = {"term": "1-month"}


def edit(change: Callable[[Orders], Any]) -> Way:
    def way(house: House) -> None:
        house.edit(lambda orders: (change(orders), None)[1])

    return way


def chat(**values: Any) -> Way:
    return edit(lambda orders: orders["chat"].update(values))


def split_with_loss(orders: Orders) -> None:
    orders["chat-b"] = {**orders["chat"], "gsus": 1, "from": "chat"}
    for gone in ("confirmed", "orderId", "nextTermGsus"):
        orders["chat-b"].pop(gone, None)
    orders["chat"].update(gsus=2)
    orders["chat"].pop("confirmed")


def rename(orders: Orders) -> None:
    orders["talk"] = orders.pop("chat")


def another_project(house: House) -> None:
    text = house.stack().read_text()
    extra = "    projects:\n      genai-other: {mode: adopt}\n"
    text = text.replace("    projects:\n", extra, 1).replace(
        "    emulated: true\n", "    emulated: true\n    home: genai-local\n", 1
    )
    text = text.replace(
        "      chat-api:\n        github", "      chat-api:\n        project: genai-local\n        github", 1
    )
    text = text.replace("      images-api:\n", "      images-api:\n        project: genai-local\n", 1)
    lines = []
    for line in text.splitlines():
        lines.append(line)
        if line.startswith("      model: "):
            project = "genai-other" if lines[-2].strip() == "chat:" else "genai-local"
            lines.append(f"      project: {project}")
    house.stack().write_text("\n".join(lines) + "\n")


def recorded(house: House) -> Any:
    document = json.loads((house.folder / _STATE).read_text())
    return document, next(
        one for one in document["checkpoint"]["latest"]["resources"] if one["type"].endswith(":Ledger")
    )


def lowered_in_the_state(house: House) -> None:
    document, found = recorded(house)
    found["inputs"]["orders"]["chat"]["gsus"] = 3
    (house.folder / _STATE).write_text(json.dumps(document))
    chat(gsus=3, confirmed={"gsus": 3, "date": "2026-11-20"})(house)


def without_the_ledger(house: House) -> None:
    (house.folder / "__main__.py").write_text("import pulumi\n")


def wrong_correction(orders: Orders) -> None:
    orders["chat"].update(
        gsus=3, correction={"was": {"gsus": 6}, "reason": "mistyped", "reviewedBy": "finance@example.com"}
    )


WAYS: dict[str, tuple[Way, str]] = {
    "lowered": (chat(gsus=3), "5 → 3 GSU before its term ends on 2027-01-10"),
    "removed": (edit(lambda orders: orders.pop("chat")), "the bill stays"),
    "renamed": (edit(rename), "keep the name chat"),
    "moved without from": (another_project, "project genai-local → genai-other"),
    "split that loses GSUs": (edit(split_with_loss), "2 of those 3 GSU"),
    "term shortened": (chat(**_MONTH), "3 months → 1 month"),
    "status turned back": (chat(status="draft"), "can't be cancelled"),
    "end pulled in": (chat(end="2026-12-20"), "can't end early"),
    "baseline edited by hand": (lowered_in_the_state, "seal"),
    "correction with a wrong was": (edit(wrong_correction), "correction.was says gsus 6, but 5 is recorded"),
    "whole ledger removed": (without_the_ledger, "protect"),
}


def refused(deployed: House, folder: Path, name: str, operation: str, pack: bool) -> None:
    house = deployed.copy(folder / "house")
    if not pack:
        (house.folder / "policies").unlink()
    way, says = WAYS[name]
    way(house)
    before = recorded(house)[1]["inputs"]["orders"]
    cloud = (house.folder / ".local" / "cloud.json").read_bytes()
    said = house.pt(operation, "local", expect=1).stdout
    assert says.lower() in said.lower(), said
    assert recorded(house)[1]["inputs"]["orders"] == before
    if name != "moved without from":
        assert (house.folder / ".local" / "cloud.json").read_bytes() == cloud


# The whole product is slow; what runs always meets each way once and each combination several times.
_COMBINATIONS = [("preview", True), ("up", False), ("up", True), ("preview", False)]
ALWAYS = [(name, *_COMBINATIONS[index % 4]) for index, name in enumerate(WAYS)]
REST = [(name, *pair) for name in WAYS for pair in _COMBINATIONS if (name, *pair) not in ALWAYS]


@pytest.mark.parametrize(("name", "operation", "pack"), ALWAYS)
def test_it_is_refused_and_nothing_is_applied(
    deployed: House, tmp_path: Path, name: str, operation: str, pack: bool
) -> None:
    refused(deployed, tmp_path, name, operation, pack)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "operation", "pack"), REST)
def test_it_is_refused_on_every_other_way_in(
    deployed: House, tmp_path: Path, name: str, operation: str, pack: bool
) -> None:
    refused(deployed, tmp_path, name, operation, pack)


@pytest.mark.parametrize("pack", [True, False])
def test_destroy_is_refused_with_everything_left_in_place(
    deployed: House, tmp_path: Path, pack: bool
) -> None:
    house = deployed.copy(tmp_path / "house")
    if not pack:
        (house.folder / "policies").unlink()
    before = (house.folder / _STATE).read_bytes()
    assert "protect" in house.pt("destroy", "local", expect=1).stdout
    assert (house.folder / _STATE).read_bytes() == before


def test_the_example_is_judged_by_its_own_day(deployed: House) -> None:
    assert recorded(deployed)[1]["inputs"]["judgedOn"] == date(2026, 11, 22).isoformat()
