"""Invariants of transitions, for ledgers nobody thought of."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.throughput.orders_for_tests import AS_OF, ledger
from throughput import catalogue
from throughput.instants import midnight
from throughput.orders import Confirmed, Correction, Ledger, Order, Pool, Status, Term
from throughput.terms import committed_span
from throughput.transitions import Kind, Verdict, transitions
from throughput.transitions.curve import gsu_hours, spans_of

_MODELS = ("gemini-3.8-flash", "gemini-3.5-flash", "claude-haiku-4-5", "gpt-oss-120b-maas")
_DAYS = st.integers(-200, 200).map(lambda days: midnight(AS_OF) + timedelta(days=days))


@st.composite
def orders(draw: st.DrawFn, name: str) -> Order:
    start = draw(_DAYS)
    term = draw(st.sampled_from(Term))
    status = draw(st.sampled_from(Status))
    return Order(
        name=name,
        project=draw(st.sampled_from(("acme-genai", "acme-other"))),
        model=draw(st.sampled_from(_MODELS)),
        location=draw(st.sampled_from(("global", "eu"))),
        gsus=draw(st.integers(1, 40)),
        term=term,
        auto_renew=draw(st.booleans()),
        status=status,
        order_id=draw(st.sampled_from((None, "1", "2"))),
        start=start if draw(st.booleans()) else None,
        end=start + timedelta(days=draw(st.integers(1, 200)))
        if status in (Status.ACTIVE, Status.EXPIRED) or draw(st.booleans())
        else None,
        next_term_gsus=draw(st.sampled_from((None, 5, 50))),
        confirmed=draw(st.sampled_from((None, Confirmed(gsus=7, on=AS_OF)))),
        from_=draw(st.sampled_from((None, None, "a", "b"))),
        superseded_by=draw(st.sampled_from((("a",), ("b",), ("c", "a"))))
        if status is Status.SUPERSEDED
        else (),
    )


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    names = draw(st.sets(st.sampled_from("abcd"), max_size=4))
    return ledger(*(draw(orders(name)) for name in sorted(names)))


@st.composite
def edited(draw: st.DrawFn) -> tuple[Ledger, Ledger]:
    """A ledger, and the same with a few fields of a few orders changed: closer to what people do than two strangers."""
    old = draw(ledgers())
    new = dict(old)
    for name in list(new):
        choice = draw(st.integers(0, 3))
        if choice == 0:
            del new[name]
        elif choice == 1:
            other = draw(orders(name))
            fields = draw(
                st.sets(
                    st.sampled_from(
                        (
                            "gsus",
                            "term",
                            "status",
                            "end",
                            "model",
                            "location",
                            "auto_renew",
                            "from_",
                            "superseded_by",
                            "start",
                        )
                    ),
                    min_size=1,
                    max_size=3,
                )
            )
            new[name] = replace(new[name], **{field: getattr(other, field) for field in fields})
    for name in draw(st.sets(st.sampled_from("abcdef"), max_size=2)):
        new.setdefault(name, draw(orders(name)))
    return old, ledger(*new.values())


def sampled(book: Ledger, pool: Pool, moment: datetime) -> int:
    """GSUs committed in a pool at an instant, by looking at every order: slow, and hard to get wrong."""
    total = 0
    for order in book.values():
        if order.pool != pool:
            continue
        span = committed_span(order, AS_OF, book.get(order.from_ or ""))
        if span and span.start <= moment < span.end:
            total += span.gsus
    return total


def dips(old: Ledger, new: Ledger) -> bool:
    pools = {order.pool for book in (old, new) for order in book.values()}
    moments = [midnight(AS_OF) + timedelta(days=day) for day in range(0, 420, 1)]
    return any(
        sampled(new, pool, moment) < sampled(old, pool, moment) for pool in pools for moment in moments
    )


@given(edited())
@settings(max_examples=150)
def test_what_lowers_the_curve_anywhere_is_never_just_allowed(books: tuple[Ledger, Ledger]) -> None:
    old, new = books
    found = transitions(old, new, catalogue.load(), AS_OF)
    if dips(old, new):
        assert any(change.verdict is not Verdict.ALLOWED for change in found)


@given(edited())
@settings(max_examples=150)
def test_without_a_declared_move_or_correction_what_lowers_the_curve_is_refused(
    books: tuple[Ledger, Ledger],
) -> None:
    old = ledger(*(replace(order, from_=None) for order in books[0].values()))
    new = ledger(*(replace(order, from_=None, superseded_by=()) for order in books[1].values()))
    found = transitions(old, new, catalogue.load(), AS_OF)
    moved = {Kind.MOVE_MODEL, Kind.RELOCATE, Kind.RECORD, Kind.RENEW}
    if dips(old, new) and not any(change.kind in moved for change in found):
        assert any(change.refused for change in found)


@given(ledgers())
@settings(max_examples=60)
def test_no_change_yields_no_transitions(book: Ledger) -> None:
    assert transitions(book, ledger(*book.values()), catalogue.load(), AS_OF) == ()


@given(edited(), st.randoms())
@settings(max_examples=80)
def test_the_order_of_orders_does_not_matter(books: tuple[Ledger, Ledger], shuffler: random.Random) -> None:
    old, new = books
    shuffled = []
    for book in books:
        entries = list(book.items())
        shuffler.shuffle(entries)
        shuffled.append(Ledger(dict(entries)))
    assert transitions(old, new, catalogue.load(), AS_OF) == transitions(*shuffled, catalogue.load(), AS_OF)


@given(st.integers(2, 60), st.data())
@settings(max_examples=80)
def test_a_declared_split_conserves_gsu_time_and_passes(gsus: int, data: st.DataObject) -> None:
    parts = data.draw(st.integers(1, gsus - 1))
    end = datetime(2027, 1, 1, tzinfo=UTC)
    whole = Order(
        name="a",
        project="acme-genai",
        model=_MODELS[0],
        location="global",
        gsus=gsus,
        term=Term.QUARTER,
        status=Status.ACTIVE,
        end=end,
    )
    kept, given_up = replace(whole, gsus=gsus - parts), replace(whole, name="b", gsus=parts, from_="a")
    old, new = ledger(whole), ledger(kept, given_up)
    found = transitions(old, new, catalogue.load(), AS_OF)
    assert not any(change.refused for change in found)
    assert sum(change.exposure_usd for change in found) == 0
    assert _total(old) == _total(new)


@given(st.integers(2, 60), st.data())
@settings(max_examples=60)
def test_a_split_that_loses_any_gsu_is_refused(gsus: int, data: st.DataObject) -> None:
    parts = data.draw(st.integers(1, gsus - 1))
    lost = data.draw(st.integers(1, parts))
    end = datetime(2027, 1, 1, tzinfo=UTC)
    whole = Order(
        name="a",
        project="acme-genai",
        model=_MODELS[0],
        location="global",
        gsus=gsus,
        term=Term.QUARTER,
        status=Status.ACTIVE,
        end=end,
    )
    taken = [replace(whole, name="b", gsus=parts - lost, from_="a")] if parts > lost else []
    found = transitions(
        ledger(whole), ledger(replace(whole, gsus=gsus - parts), *taken), catalogue.load(), AS_OF
    )
    assert any(change.refused for change in found)


@given(st.sampled_from(("project", "model", "location", "term")), st.integers(1, 60))
@settings(max_examples=40)
def test_a_declared_move_conserves_gsu_time_and_passes(what: str, gsus: int) -> None:
    end = datetime(2027, 1, 1, tzinfo=UTC)
    source = Order(
        name="a",
        project="acme-genai",
        model=_MODELS[0],
        location="global",
        gsus=gsus,
        term=Term.QUARTER,
        status=Status.ACTIVE,
        end=end,
    )
    target = {"project": "acme-other", "model": _MODELS[1], "location": "eu", "term": Term.YEAR}[what]
    taker = replace(source, name="b", from_="a", **{what: target})
    if what == "term":
        taker = replace(taker, end=datetime(2027, 10, 1, tzinfo=UTC))
    old, new = ledger(source), ledger(replace(source, status=Status.SUPERSEDED, superseded_by=("b",)), taker)
    found = transitions(old, new, catalogue.load(), AS_OF)
    assert not any(change.refused for change in found), [change.text for change in found]
    assert _total(new) >= _total(old)
    assert what == "term" or _total(new) == _total(old)


def test_a_correction_lowers_the_curve_only_with_a_review() -> None:
    end = datetime(2027, 1, 1, tzinfo=UTC)
    wrong = Order(
        name="a",
        project="acme-genai",
        model=_MODELS[0],
        location="global",
        gsus=54,
        term=Term.QUARTER,
        status=Status.ACTIVE,
        end=end,
    )
    mended = replace(
        wrong,
        gsus=45,
        correction=Correction(was={"gsus": 54}, reason="mistyped", reviewed_by="approver@example.com"),
    )
    found = transitions(ledger(wrong), ledger(mended), catalogue.load(), AS_OF)
    assert {change.verdict for change in found if change.kind is Kind.CORRECT} == {Verdict.REVIEW}
    assert not any(change.refused for change in found)


def _total(book: Ledger, as_of: date = AS_OF) -> float:
    return sum(gsu_hours(spans) for spans in spans_of(book, as_of, {}).values())
