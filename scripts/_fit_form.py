"""The form of `pt fit` on a terminal."""

from datetime import date
from typing import Any

import click

from scripts import _size_form


def ask(day: date) -> dict[str, Any]:
    """Ask for the workload, then for what it needs. Enter leaves a need open."""
    answers = _size_form.ask({}, day)
    for key, text in (
        ("latency", "P99 time to first token to keep, in seconds"),
        ("monthly_spend", "Spend a month today, in USD"),
        ("predictability", "Load: steady or bursty"),
        ("image_volume", "Images made a month"),
        ("deferrable", "Share that can wait a day, in %"),
        ("peak_share", "Share of the time at the peak, in %"),
        ("stage", "Stage: production or experimental"),
    ):
        answer = click.prompt(f"{text} (enter: not known)", default="", show_default=False, err=True)
        if answer:
            answers[key] = answer
    answers["regulated"] = click.confirm(
        "Does regulation demand dedicated capacity?", default=False, err=True
    )
    return answers
