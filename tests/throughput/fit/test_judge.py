"""Which way to buy: hard needs rule out, then cost decides, and rules of thumb stand beside it."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from throughput import catalogue, prices
from throughput.fit.judge import Fit, Needs, Offer, judge
from throughput.fit.rules import options, rules
from throughput.orders import Term
from throughput.sizing import files
from throughput.sizing.workload import located

DAY = date(2026, 11, 22)
D = Decimal


def fit(model: str = "gemini-3.8-flash", net: bool = False, needs: Needs | None = None, **raw: Any) -> Fit:
    row = catalogue.load().find(model, DAY)
    words = {"model": model, "qps": 10, "input_text": 1000, "output_text": 300, **raw}
    workload = located(files.workload(words), row)
    return judge(row, workload, needs or Needs(), prices.load(), DAY, buffer=Fraction(1, 4), net=net)


def offer(found: Fit, name: str) -> Offer:
    return next(offer for offer in found.offers if offer.option.id == name)


def recommended(found: Fit) -> str | None:
    return found.recommended.option.id if found.recommended else None


class TestCosts:
    def test_of_every_option_at_a_steady_rate(self) -> None:
        """10/s x (1,000 x $1.50 + 300 x $7.50) a million, 2,628,000 s: $98,550; 37.04 GSU, 46.3 with a quarter on top."""
        found = fit()
        assert offer(found, "standard").month_usd == 98_550
        assert offer(found, "priority").month_usd == 177_390
        assert offer(found, "batch").month_usd == 49_275
        assert [offer(found, "pt-1-month").gsus, offer(found, "pt-1-month").month_usd] == [47, 126_900]
        assert [offer(found, "pt-standard").gsus, offer(found, "pt-standard").month_usd] == [38, 91_200]

    def test_a_hybrid_pays_for_what_the_peak_has_on_top(self) -> None:
        """Average 10 x (0.9 + 2 x 0.1) = 11/s; the peak burns 50,000/s, 38 GSU hold 25,650: 24,350 x 0.1 of 27,500 spill."""
        found = fit(peak=2)
        spilled = D(11) * 98_550 / 10 * D(2435) / D(27_500)
        assert abs((offer(found, "pt-standard").month_usd or 0) - (38 * 2400 + spilled)) <= 1

    def test_what_can_wait_goes_to_batch(self) -> None:
        found = fit(needs=Needs(deferrable=D("0.5"), term=Term.YEAR))
        assert [offer(found, "pt-batch").gsus, offer(found, "pt-batch").month_usd] == [24, 24 * 2000 + 24_638]

    def test_net_prices_are_net_on_both_sides(self) -> None:
        gross, net = fit(), fit(net=True)
        for name in ("standard", "pt-1-year", "pt-standard"):
            assert abs((offer(gross, name).month_usd or D(0)) - 2 * (offer(net, name).month_usd or D(0))) <= 2

    def test_a_gateway_costs_its_price_per_million_tokens(self) -> None:
        needs = Needs(gateway_url="https://gateway.example.com/v1", gateway_usd=D(1))
        found = fit(needs=needs)
        assert offer(found, "gateway").month_usd == 34_164
        assert recommended(found) != "gateway"
        assert "pt-gateway" in {offer.option.id for offer in found.offers}

    def test_an_ai_studio_key_has_no_price_here_and_says_that_it_cant_use_pt(self) -> None:
        found = offer(fit(), "ai-studio")
        assert found.month_usd is None
        assert "can't use PT" in found.option.note


class TestHardNeeds:
    def test_regulation_leaves_purchased_capacity_only(self) -> None:
        found = fit(needs=Needs(dedicated=True))
        assert recommended(found) == "pt-1-year"
        assert {offer.option.kind for offer in found.offers if not offer.fails} == {"pt"}

    def test_an_answer_at_once_rules_out_batch_and_flex(self) -> None:
        assert "P99 time to first token of 2 s" in offer(fit(needs=Needs(ttft_p99=D(2))), "flex").fails
        assert not offer(fit(needs=Needs(deferrable=D(1))), "batch").fails

    def test_a_location_rules_out_what_is_global_only(self) -> None:
        found = fit(location="eu")
        assert "location eu" in offer(found, "priority").fails
        assert not offer(found, "standard").fails

    def test_when_everything_fails_nothing_is_recommended(self) -> None:
        found = fit("claude-haiku-5-5", needs=Needs(google_only=True, dedicated=True))
        assert recommended(found) == "pt-1-year"
        assert all(offer.fails for offer in found.offers if offer.option.kind not in ("pt", "defer"))

    def test_one_week_is_for_models_of_google(self) -> None:
        assert "pt-1-week" not in {offer.option.id for offer in fit("claude-haiku-5-5").offers}


class TestRulesOfThumb:
    @pytest.mark.parametrize(
        ("raw", "needs", "fires"),
        [
            ({"qps": 51}, {}, "rate"),
            ({}, {"ttft_p99": D("9.9")}, "latency"),
            ({}, {"monthly_usd": D(50_001)}, "spend"),
            ({}, {"dedicated": True}, "regulation"),
            ({}, {"images": D(1999)}, "images-few"),
            ({}, {"images": D(2000)}, "images-some"),
            ({}, {"images": D(50_001)}, "images-many"),
            ({}, {"predictability": "bursty"}, "bursty"),
            ({}, {"stage": "experimental"}, "experimental"),
            ({"qps": "0.1"}, {}, "small"),
            ({}, {"deferrable": D("0.5")}, "deferrable"),
            ({}, {"changing_model": True}, "changing-model"),
            ({"peak": 3}, {}, "peak"),
        ],
    )
    def test_each_fires_at_its_bound(self, raw: dict[str, Any], needs: dict[str, Any], fires: str) -> None:
        assert fires in {rule.id for rule in fit(needs=Needs(**needs), **raw).fired}

    @pytest.mark.parametrize(
        ("raw", "needs", "silent"),
        [
            ({"qps": 50}, {}, "rate"),
            ({}, {"ttft_p99": D(10)}, "latency"),
            ({}, {"monthly_usd": D(50_000)}, "spend"),
            ({}, {"images": D(50_000)}, "images-many"),
            ({}, {"predictability": "steady"}, "bursty"),
        ],
    )
    def test_and_not_before(self, raw: dict[str, Any], needs: dict[str, Any], silent: str) -> None:
        assert silent not in {rule.id for rule in fit(needs=Needs(**needs), **raw).fired}

    def test_where_cost_and_rule_disagree_both_are_shown(self) -> None:
        found = fit(
            "gemini-2.5-flash-image",
            qps=1,
            input_text=100,
            output_text=0,
            output_images=1,
            needs=Needs(ttft_p99=D(5)),
        )
        assert found.thumb == "pt"
        assert recommended(found) == "standard"
        assert found.disagreement is not None
        assert "By cost: Standard PayGo. By rule of thumb: Provisioned Throughput" in found.disagreement

    def test_the_data_names_a_source_for_every_rule_and_option(self) -> None:
        assert all(rule.source and rule.as_of for rule in rules())
        assert all(option.source for option in options())
        assert len({rule.id for rule in rules()}) == len(rules())
