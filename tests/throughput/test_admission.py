"""A window never gives more than was bought; requests go whole or not at all; what is owed is paid before anything new is served."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from throughput.admission import Arrival, Capacity, Meter, Reservation, admit, at, reconcile, spilled

FLASH = Decimal(2690)


def capacity(gsus: int = 1, window: int = 120, rate: Decimal = FLASH) -> Capacity:
    return Capacity(gsus=gsus, tokens_per_second=rate, window_seconds=window)


class TestBudget:
    @pytest.mark.parametrize(
        ("gsus", "window", "budget"), [(1, 120, 322_800), (25, 30, 2_017_500), (250, 5, 3_362_500), (0, 5, 0)]
    )
    def test_the_documented_examples(self, gsus: int, window: int, budget: int) -> None:
        assert capacity(gsus, window).budget == budget

    def test_a_fraction_of_a_token_is_not_given(self) -> None:
        assert capacity(1, 1, Decimal("0.9")).budget == 0

    @pytest.mark.parametrize("wrong", [{"gsus": -1}, {"window": 0}, {"rate": Decimal(0)}])
    def test_a_pool_that_makes_no_sense_is_refused(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="a pool needs GSUs"):
            capacity(**wrong)


class TestWholeRequests:
    def test_the_documented_examples_fit(self) -> None:
        assert admit(capacity(1, 120), Meter(), 0, 70_000)[1] is not None
        assert admit(capacity(25, 30), Meter(), 0, 1_000_000)[1] is not None

    def test_a_request_larger_than_the_window_never_fits(self) -> None:
        held = capacity(1, 120)
        for now in (0.0, 119.9, 120.0, 1e9):
            assert admit(held, Meter(), now, held.budget + 1)[1] is None
            assert admit(held, Meter(), now, held.budget)[1] is not None

    def test_a_smaller_one_may_still_fit_after_a_larger_one_spilled(self) -> None:
        held = capacity(1, 1)
        arrivals = [Arrival(at=0, estimate=size, actual=size) for size in (2000, 700, 690, 1)]
        assert spilled(held, arrivals) == [False, True, False, True]

    def test_what_a_window_leaves_is_lost(self) -> None:
        held = capacity(1, 1)
        arrivals = [Arrival(at=1000, estimate=2690, actual=2690), Arrival(at=1000.5, estimate=1, actual=1)]
        assert spilled(held, arrivals) == [False, True]

    def test_windows_follow_the_clock_and_not_the_first_request(self) -> None:
        held = capacity(1, 10)
        full = held.budget
        arrivals = [Arrival(at=when, estimate=full, actual=full) for when in (9.9, 10.0)]
        assert spilled(held, arrivals) == [False, False]

    def test_an_estimate_of_nothing_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="at least one token"):
            admit(capacity(), Meter(), 0, 0)


class TestReconciliation:
    held = capacity(1, 1)

    def _admitted(self, estimate: int) -> tuple[Meter, Reservation]:
        meter, reservation = admit(self.held, Meter(), 0, estimate)
        assert reservation is not None
        return meter, reservation

    def test_what_was_estimated_too_high_is_credited(self) -> None:
        meter, reservation = self._admitted(2690)
        assert reconcile(self.held, meter, 0.5, reservation, 690).left(self.held) == 2000

    def test_a_credit_comes_too_late_for_the_next_window(self) -> None:
        meter, reservation = self._admitted(2690)
        assert reconcile(self.held, meter, 1.5, reservation, 690).charged == 0

    def test_what_was_estimated_too_low_is_debited(self) -> None:
        meter, reservation = self._admitted(100)
        assert reconcile(self.held, meter, 0.5, reservation, 1100).left(self.held) == 2690 - 1100

    def test_what_the_window_cannot_carry_is_owed_to_the_next_ones(self) -> None:
        meter, reservation = self._admitted(2690)
        meter = reconcile(self.held, meter, 0.5, reservation, 3 * 2690 + 100)
        assert (meter.charged, meter.owed) == (2690, 2 * 2690 + 100)
        assert admit(self.held, meter, 1.0, 1)[1] is None
        assert admit(self.held, meter, 2.0, 1)[1] is None
        assert at(self.held, meter, 3.0).left(self.held) == 2590
        assert at(self.held, meter, 4.0) == Meter(window=4)

    def test_a_clock_that_steps_back_gives_no_second_window(self) -> None:
        meter, _ = self._admitted(2690)
        meter = at(self.held, meter, 5.0)
        assert at(self.held, meter, 0.0) == meter

    def test_a_negative_use_is_a_mistake(self) -> None:
        meter, reservation = self._admitted(1)
        with pytest.raises(ValueError, match="can't take"):
            reconcile(self.held, meter, 0, reservation, -1)


STEPS = st.lists(
    st.tuples(
        st.floats(min_value=0, max_value=3),
        st.integers(min_value=1, max_value=9000),
        st.integers(min_value=0, max_value=30_000),
        st.booleans(),
    ),
    max_size=60,
)


@given(steps=STEPS, gsus=st.integers(min_value=0, max_value=3), window=st.integers(min_value=1, max_value=4))
@settings(max_examples=150)
def test_no_window_is_charged_more_than_the_pool_whatever_comes_and_however_it_is_settled(
    steps: list[tuple[float, int, int, bool]], gsus: int, window: int
) -> None:
    held, meter, now = capacity(gsus, window), Meter(), 0.0
    per_window: dict[int, int] = defaultdict(int)
    open_ones: list[tuple[Reservation, int]] = []
    taken = lost = 0

    def keep(new: Meter) -> Meter:
        per_window[new.window] = new.charged
        assert 0 <= new.charged <= held.budget
        assert new.owed >= 0
        return new

    def settle(reservation: Reservation, actual: int) -> None:
        nonlocal meter, taken, lost
        if held.window_at(now) > reservation.window:
            lost += max(0, reservation.tokens - actual)
        taken += actual
        meter = keep(reconcile(held, meter, now, reservation, actual))

    for later, estimate, actual, at_once in steps:
        now += later
        before = at(held, meter, now)
        meter, reservation = admit(held, meter, now, estimate)
        keep(meter)
        assert (reservation is None) == (estimate > before.left(held))
        if reservation is not None:
            open_ones.append((reservation, actual))
        while at_once and open_ones:
            settle(*open_ones.pop(0))
    for one in open_ones:
        settle(*one)
    assert sum(per_window.values()) <= taken + lost


@given(
    actuals=st.lists(st.integers(min_value=0, max_value=20_000), min_size=1, max_size=30),
    window=st.integers(min_value=1, max_value=5),
)
def test_every_token_is_charged_in_the_end(actuals: list[int], window: int) -> None:
    held, meter, charged = capacity(1, window), Meter(), 0

    def count(new: Meter, old: Meter) -> int:
        return new.charged - (old.charged if new.window == old.window else 0)

    admitted = 0
    for step, actual in enumerate(actuals):
        now = float(step)
        new = at(held, meter, now)
        charged += count(new, meter)
        meter, reservation = admit(held, new, now, 1)
        if reservation is None:
            continue
        settled = reconcile(held, meter, now, reservation, actual)
        charged += settled.charged - new.charged
        admitted += actual
        meter = settled
    assert charged + meter.owed == admitted
