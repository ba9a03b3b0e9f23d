"""Looking models up: exact ids only, by day."""

from datetime import date
from decimal import Decimal

import pytest

from throughput import catalogue
from throughput.catalogue import ModelRow, Window, window
from throughput.problems import ConfigError

TODAY = date(2026, 11, 22)


def found(model: str, day: str = "2026-11-22") -> ModelRow:
    return catalogue.load().find(model, date.fromisoformat(day))


class TestNumbersChangeUnderAFixedId:
    @pytest.mark.parametrize(
        ("model", "day", "per_gsu"),
        [
            ("gemini-3.1-flash-lite-image", "2026-07-06", 2015),
            ("gemini-3.1-flash-lite-image", "2026-07-07", 4030),
            ("gemini-2.5-pro", "2025-06-01", 540),
            ("gemini-2.5-pro", "2026-10-01", 650),
            ("gemini-2.5-flash", "2025-06-01", 4480),
            ("gemini-2.5-flash", "2026-10-01", 2690),
            ("gemini-2.0-flash-001", "2026-05-01", 3360),
        ],
    )
    def test_throughput(self, model: str, day: str, per_gsu: int) -> None:
        assert found(model, day).throughput_per_gsu == per_gsu

    @pytest.mark.parametrize(("day", "rate"), [("2026-10-07", "0.1"), ("2026-10-08", "0.05")])
    def test_cache_hits_of_sonnet_5_5(self, day: str, rate: str) -> None:
        assert found("claude-sonnet-5-5", day).tiers[0].rates["cache_hit"] == Decimal(rate)

    @pytest.mark.parametrize(("day", "rate"), [("2026-09-29", 1), ("2026-09-30", 6)])
    def test_session_memory_of_live_2_5(self, day: str, rate: int) -> None:
        assert found("gemini-live-2.5-flash-native-audio", day).tiers[0].rates["memory_audio"] == rate


class TestOnlyExactIdsAreFound:
    @pytest.mark.parametrize(
        ("model", "says", "nearest"),
        [
            ("gemini-3.6-flsh", "isn't in the catalogue of 2026-10-08", "gemini-3.6-flash"),
            ("Gemini 3.6 Flash", "isn't in the catalogue", "gemini-3.6-flash"),
            ("gemini-flash", "an alias", "gemini-3.8-flash"),
            ("gemini-3.6-flash-latest", "an alias", "gemini-3.6-flash"),
            ("claude-sonnet", "isn't in the catalogue", "claude-sonnet"),
            ("gemini-embedding-2", "no embedding model", ""),
            ("gemini-3.1-pro-preview-customtools", "doesn't cover", "gemini-3.1-pro-preview"),
            ("claude-fable-5-2", "newer than the last table", "claude-fable-5-1"),
        ],
    )
    def test_others_are_refused_with_the_nearest(self, model: str, says: str, nearest: str) -> None:
        with pytest.raises(ConfigError) as error:
            found(model)
        assert says in str(error.value)
        assert nearest in str(error.value)
        assert "pt catalog list" in str(error.value)

    def test_a_day_before_the_catalogue_has_its_own_error(self) -> None:
        with pytest.raises(ConfigError, match="the catalogue starts on 2025-01-01"):
            found("gemini-2.5-pro", "2024-12-31")

    def test_so_has_a_day_before_the_model(self) -> None:
        with pytest.raises(
            ConfigError, match=r"gemini-3\.6-flash has no row on 2026-07-20; its first is of 2026-07-21"
        ):
            found("gemini-3.6-flash", "2026-07-20")

    def test_retired_models_are_found_and_say_so(self) -> None:
        life = found("gemini-2.5-pro").lifecycle
        assert life.retired(TODAY)
        assert life.retires_official

    @pytest.mark.parametrize("label", ["gemini-2.5-pro (early rate)", "imagen-3 (display name)"])
    def test_labels_of_old_tables_are_found_but_not_orderable(self, label: str) -> None:
        assert not found(label).orderable
        assert label not in catalogue.load().ids


class TestTiers:
    @pytest.mark.parametrize(
        ("model", "tokens", "rate"),
        [
            ("gemini-3.1-pro-preview", 200_000, 6),
            ("gemini-3.1-pro-preview", 200_001, 9),
            ("claude-sonnet-4-5", 199_999, 5),
            ("claude-sonnet-4-5", 200_000, Decimal("7.5")),
            ("claude-haiku-5-5", 100_000, 5),
            ("claude-haiku-5-5", 100_001, 25),
        ],
    )
    def test_the_boundary_belongs_where_the_rows_operator_says(
        self, model: str, tokens: int, rate: Decimal
    ) -> None:
        tier = found(model).tier_for(Decimal(tokens))
        assert tier is not None
        assert tier.rates["output_text"] == rate

    def test_a_size_without_printed_rates_has_no_tier(self) -> None:
        assert found("claude-haiku-4-5").tier_for(Decimal(200_000)) is None


class TestWindows:
    @pytest.mark.parametrize(
        ("model", "gsus", "low", "high"),
        [
            ("gemini-3.8-flash", 1, 40, 120),
            ("gemini-3.8-flash", 3, 40, 120),
            ("gemini-3.8-flash", 4, 5, 30),
            ("gemini-3.8-flash", 49, 5, 30),
            ("gemini-3.8-flash", 50, 1, 5),
            ("gemini-nano-banana-2.1", 20, 100, 100),
            ("gemini-nano-banana-2.1", 21, 30, 30),
            ("gemini-3-pro-image", 245, 5, 5),
            ("gemini-3.8-live", 9, 45, 45),
            ("gemini-3.8-live", 10, 5, 5),
            ("gemini-omni-1.1-flash-preview", 67, 30, 30),
            ("veo-3.1-lite-generate-001", 19, 400, 400),
        ],
    )
    def test_by_model_and_size(self, model: str, gsus: int, low: int, high: int) -> None:
        assert window(found(model), gsus) == Window(low_s=low, high_s=high)


def test_the_catalogue_says_how_old_it_is() -> None:
    models = catalogue.load()
    assert models.age_days(date(2026, 11, 22)) == 45
    assert models.age_days(date(2026, 1, 1)) == 0
