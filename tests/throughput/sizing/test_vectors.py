"""The worked examples of Google's pages, each by a day on which its page said so, and two from elsewhere that are named as such."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from throughput import catalogue
from throughput.catalogue import ModelRow
from throughput.sizing.estimate import Estimate, estimate, fitting, part_of, window_budget
from throughput.sizing.workload import Live, Workload

D, F = Decimal, Fraction


def row(model: str, day: str) -> ModelRow:
    return catalogue.load().find(model, date.fromisoformat(day))


def sized(model: str, day: str, quantities: Mapping[str, float], buffer: str = "0", **more: Any) -> Estimate:
    amounts = {name: D(str(value)) for name, value in quantities.items()}
    return estimate(row(model, day), [Workload(model=model, quantities=amounts, **more)], F(buffer))


class TestTheMeasurePage:
    SHAPE: Mapping[str, float] = {"input_text": 1000, "input_audio": 500, "output_text": 300}

    def test_since_july_2026_45_gsus(self) -> None:
        found = sized("gemini-3.6-flash", "2026-07-31", self.SHAPE, "0.25", qps=F(10))
        assert found.per_second == 30_000
        assert (found.before_buffer.gsus, found.answer.gsus) == (45, 56)

    @pytest.mark.parametrize(
        ("model", "day"), [("gemini-2.0-flash", "2026-07-30"), ("gemini-2.0-flash-001", "2025-05-15")]
    )
    def test_before_17_gsus(self, model: str, day: str) -> None:
        found = sized(model, day, self.SHAPE, qps=F(10))
        assert [found.per_second, found.answer.gsus] == [57_000, 17]

    @pytest.mark.parametrize(("category", "burndown"), [("input_text", 1000), ("cached_text", 100)])
    def test_cached_text_burns_a_tenth(self, category: str, burndown: int) -> None:
        assert sized("gemini-2.5-pro", "2026-08-22", {category: 1000}, qps=F(1)).per_second == burndown


class TestTheOmniPage:
    MODEL, DAY = "gemini-omni-1.1-flash-preview", "2026-10-08"

    def test_ten_clips_in_thirty_seconds_are_434_gsus(self) -> None:
        parts = [
            Workload(
                model=self.MODEL,
                qps=F(5, 30),
                quantities={"input_text": D(20), "output_reasoning": D(100)},
                input_image_count=D(1),
                output_video_length=D(10),
                video_size=size,
            )
            for size in ("720p", "1080p")
        ]
        found = estimate(row(self.MODEL, self.DAY), parts, F(0))
        assert [found.per_second, found.answer.gsus] == [290_180, 434]

    def test_six_long_4k_clips_need_17_not_10(self) -> None:
        found = sized(self.MODEL, self.DAY, {}, qps=F(6, 2000), output_video_length=D(10), video_size="4k")
        assert (found.answer.by_throughput, found.answer.gsus) == (10, 17)
        assert found.answer.why == ("the largest request must fit one enforcement window",)

    @pytest.mark.parametrize(("seconds", "printed"), [(8, [2, 13, 26, 52, 87]), (10, [2, 17, 33, 65, 107])])
    def test_the_printed_floors_of_every_band(self, seconds: int, printed: list[int]) -> None:
        model = row(self.MODEL, self.DAY)
        clip = Workload(model=self.MODEL, qps=F(1), output_video_length=D(seconds), video_size="4k")
        largest = part_of(model, clip).largest
        assert [fitting(model, band.from_gsus, largest) for band in model.windows] == printed
        assert model.media.floors is not None
        assert model.media.floors["4k"][str(seconds)] == printed


class TestTheLivePage:
    def test_ten_sessions_with_avatar_are_69_gsus(self) -> None:
        turn = {
            "input_text": 20,
            "input_audio": 200,
            "input_video": 50,
            "output_text": 100,
            "output_audio": 200,
        }
        live = Live(sessions=D(10), turns=D(30), session_seconds=D(300), context=D(6000), avatar=True)
        found = sized("gemini-3.8-live", "2026-09-30", turn, live=live)
        # The page rounds the split of the context and prints 92,887; unrounded it is 92,882.5.
        assert abs(float(found.per_second) - 92_882.5) < 0.05
        assert found.answer.gsus == 69

    def test_a_request_with_memory(self) -> None:
        request = {
            "input_audio": 250,
            "input_video": 2580,
            "memory_audio": 1550,
            "memory_video": 2580,
            "output_video_avatar": 61_920,
            "output_audio": 250,
        }
        assert sized("gemini-3.8-live", "2026-09-30", request, qps=F(1)).per_second == 105_112

    def test_memory_of_live_2_5_burned_at_one_until_september(self) -> None:
        request = {"input_text": 1000, "session_memory": 2830, "output_audio": 200}
        found = sized("gemini-live-2.5-flash-native-audio", "2026-08-22", request, qps=F(1))
        assert found.per_second == 8630

    def test_avatar_sessions_need_ten_gsus(self) -> None:
        live = Live(sessions=D(1), turns=D(1), session_seconds=D(300), avatar=True)
        assert sized("gemini-3.8-live", "2026-10-08", {"output_audio": 50}, live=live).answer.gsus == 10


class TestTheUsePage:
    @pytest.mark.parametrize(
        ("model", "day", "gsus", "seconds", "budget"),
        [
            ("gemini-2.5-flash", "2026-09-30", 1, 120, 322_800),
            ("gemini-2.5-flash", "2026-09-30", 25, 30, 2_017_500),
            ("gemini-2.5-flash", "2026-09-30", 250, 5, 3_362_500),
            ("gemini-2.0-flash-001", "2025-05-15", 1, 30, 100_800),
            # A Google forum post; it prints 603,750 for the second, which is a slip.
            ("gemini-3-flash-preview", "2026-10-08", 3, 120, 725_400),
            ("gemini-3-flash-preview", "2026-10-08", 10, 30, 604_500),
            ("gemini-3-flash-preview", "2026-10-08", 50, 5, 503_750),
        ],
    )
    def test_window_budgets(self, model: str, day: str, gsus: int, seconds: int, budget: int) -> None:
        assert window_budget(row(model, day), gsus, seconds) == budget

    @pytest.mark.parametrize(("gsus", "tokens"), [(1, 70_000), (25, 1_000_000)])
    def test_requests_that_fit(self, gsus: int, tokens: int) -> None:
        flash = row("gemini-2.5-flash", "2026-09-30")
        assert tokens <= window_budget(flash, gsus, flash.window(gsus).high_s)


class TestTunedModels:
    def test_from_gemini_3_on_the_price_premium_is_on_the_rate(self) -> None:
        found = sized("gemini-3.5-flash", "2026-10-08", {"input_text": 1}, qps=F(1), tuned_premium=D("0.5"))
        assert found.per_second == F("1.5")

    def test_before_it_isnt(self) -> None:
        found = sized("gemini-2.5-flash", "2026-10-08", {"input_text": 1}, qps=F(1), tuned_premium=D("0.5"))
        assert found.per_second == 1


def test_75_images_a_minute_are_170_gsus() -> None:
    """A third party's figures; it prints 171 because it rounds the images per GSU."""
    found = sized(
        "gemini-3-pro-image", "2026-10-08", {"input_text": 800}, qps=F(75, 60), output_image_count=D(1)
    )
    assert [found.per_second, found.answer.gsus] == [85_000, 170]


@pytest.mark.parametrize(
    ("model", "day", "more", "gsus"),
    [
        ("veo-3.1-lite-generate-001", "2026-10-08", {"output_video_length": D(8), "video_audio": True}, 40),
        ("veo-3.1-generate-001", "2026-10-08", {"output_video_length": D(8), "video_audio": True}, 400),
        ("veo-3.1-fast-generate-001", "2026-10-08", {"output_video_length": D(8), "video_size": "4k"}, 272),
        ("virtual-try-on-001", "2026-10-08", {"output_image_count": D(1)}, 5),
        ("gemini-1.5-flash", "2025-02-01", {"quantities": {"input_characters": D(1_000_000)}}, 4),
    ],
)
def test_other_units_are_sized_by_their_data(model: str, day: str, more: dict[str, Any], gsus: int) -> None:
    found = estimate(row(model, day), [Workload(model=model, qps=F(1, 10), **more)], F(0))
    assert found.answer.gsus == gsus
