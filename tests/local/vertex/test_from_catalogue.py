"""The endpoint serves what the catalogue says, with its rates and windows."""

from datetime import date

import pytest

from local.vertex.from_catalogue import served_models
from throughput import catalogue

DAY = date(2026, 11, 22)
SERVED = served_models(catalogue.load().models(DAY))


@pytest.mark.parametrize(
    "model", ["gemini-3.8-flash", "claude-opus-5", "gpt-oss-120b-maas", "gemini-3.8-live"]
)
def test_text_models_of_every_publisher_are_served(model: str) -> None:
    assert SERVED[model].publisher == catalogue.load().find(model, DAY).publisher


def test_what_is_not_metered_in_tokens_is_not_served() -> None:
    units = {row.model: row.unit for row in catalogue.load().models(DAY)}
    assert {units[model] for model in SERVED} == {"tokens/s"}
    assert "veo-3.1-generate-001" not in SERVED


@pytest.mark.parametrize(
    ("model", "gsus", "seconds"),
    [
        ("gemini-2.5-flash", 1, 120),
        ("gemini-2.5-flash", 25, 30),
        ("gemini-2.5-flash", 250, 5),
        ("gemini-3-pro-image", 6, 205),
        ("gemini-3.8-live", 10, 5),
    ],
)
def test_windows_are_the_tables(model: str, gsus: int, seconds: int) -> None:
    assert SERVED[model].window_seconds(gsus) == seconds


@pytest.mark.parametrize(
    ("model", "tokens", "burned"),
    [
        ("gemini-3.8-flash", (100, 10), 150),
        ("gemini-3.1-pro-preview", (200_000, 0), 200_000),
        ("gemini-3.1-pro-preview", (200_001, 0), 400_002),
        ("claude-sonnet-4-5", (199_999, 1), 200_004),
        ("claude-sonnet-4-5", (200_000, 2), 400_015),
    ],
)
def test_requests_burn_down_at_the_tables_rates(model: str, tokens: tuple[int, int], burned: int) -> None:
    assert SERVED[model].burndown(*tokens) == burned


def test_every_served_model_burns_something_at_any_size_and_has_a_window_for_any_order() -> None:
    for model in SERVED.values():
        for tokens in (1, 99_999, 200_000, 10_000_000):
            assert model.burndown(tokens, 1) > 0
        assert all(model.window_seconds(gsus) > 0 for gsus in (1, 3, 4, 49, 50, 10_000))
