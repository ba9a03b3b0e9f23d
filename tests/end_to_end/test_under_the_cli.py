"""The real Pulumi CLI and the built-in engine on the same folder. Runs when `pulumi` is on PATH."""

import os
import shutil
from pathlib import Path

import pytest

from tests.end_to_end.house import House

PULUMI = shutil.which("pulumi")
pytestmark = [
    pytest.mark.cli,
    pytest.mark.skipif(PULUMI is None, reason="the pulumi CLI isn't on PATH; install it to run these"),
]


def with_cli() -> dict[str, str]:
    assert PULUMI is not None
    return {"PATH": f"{Path(PULUMI).parent}{os.pathsep}{os.environ['PATH']}"}


def test_the_cli_takes_over_what_the_built_in_engine_left_and_finds_nothing_to_change(house: House) -> None:
    before = house.stack().read_bytes()
    said = house.pt("preview", "local", env=with_cli()).stdout
    assert "Pulumi CLI" in said
    assert "Nothing to change" in said
    assert "Nothing changed" in house.pt("up", "local", env=with_cli()).stdout
    assert "Nothing changed" in house.pt("up", "local").stdout
    assert house.stack().read_bytes() == before


def test_the_built_in_engine_goes_on_after_the_cli(root: Path, tmp_path: Path) -> None:
    house = House.build(root, tmp_path / "house")
    before = house.stack().read_bytes()
    assert "created" in house.pt("up", "local", env=with_cli()).stdout
    assert "Nothing changed" in house.pt("up", "local").stdout
    assert "Nothing changed" in house.pt("up", "local", env=with_cli()).stdout
    assert house.stack().read_bytes() == before


@pytest.mark.parametrize("operation", ["preview", "up"])
def test_a_shrink_is_refused_on_the_same_screen(house: House, operation: str) -> None:
    house.edit(lambda orders: orders["chat"].update(gsus=3))
    said = house.pt(operation, "local", expect=1, env=with_cli()).stdout
    assert "5 → 3 GSU before its term ends on" in said
    assert "nextTermGsus: 3" in said
    assert said.count("5 → 3 GSU before its term ends") <= 2


def test_an_increase_shows_both_values(house: House) -> None:
    house.edit(lambda orders: orders["chat"].update(gsus=8))
    assert "chat.gsus: 5 → 8" in house.pt("preview", "local", env=with_cli()).stdout
    assert "chat.gsus: 5 → 8" in house.pt("up", "local", env=with_cli()).stdout
    assert "Nothing changed" in house.pt("up", "local").stdout


def test_destroy_is_refused(house: House) -> None:
    house.pt("destroy", "local", expect=1, env=with_cli())
    assert "Nothing changed" in house.pt("up", "local").stdout
