"""Cells of the Console's export as values: statuses, GSUs, terms, switches and dates.

A cell that could mean two things means nothing: it is reported through `Wrong`, never guessed.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import PurePath

from throughput.instants import parse_instant
from throughput.orders import Status, Term

# Called with a field and what is wrong with its cell.
Wrong = Callable[[str, str], None]

STATUSES: Mapping[str, Status | None] = {
    "pendingreview": Status.REQUESTED,
    "pending": Status.REQUESTED,
    "inreview": Status.REQUESTED,
    "requested": Status.REQUESTED,
    "approved": Status.APPROVED,
    "active": Status.ACTIVE,
    "activated": Status.ACTIVE,
    "expired": Status.EXPIRED,
    # Originals of restructured orders and withdrawn requests are both called cancelled; the ledger tells them apart.
    "cancelled": None,
    "canceled": None,
    "superseded": Status.SUPERSEDED,
}
_TERMS: Mapping[str, Term] = {
    **dict.fromkeys(("1week", "week", "oneweek", "weekly", "7days", "1wk", "1w", "p1w", "p7d"), Term.WEEK),
    **dict.fromkeys(("1month", "month", "onemonth", "monthly", "30days", "1mo", "1m", "p1m"), Term.MONTH),
    **dict.fromkeys(
        ("3months", "3month", "threemonths", "quarter", "90days", "3mo", "3m", "p3m"), Term.QUARTER
    ),
    **dict.fromkeys(
        ("1year", "year", "oneyear", "yearly", "annual", "365days", "12months", "1yr", "1y", "p1y"), Term.YEAR
    ),
}
_YES = ("yes", "true", "on", "enabled", "1", "y")
_NO = ("no", "false", "off", "disabled", "0", "n")
_NOTHING = ("", "-", "–", "—", "n/a", "na", "none", "null")


def letters(text: str) -> str:
    """A name without case, spaces and punctuation, as spellings are compared."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def text(cell: str) -> str | None:
    """The cell, or None where it only says that there is nothing."""
    return None if cell.lower() in _NOTHING else cell


def last_part(cell: str) -> str | None:
    """`publishers/google/models/gemini-3.8-flash` and `projects/my-project` name what stands last."""
    shown = text(cell)
    return PurePath(shown).name.lower() if shown else None


def status(cell: str, wrong: Wrong) -> tuple[Status | None, bool]:
    """The status, and whether the Console calls it cancelled, which is no status of the ledger."""
    key = letters(cell)
    if key not in STATUSES:
        wrong(
            "status", f"{cell!r} isn't a known status: Pending review, Approved, Active, Expired, Cancelled"
        )
        return None, False
    return STATUSES[key], STATUSES[key] is None


def gsus(cell: str, wrong: Wrong) -> int:
    """A whole number of GSUs, with thousands separators where there are any."""
    found = re.fullmatch(
        r"(\d{1,3}(?:[,' ]\d{3})+|\d{1,7})(?:\.0+)?\s*(?:gsus?)?", cell.strip(), re.IGNORECASE
    )
    count = int(re.sub(r"\D", "", found[1])) if found else 0
    if not 1 <= count <= 1_000_000:
        wrong("gsus", f"{cell!r} isn't a whole number of GSUs")
    return count


def term(cell: str, wrong: Wrong) -> Term | None:
    """The term, or None where the cell is empty."""
    if cell.lower() in _NOTHING:
        return None
    found = _TERMS.get(letters(cell))
    if found is None:
        wrong("term", f"{cell!r} isn't a known term: {', '.join(known.words for known in Term)}")
    return found


def yes_or_no(cell: str, wrong: Wrong) -> bool | None:
    """A switch, or None where the cell says neither."""
    shown = cell.lower()
    if shown in _YES or shown in _NO:
        return shown in _YES
    if shown in _NOTHING:
        return None
    wrong("auto_renew", f"{cell!r} is neither yes nor no")
    return None


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        1,
    )
    for name in names
}
_CLOCK = r"(?:[ ,T]+(?:at )?(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([AaPp])?\.?(?:[Mm]\.?)?)?"
_ZONE = r"\s*(Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)?"
_ISO = re.compile(rf"(\d{{4}})-(\d{{2}})-(\d{{2}}){_CLOCK}{_ZONE}")
_MONTH_FIRST = re.compile(rf"([A-Za-z]+)\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}}){_CLOCK}{_ZONE}")
_DAY_FIRST = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?[ -]([A-Za-z]+)\.?,?[ -](\d{{4}}){_CLOCK}{_ZONE}")
_NUMBERS = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}.*|\d{1,2}-\d{1,2}-\d{2,4}.*")


def moment(field: str, cell: str, wrong: Wrong) -> datetime | None:
    """A date or an instant. Without a time zone it is taken as UTC, since Google names none; without an hour, as 00:00."""
    shown = " ".join(cell.replace("\u202f", " ").replace("\u00a0", " ").split())
    if shown.lower() in _NOTHING:
        return None
    if _NUMBERS.fullmatch(shown):
        wrong(field, f"{cell!r} can be read in two ways: write 2027-01-31 or Jan 31, 2027")
        return None
    try:
        return parse_instant(_parsed(shown))
    except ValueError:
        wrong(field, f"{cell!r} isn't a date: 2027-01-31, 2027-01-31T08:30:00Z or Jan 31, 2027, 8:30 AM UTC")
        return None


def _parsed(shown: str) -> datetime:
    """Raises `ValueError` for what is no date."""
    if found := _ISO.fullmatch(shown):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif found := _MONTH_FIRST.fullmatch(shown):
        year, month, day = int(found[3]), _MONTHS.get(found[1].lower(), 0), int(found[2])
    elif found := _DAY_FIRST.fullmatch(shown):
        year, month, day = int(found[3]), _MONTHS.get(found[2].lower(), 0), int(found[1])
    else:
        raise ValueError(shown)
    hour, minute, second = int(found[4] or 0), int(found[5] or 0), int(found[6] or 0)
    if found[7]:
        if not 1 <= hour <= 12:
            raise ValueError(shown)
        hour = hour % 12 + (12 if found[7] in "Pp" else 0)
    if not 2020 <= year <= 2100:
        raise ValueError(shown)
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC) - _offset(found[8])


def _offset(zone: str | None) -> timedelta:
    found = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?", zone or "")
    if found is None:
        return timedelta(0)
    size = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return -size if found[1] == "-" else size
