"""Dates and instants of the ledger: always UTC, always explicit.

A plain date means 00:00 UTC of that day. Google documents neither the hour nor the time zone at which an order expires (Purchase
page, 2026-09-30), so verdicts are taken by the day; an instant is kept where one was recorded.
"""

import functools
import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

# The Pulumi CLI hands an unquoted YAML date to the program in this third form.
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(?:\.\d+)?\s*(?:Z|\+00:00|\+0000 UTC|UTC)"
)
_ALLOWED = "allowed: a date such as 2027-01-01, or a UTC instant such as 2027-01-01T08:30:00Z"


def parse_instant(value: Any) -> datetime:
    """Read a date or UTC instant; returns an aware UTC `datetime`. Raises `ValueError` with the allowed forms."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone; " + _ALLOWED)
        return value.astimezone(UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if not isinstance(value, str):
        raise ValueError(_ALLOWED)
    text = value.strip()
    try:
        if _DATE.fullmatch(text):
            return _plausible(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC))
        if found := _INSTANT.fullmatch(text):
            clock = found[2] + (found[3] or ":00")
            return _plausible(
                datetime.strptime(f"{found[1]} {clock}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
            )
    except ValueError as error:
        raise ValueError(_ALLOWED) from error
    raise ValueError(_ALLOWED)


def parse_day(value: Any) -> date:
    """Read a calendar day; an instant is refused unless it is midnight UTC, since it would lose its hour."""
    moment = parse_instant(value)
    if (moment.hour, moment.minute, moment.second) != (0, 0, 0):
        raise ValueError("allowed: a date such as 2027-01-01")
    return moment.date()


def _plausible(moment: datetime) -> datetime:
    if not 2020 <= moment.year <= 2100:
        raise ValueError(_ALLOWED)
    return moment


def day_of(moment: datetime) -> date:
    """The UTC day of an instant."""
    return moment.astimezone(UTC).date()


@functools.lru_cache(maxsize=64)
def midnight(day: date) -> datetime:
    """00:00 UTC of a day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def text_of(moment: datetime | date) -> str:
    """The shortest exact spelling: the date alone when the instant is midnight UTC."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    moment = moment.astimezone(UTC)
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return moment.date().isoformat()
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def hours_between(start: datetime, end: datetime) -> int:
    """Whole hours from start to end, rounded up; 0 when end isn't after start."""
    return max(0, -((start - end) // timedelta(hours=1)))


_INSTANT_SCHEMA = {
    "type": "string",
    "description": "A date (00:00 UTC) or a UTC instant, quoted: '2027-01-01' or '2027-01-01T08:30:00Z'",
}
_DAY_SCHEMA = {"type": "string", "description": "A date, quoted: '2027-01-01'"}

Instant = Annotated[
    datetime,
    BeforeValidator(parse_instant),
    PlainSerializer(text_of, return_type=str),
    WithJsonSchema(_INSTANT_SCHEMA),
    Field(),
]
Day = Annotated[
    date,
    BeforeValidator(parse_day),
    PlainSerializer(text_of, return_type=str),
    WithJsonSchema(_DAY_SCHEMA),
    Field(),
]
