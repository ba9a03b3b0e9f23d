"""docs/check.md shows only what there is."""

import re
from pathlib import Path

from scripts.check import _ENDINGS, FORMATS, command

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "check.md").read_text(encoding="utf-8")


def test_every_option_it_names_exists_and_every_option_is_named() -> None:
    known = {option for param in command.params for option in param.opts if option.startswith("--")}
    # `git fetch --unshallow` is git's; --json is told by the format's name.
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE)) - {"--unshallow"}
    assert named <= known
    assert known - named <= {"--json"}


def test_every_format_stands_in_its_table_with_its_ending() -> None:
    endings = {form: ending for ending, form in _ENDINGS.items()}
    for form in FORMATS:
        told = f"| `{form}` | {'`' + endings[form] + '`' if form in endings else ''} |".replace("|  |", "| |")
        assert told in PAGE, told


def test_every_file_it_names_is_there() -> None:
    for name in re.findall(r"`(examples/[^`]+)`", PAGE):
        assert (Path(__file__).resolve().parents[2] / name).is_file(), name
