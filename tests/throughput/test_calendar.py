"""The calendar file: whole days, stable identities, alarms, and a library's parser that finds nothing to say."""

from datetime import date, datetime, timedelta

import icalendar
from icalendar import Calendar

from tests.throughput.orders_for_tests import ledger, order
from throughput.calendar import calendar_file, occasions
from throughput.config.models import Rules
from throughput.orders import Decision, Renewal, Term
from throughput.renewals import upcoming

AS_OF = date(2026, 11, 10)
APPROVERS = ["approver@example.com"]


def items(*orders, as_of: date = AS_OF):
    return upcoming(ledger(*orders), as_of, Rules(), APPROVERS)


def events(*orders, as_of: date = AS_OF):
    data = calendar_file(occasions("prod", items(*orders, as_of=as_of)), as_of)
    calendar = Calendar.from_ical(data)
    assert isinstance(calendar, Calendar)
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


RENEWING = order("chat", next_term_gsus=40)
LAPSING = order("images", auto_renew=False)
REVIEWED = order(
    "chat",
    renewal=Renewal(
        decision=Decision.RENEW,
        for_term_ending=date(2027, 1, 1),
        reviewed_by=APPROVERS[0],
        reviewed_on=date(2026, 11, 9),
        reason="as busy as before",
    ),
)


class TestTheFileIsACalendar:
    def test_that_the_library_reads_without_errors(self) -> None:
        calendar = icalendar.Calendar.from_ical(
            calendar_file(occasions("prod", items(RENEWING, LAPSING)), AS_OF)
        )
        assert calendar["version"] == "2.0"
        assert calendar["prodid"]
        for component in calendar.walk():
            assert component.errors == []
            missing = [name for name in component.required if name not in component]
            assert missing == []

    def test_with_crlf_and_short_lines(self) -> None:
        data = calendar_file(occasions("prod", items(RENEWING)), AS_OF)
        lines = data.split(b"\r\n")
        assert b"\n" not in data.replace(b"\r\n", b"")
        assert max(map(len, lines)) <= 75

    def test_that_is_the_same_for_the_same_input(self) -> None:
        found = occasions("prod", items(RENEWING, LAPSING))
        assert calendar_file(found, AS_OF) == calendar_file(found, AS_OF)

    def test_without_events_when_nothing_runs(self) -> None:
        assert events() == {}


class TestEventsAreWholeDays:
    def test_without_an_hour_or_a_zone(self) -> None:
        """A DATE is the same day for readers in every zone; an instant would move to the day before in America."""
        for event in events(RENEWING, LAPSING).values():
            start, end = event["dtstart"], event["dtend"]
            assert type(start.dt) is date
            assert end.dt - start.dt == timedelta(days=1)
            assert "TZID" not in start.params
            assert start.params.get("VALUE") == "DATE"

    def test_stamped_in_utc(self) -> None:
        (stamp, *_) = [event["dtstamp"].dt for event in events(RENEWING).values()]
        assert stamp == datetime.fromisoformat("2026-11-10T00:00:00Z")
        assert b"DTSTAMP:20261110T000000Z" in calendar_file(occasions("prod", items(RENEWING)), AS_OF)

    def test_on_the_days_that_matter(self) -> None:
        found = {uid.split(".")[-1].split("@")[0]: event for uid, event in events(RENEWING).items()}
        assert {kind: event["dtstart"].dt.isoformat() for kind, event in found.items()} == {
            "review-opens": "2026-11-02",
            "review-due": "2026-12-02",
            "last-change": "2026-12-27",
            "ends": "2027-01-01",
        }
        assert found["ends"]["summary"] == "prod/chat renews with 40 GSU"
        assert "pt renewals review prod chat" in found["review-due"]["description"]

    def test_naming_the_capacity_that_goes(self) -> None:
        summaries = [str(event["summary"]) for event in events(LAPSING).values()]
        assert summaries == [
            "prod/images: last day to keep it from lapsing",
            "prod/images lapses: 45 GSU gone",
        ]

    def test_without_reviews_that_are_made(self) -> None:
        assert [uid.split(".")[-1] for uid in events(REVIEWED)] == [
            "last-change@vertex-throughput",
            "ends@vertex-throughput",
        ]

    def test_weekly_orders_only_end(self) -> None:
        weekly = order("burst", term=Term.WEEK, auto_renew=False, start=None)
        assert len(events(weekly)) == 2


class TestIdentities:
    def test_stay_the_same_on_another_day(self) -> None:
        assert set(events(RENEWING)) == set(events(RENEWING, as_of=date(2026, 11, 20)))

    def test_differ_between_orders_stacks_and_terms(self) -> None:
        here = {occasion.uid for occasion in occasions("prod", items(RENEWING, LAPSING))}
        there = {occasion.uid for occasion in occasions("dev", items(RENEWING))}
        later = {occasion.uid for occasion in occasions("prod", items(RENEWING, as_of=date(2027, 1, 5)))}
        assert len(here) == 6
        assert not here & there
        assert not here & later


class TestAlarms:
    def test_ring_in_the_morning_before_the_day(self) -> None:
        (due,) = [event for uid, event in events(RENEWING).items() if "review-due" in uid]
        triggers = [alarm["trigger"].dt for alarm in due.walk("VALARM")]
        assert triggers == [timedelta(hours=9, days=-7), timedelta(hours=9, days=-1)]
        assert all(alarm["action"] == "DISPLAY" and alarm["description"] for alarm in due.walk("VALARM"))

    def test_belong_to_every_event(self) -> None:
        assert all(event.walk("VALARM") for event in events(RENEWING, LAPSING).values())
