"""The forms of `pt size` and `pt fit`: a few questions, the model's own categories, enter for nothing."""

from datetime import date
from typing import Any

import click
from click.testing import CliRunner

from scripts import _fit_form, _size_form

DAY = date(2026, 11, 22)


def answers(form: Any, typed: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}

    @click.command()
    def ask() -> None:
        found.update(form())

    result = CliRunner().invoke(ask, input="\n".join(typed) + "\n")
    assert result.exception is None, result.exception
    return found


def test_the_size_form_asks_for_the_models_own_categories() -> None:
    typed = ["gemini-3-pro-image", "", "2", "3", "800", "", "", "", "", "1120"]
    assert answers(lambda: _size_form.ask({}, DAY), typed) == {
        "model": "gemini-3-pro-image",
        "location": "global",
        "qps": "2",
        "peak": "3",
        "input_text": "800",
        "output_image": "1120",
    }


def test_the_fit_form_asks_for_needs_too_and_leaves_open_what_isnt_said() -> None:
    typed = ["gpt-oss-120b-maas", "", "2", "", "800", "100", "5", "", "bursty", "", "", "", "", "y"]
    found = answers(lambda: _fit_form.ask(DAY), typed)
    assert (found["latency"], found["predictability"], found["regulated"]) == (
        "5",
        "bursty",
        True,
    )
    assert "monthly_spend" not in found
