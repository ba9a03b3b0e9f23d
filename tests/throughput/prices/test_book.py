"""The price book reproduces the published figures and says how sure they are."""

import csv
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from throughput import catalogue, prices
from throughput.orders import Term
from throughput.prices import PaygoPrice, commitment_usd
from throughput.prices.breakeven import break_even, gsu_month_value, mix_price

HERE = Path(__file__).parent
DAY = date(2026, 11, 22)
BOOK = prices.load()
with (HERE / "breakeven.csv").open(encoding="utf-8", newline="") as file:
    TABLE = list(csv.DictReader(file))


def paygo(
    model: str, category: str, channel: str = "standard", place: str = "global", **more: bool
) -> PaygoPrice:
    price = BOOK.paygo(model, category, channel, place, DAY, **more)
    assert price is not None
    return price


@pytest.mark.parametrize("name", ["gsu.json", "paygo.json"])
def test_the_data_validates_against_its_closed_schema(name: str) -> None:
    root = HERE.parents[2]
    schema = json.loads((root / "schemas" / "prices.schema.json").read_text(encoding="utf-8"))
    data = json.loads((root / "throughput" / "prices" / name).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(data)


def test_every_line_of_the_break_even_table_reproduces() -> None:
    """313 lines: one per burndown rate of every model, tier `long` above the long-context boundary."""
    assert len(TABLE) == 313
    for line in TABLE:
        row = catalogue.load().find(line["model"], DAY)
        long = line["tier"] == "long"
        price = BOOK.paygo(row.model, line["category"], "standard", "global", DAY, long=long)
        # Models without a global price are compared at the price of their own region.
        price = price or BOOK.paygo(row.model, line["category"], "standard", "us", DAY, long=long)
        assert price is not None, line
        value = gsu_month_value(
            row.throughput_per_gsu, price.usd / row.tiers[int(long)].rates[line["category"]]
        )
        assert abs(value - Decimal(line["value"])) <= Decimal("0.051"), line
        for term in Term:
            share = break_even(BOOK, term, "global", value)
            assert abs(share - Decimal(line[term.value])) <= Decimal("0.00051"), (line, term)


def test_a_mix_is_summed_before_it_is_divided() -> None:
    """2.5 Flash with 1,000 text and 500 audio in, 300 out: 1,550 µ$, 5,700 tokens of burndown, 140.5 % at one month."""
    row = catalogue.load().find("gemini-2.5-flash", DAY)
    mix = {"input_text": Decimal(1000), "input_audio": Decimal(500), "output_text": Decimal(300)}
    cost = mix_price(BOOK, row, row.tiers[0], mix, "standard", "global", DAY)
    assert [cost.usd * 1_000_000, cost.burndown] == [1550, 5700]
    assert not cost.missing
    value = gsu_month_value(row.throughput_per_gsu, cost.usd / cost.burndown)
    assert round(value) == 1922
    shares = [
        round(break_even(BOOK, term, "global", value) * 100, 1)
        for term in (Term.MONTH, Term.QUARTER, Term.YEAR)
    ]
    assert shares == [Decimal("140.5"), Decimal("124.8"), Decimal("104.0")]


class TestImagePricesComeOutAsPublished:
    @pytest.mark.parametrize(
        ("model", "size", "standard", "batch"),
        [
            ("gemini-3-pro-image", "1k", "0.1344", "0.0672"),
            ("gemini-3-pro-image", "2k", "0.1344", "0.0672"),
            ("gemini-3-pro-image", "4k", "0.24", "0.12"),
            ("gemini-3.1-flash-image", "2k", "0.1008", None),
            ("gemini-nano-banana-2.1", "4k", "0.1134", None),
            ("gemini-2.5-flash-image", "1k", "0.0387", None),
        ],
    )
    def test_per_image(self, model: str, size: str, standard: str, batch: str | None) -> None:
        tokens = catalogue.load().find(model, DAY).media.output_image[size]
        assert tokens * paygo(model, "output_image").usd == Decimal(standard)
        if batch:
            assert tokens * paygo(model, "output_image", "batch").usd == Decimal(batch)


class TestPlacesAndChannels:
    def test_priority_and_flex_exist_on_the_global_endpoint_only(self) -> None:
        assert paygo("gemini-2.5-pro", "input_text", "priority").listed_usd == Decimal("2.25")
        assert BOOK.paygo("gemini-2.5-pro", "input_text", "priority", "us", DAY) is None
        assert BOOK.paygo("claude-opus-5", "input_text", "flex", "global", DAY) is None

    def test_other_places_cost_a_tenth_more_since_july(self) -> None:
        assert paygo("gemini-3.5-flash", "input_text", place="eu").listed_usd == Decimal("1.65")
        before = BOOK.paygo("gemini-3.5-flash", "input_text", "standard", "eu", date(2026, 6, 30))
        assert before is not None
        assert before.listed_usd == Decimal("1.5")
        assert paygo("gemini-2.5-pro", "input_text", place="europe-west4").listed_usd == Decimal("1.25")

    def test_long_requests_are_priced_whole(self) -> None:
        assert paygo("gemini-2.5-pro", "output_text").listed_usd == 10
        assert paygo("gemini-2.5-pro", "output_text", long=True).listed_usd == 15

    def test_gsu_prices(self) -> None:
        assert BOOK.gsu_hour(Term.MONTH, "global") == Decimal("3.6986")
        assert BOOK.gsu_period(Term.WEEK, "eu") == 1320
        assert BOOK.gsu_period(Term.YEAR, "us-east5") == 2200

    def test_what_isnt_confirmed_says_so(self) -> None:
        assert "unconfirmed" in BOOK.note_for("google")
        assert "unconfirmed" in BOOK.note_for("anthropic")
        assert "Claude" in BOOK.note_for("anthropic")
        assert paygo("gemini-3.8-flash-cyber", "input_text").confidence == "unresolved"


class TestPromotions:
    @pytest.mark.parametrize(
        ("model", "day", "runs"),
        [
            ("gemini-3.8-flash", "2026-09-01", False),
            ("gemini-3.8-flash", "2026-09-02", True),
            ("gemini-3.6-flash", "2026-12-31", True),
            ("gemini-3.6-flash", "2027-01-01", False),
            ("gemini-3.5-flash", "2026-11-22", False),
        ],
    )
    def test_they_run_for_their_models_and_days(self, model: str, day: str, runs: bool) -> None:
        assert (BOOK.promotion(model, "paygo", date.fromisoformat(day)) is not None) == runs

    def test_gross_against_gross_is_net_against_net(self) -> None:
        per_gsu = Decimal(675)
        gross = gsu_month_value(per_gsu, paygo("gemini-3.8-flash", "input_text").usd)
        net = gsu_month_value(per_gsu, paygo("gemini-3.8-flash", "input_text", net=True).usd)
        offer = BOOK.promotion("gemini-3.8-flash", "pt", DAY)
        assert offer is not None
        both = [
            break_even(BOOK, Term.MONTH, "global", gross),
            break_even(BOOK, Term.MONTH, "global", net, share_back=offer.share),
        ]
        assert both[0] == both[1]
        assert round(both[0] * 100, 1) == Decimal("101.5")


def test_a_commitment_counts_begun_hours() -> None:
    start = datetime(2026, 12, 1, tzinfo=UTC)
    assert (
        commitment_usd(2, Term.YEAR, "eu", start, datetime(2026, 12, 1, 1, 30, tzinfo=UTC))
        == 2 * Decimal("2.7397") * Decimal("1.1") * 2
    )
