"""What holds for every model: rounding, minimum, window, sharing of a pool; and what is refused."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from throughput import catalogue, prices
from throughput.orders import Term
from throughput.problems import ConfigError
from throughput.sizing import files
from throughput.sizing.costs import costs_of
from throughput.sizing.estimate import estimate, fitting, has_window, pools
from throughput.sizing.warnings import refuse_retired, warnings_of
from throughput.sizing.workload import Workload, located

DAY = date(2026, 10, 8)
MODELS = [model for model in catalogue.load().models(DAY) if model.unit == "tokens/s"]
D, F = Decimal, Fraction


def work(**raw: Any) -> Workload:
    return files.workload({"model": "gemini-3.8-flash", "qps": 10, "input_text": 1000, **raw})


class TestEveryModel:
    @settings(max_examples=60, deadline=None)
    @given(
        st.sampled_from(MODELS),
        st.integers(1, 90_000),
        st.integers(0, 5_000),
        st.fractions(min_value=F(1, 100), max_value=500, max_denominator=1000),
    )
    def test_the_answer_covers_throughput_minimum_and_window_and_no_less_would(
        self, row: Any, took: int, gave: int, qps: Fraction
    ) -> None:
        workload = Workload(
            model=row.model, qps=qps, quantities={"input_text": D(took), "output_text": D(gave)}
        )
        found = estimate(row, [workload], F(1, 4))
        gsus, per_gsu = found.answer.gsus, F(row.throughput_per_gsu)
        assert gsus >= row.min_gsu
        assert gsus * per_gsu >= found.per_second * F(5, 4)
        assert found.largest <= gsus * per_gsu * row.window(gsus).low_s
        least = max(row.min_gsu, ceil(found.answer.raw))
        assert all(
            found.largest > n * per_gsu * row.window(n).low_s for n in range(least, min(gsus, least + 200))
        )

    @settings(max_examples=40, deadline=None)
    @given(st.sampled_from(MODELS), st.integers(1, 50), st.integers(1, 50))
    def test_two_workloads_of_a_pool_never_need_more_than_apart(self, row: Any, one: int, two: int) -> None:
        def of(*rates: int) -> int:
            each = [
                Workload(model=row.model, qps=F(rate), quantities={"input_text": D(700)}) for rate in rates
            ]
            return estimate(row, each, F(0)).answer.by_throughput

        assert of(one, two) <= of(one) + of(two)
        assert of(one, two) == of(one + two)

    @pytest.mark.parametrize("row", catalogue.load().models(date(2026, 11, 22)), ids=lambda row: row.model)
    def test_it_can_be_sized_and_priced_by_its_first_category(self, row: Any) -> None:
        workload = located(Workload(model=row.model, qps=F(1), quantities={row.categories[0]: D(10)}), row)
        found = estimate(row, [workload], F(0))
        costs = costs_of(found, prices.load(), date(2026, 11, 22))
        assert found.answer.gsus >= row.min_gsu
        assert [term.term for term in costs.terms][-1] is Term.YEAR
        assert all(cost.month_usd is not None or cost.missing for cost in costs.channels.values())


class TestPools:
    def test_workloads_of_one_model_and_place_share_one(self) -> None:
        same = [work(name="a"), work(name="b"), work(name="c", location="eu")]
        assert [len(members) for members in pools(same).values()] == [2, 1]

    def test_the_largest_request_of_all_must_fit(self) -> None:
        row = catalogue.load().find("gemini-3.8-flash", DAY)
        small, large = work(qps="0.01"), work(qps="0.0001", input_text=100_000)
        found = estimate(row, [small, large], F(0))
        assert found.largest == 100_000
        assert found.answer.gsus == fitting(row, 1, F(100_000)) == 30
        assert found.answer.gsus_at_longest == 2

    def test_units_without_a_published_window_have_no_second_constraint(self) -> None:
        assert not has_window(catalogue.load().find("virtual-try-on-001", DAY))


class TestTiers:
    @pytest.mark.parametrize(("tokens", "per_request"), [(200_000, 200_000), (200_001, 400_002)])
    def test_the_input_of_a_request_chooses_its_tier(self, tokens: int, per_request: int) -> None:
        row = catalogue.load().find("gemini-3.1-pro-preview", DAY)
        found = estimate(row, [work(model=row.model, input_text=tokens)], F(0))
        assert found.parts[0].per_request == per_request


class TestRates:
    def test_a_percentile_of_measured_rates_is_sized_and_their_average_is_paid(self) -> None:
        found = work(qps="1,2,3,4,10", percentile=80)
        assert [found.qps, found.qps * found.peak] == [4, 4]
        assert work(qps=[2, 4], peak=2).qps * work(qps=[2, 4], peak=2).peak == 8

    def test_fractions_are_exact(self) -> None:
        assert work(qps="10/30").qps == F(1, 3)


class TestBadInput:
    @pytest.mark.parametrize(
        ("raw", "says"),
        [
            ({"qps": -1}, "out of range"),
            ({"qps": "nan"}, "out of range"),
            ({"qps": "1/0"}, "divides by zero"),
            ({"qps": 0}, "the rate is missing"),
            ({"input_text": "1e13"}, "out of range"),
            ({"input_text": "many"}, "is no number"),
            ({"input_text": True}, "is no number"),
            ({"peak": "0.5"}, "below the average"),
            ({"percentile": 101}, "out of range"),
            ({"inptu_text": 5}, "Did you mean input_text"),
            ({"model": None}, "needs a model"),
            ({"sessions": 3}, "needs turns, session-seconds"),
        ],
    )
    def test_values(self, raw: dict[str, Any], says: str) -> None:
        with pytest.raises(ConfigError, match=says):
            work(**raw)

    @pytest.mark.parametrize(
        ("raw", "says"),
        [
            ({"output_image": 5}, "has no output image"),
            ({"output_images": 1}, "has no output image"),
            ({"input_images": 1}, "how many tokens one image is"),
            ({"output_video_seconds": 1}, "has no output video"),
            ({"model": "gemini-3-pro-image", "output_images": 1, "image_size": "8k"}, "no image size '8k'"),
            (
                {"model": "gemini-omni-1.1-flash-preview", "output_video_seconds": 1},
                "the size of the video is missing",
            ),
            ({"model": "claude-haiku-4-5", "input_text": 200_000}, "no rates for 200,000 input tokens"),
            ({"model": "claude-opus-5", "tuned_premium": 1}, "doesn't cover tuned versions"),
            ({"input_text": 0}, "nothing to size"),
            ({"qps": "1e12", "input_text": "1e12"}, "can't be meant"),
        ],
    )
    def test_what_the_model_doesnt_have(self, raw: dict[str, Any], says: str) -> None:
        workload = work(**raw)
        with pytest.raises(ConfigError, match=says):
            estimate(catalogue.load().find(workload.model, DAY), [workload], F(0))

    def test_retired_models_name_what_replaced_them(self) -> None:
        row = catalogue.load().find("gemini-2.5-flash", DAY)
        refuse_retired(row, DAY)
        with pytest.raises(ConfigError, match=r"retired on 2026-10-20\.\n  Instead: gemini-3\.5-flash"):
            refuse_retired(row, date(2026, 10, 20))

    def test_a_buffer_has_bounds(self) -> None:
        with pytest.raises(ConfigError, match="out of range"):
            estimate(catalogue.load().find("gemini-3.8-flash", DAY), [work()], F(11))


class TestWarnings:
    def test_a_short_term_model_past_its_third_party_date(self) -> None:
        row = catalogue.load().find("gemini-3.6-flash", DAY)
        found = warnings_of(row, "asia-east1", date(2026, 11, 22), catalogue.load())
        assert "third-party date" in found[0]
        assert "short-term" in found[1]
        assert "doesn't list asia-east1" in found[2]

    def test_terms_that_outlive_a_model_are_named(self) -> None:
        row = catalogue.load().find("gemini-3.7-flash", DAY)
        assert "3 months or 1 year" in warnings_of(row, "global", date(2026, 11, 22), catalogue.load())[0]


class TestFiles:
    def test_both_spellings_are_read(self, tmp_path: Path) -> None:
        file = tmp_path / "workloads.yaml"
        file.write_text(
            "workloads:\n"
            "  - {name: a, model: gemini-3.8-flash, qps: 10, inputText: 1000, outputTextResponse: 300}\n"
            "  - {name: b, model: gemini-3.8-flash, qps: 10, input-text: 1000, output_text: 300}\n"
        )
        first, second = files.read(file)
        assert first.quantities == second.quantities

    @pytest.mark.parametrize(
        "text", ["", "[]", "workloads: []", "workloads: [1]", "a: [", "workloads: {a: 1}", "\x00"]
    )
    def test_others_are_refused(self, tmp_path: Path, text: str) -> None:
        file = tmp_path / "workloads.yaml"
        file.write_text(text)
        with pytest.raises(ConfigError, match=r"workloads\.yaml"):
            files.read(file)

    def test_the_workload_that_is_wrong_is_named(self, tmp_path: Path) -> None:
        file = tmp_path / "workloads.yaml"
        file.write_text("workloads: [{model: gemini-3.8-flash, qps: -1, inputText: 5}]")
        with pytest.raises(ConfigError, match=r"workloads\[0\]: qps: -1 is out of range"):
            files.read(file)


def test_against_each_channel_break_even_scales_with_its_price() -> None:
    """Priority costs 1.8 times Standard, Flex half (price lists of 2026-11-12)."""
    row = catalogue.load().find("gemini-3.8-flash", DAY)
    costs = costs_of(estimate(row, [located(work(output_text=300), row)], F(0)), prices.load(), DAY)
    year = costs.terms[-1].break_even
    assert year["standard"] is not None
    assert year["priority"] is not None
    assert year["flex"] is not None
    assert round(year["standard"] / year["priority"], 10) == D("1.8")
    assert round(year["standard"] / year["flex"], 10) == D("0.5")
