"""Renewals as a calendar: reviews that open and fall due, the last day to change an order, and the end of its term, with alarms.

Every event is a whole day without a time zone. Google documents neither the hour nor the zone of an order's end (Purchase page,
2026-09-30), so an hour would be made up; a whole day also reads the same wherever the calendar is opened. UIDs depend on stack, order
and term alone, so that importing a newer file moves events instead of doubling them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from throughput.instants import midnight
from throughput.renewals import RenewalItem, ReviewState

if TYPE_CHECKING:
    from icalendar import Event

_DOMAIN = "vertex-throughput"


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """One all-day event: what it is called, on which day, what to do, and how many days ahead to remind."""

    uid: str
    day: date
    summary: str
    description: str
    remind_days: tuple[int, ...]


def occasions(stack: str, items: Iterable[RenewalItem]) -> tuple[Occasion, ...]:
    """The events of a stack's renewals, by day. Reviews that are made, or not needed, have none."""
    found = [occasion for item in items for occasion in _of(stack, item)]
    return tuple(sorted(found, key=lambda occasion: (occasion.day, occasion.uid)))


def _of(stack: str, item: RenewalItem) -> Iterator[Occasion]:
    order = item.order
    what = f"{stack}/{order.name}"
    facts = f"{order.gsus} GSU of {order.model} in {order.location} ({order.project}), {order.term.words}."
    review = f"pt renewals review {stack} {order.name}"

    def occasion(kind: str, day: date, summary: str, todo: str, *remind: int) -> Occasion:
        return Occasion(
            uid=f"{stack}.{order.name}.{item.ends}.{kind}@{_DOMAIN}",
            day=day,
            summary=summary,
            description=f"{facts}\nOn {item.ends} it {item.then}.\n{todo}",
            remind_days=remind,
        )

    if item.renews and item.state is not ReviewState.REVIEWED and item.opens and item.due:
        yield occasion("review-opens", item.opens, f"{what}: renewal review opens", review, 0)
        yield occasion("review-due", item.due, f"{what}: renewal review due", review, 7, 1)
    if item.renews:
        todo = "After today no change to this term's end is sure to be done in time."
        yield occasion("last-change", item.last_change, f"{what}: last day to change it", todo, 14, 3)
        todo = f"Record the renewal: pt order record {stack} {order.name}"
        yield occasion("ends", item.ends, f"{what} renews with {item.gsus} GSU", todo, 14, 1)
    else:
        todo = "In the last five days before an end without renewal nothing can be changed."
        yield occasion(
            "last-change", item.last_change, f"{what}: last day to keep it from lapsing", todo, 14, 3
        )
        todo = f"Record it: pt order record {stack} {order.name} --status expired"
        yield occasion("ends", item.ends, f"{what} lapses: {item.gsus} GSU gone", todo, 14, 1)


def calendar_file(found: Iterable[Occasion], as_of: date) -> bytes:
    """The events as an iCalendar file (RFC 5545). `as_of` stamps it, so that the same input gives the same bytes."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//{_DOMAIN}//renewals//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Provisioned Throughput renewals")
    for occasion in found:
        calendar.add_component(_event(occasion, midnight(as_of)))
    return bytes(calendar.to_ical())


def _event(occasion: Occasion, stamp: datetime) -> "Event":
    from icalendar import Alarm, Event

    event = Event()
    event.add("uid", occasion.uid)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", occasion.day)
    # The end of an all-day event is the day after it.
    event.add("dtend", occasion.day + timedelta(days=1))
    event.add("summary", occasion.summary)
    event.add("description", occasion.description)
    # It takes nobody's time: the day stays free.
    event.add("transp", "TRANSPARENT")
    for days in occasion.remind_days:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", occasion.summary)
        # Nine in the morning, local time, so many days before: the event begins at the reader's own midnight.
        alarm.add("trigger", timedelta(hours=9) - timedelta(days=days))
        event.add_component(alarm)
    return event
