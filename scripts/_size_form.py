"""The form of `pt size` on a terminal: a few questions, the model's own categories."""

from datetime import date
from typing import Any

import click

from throughput import catalogue
from throughput.problems import ConfigError
from throughput.sizing.categories import words


def ask(given: dict[str, Any], day: date) -> dict[str, Any]:
    """Ask for what is missing; enter takes the value in brackets, nothing is counted for an empty quantity."""
    model = given.get("model") or click.prompt("Model (exact id)", default="gemini-3.8-flash", err=True)
    row = catalogue.load().find(model, day)
    places = row.locations or ("global",)
    location = given.get("location") or click.prompt("Location", default=places[0], err=True)
    answers: dict[str, Any] = {"model": model, "location": location}
    answers["qps"] = click.prompt("Requests per second", default="1", err=True)
    answers["peak"] = click.prompt("Peak as a multiple of that", default="1", err=True)
    click.echo(f"Per request, in {row.burns}; enter for none:", err=True)
    for category in row.categories:
        if category.startswith(("memory_", "session_")) or category in row.inferred:
            continue
        answer = click.prompt(f"  {words(category)}", default="0", show_default=False, err=True)
        if answer != "0":
            answers[category] = answer
    if not any(name in row.categories for name in answers):
        raise ConfigError("nothing to size: every quantity is empty.")
    return answers
