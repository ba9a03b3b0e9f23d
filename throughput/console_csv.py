"""Reading the Console's CSV export of orders, the only machine-readable list of them there is.

The release notes of 2026-05-08 name the export; Google documents neither its columns nor its formats. So the columns are recognised by
several spellings, a date is believed only when it can't be read in two ways, and a file that isn't such an export is refused.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePath

from throughput.instants import parse_instant
from throughput.orders import Status, Term
from throughput.problems import ConfigError, Problem, did_you_mean

_MAX_BYTES = 8_000_000
# Called with a field and what is wrong with its cell.
_Wrong = Callable[[str, str], None]

# Spellings of each column, in lower case with everything but letters and digits taken out.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "order_id": ("orderid", "id", "ordernumber", "provisionedthroughputid"),
    "name": ("ordername", "name", "displayname", "order"),
    "project": ("project", "projectid", "projectname"),
    "model": ("model", "modelid", "modelname", "modelversion", "publishermodel"),
    "location": ("region", "location", "endpoint"),
    "gsus": (
        "gsus",
        "gsu",
        "gsucount",
        "numberofgsus",
        "generativeaiscaleunits",
        "scaleunits",
        "units",
        "quantity",
    ),
    "term": ("term", "termlength", "commitment", "commitmentterm", "duration"),
    "status": ("status", "state", "orderstatus"),
    "start": ("start", "startdate", "starttime", "startdatetime", "activationdate", "activated", "termstart"),
    "end": (
        "end",
        "enddate",
        "endtime",
        "enddatetime",
        "expiration",
        "expirationdate",
        "expirationtime",
        "expirydate",
        "expires",
        "termend",
    ),
    "auto_renew": ("autorenew", "autorenewal", "automaticrenewal", "renewal", "renew"),
}
# An order can't be found again without these.
REQUIRED = ("model", "location", "gsus", "status")

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
_NO = ("no", "false", "off", "disabled", "0", "n", "")
_NOTHING = ("", "-", "–", "—", "n/a", "na", "none", "null")


@dataclass(frozen=True, kw_only=True)
class ConsoleOrder:
    """One row of the export. `line` is its line in the file; `cancelled` that the Console shows it as cancelled.

    What a column doesn't say, or isn't there to say, is None.
    """

    line: int
    order_id: str | None
    name: str | None
    project: str | None
    model: str
    location: str
    gsus: int
    term: Term | None
    status: Status | None
    cancelled: bool
    start: datetime | None
    end: datetime | None
    auto_renew: bool | None


@dataclass(frozen=True, kw_only=True)
class Export:
    """A whole export: its rows, which column each field was read from, and columns that nothing was read from."""

    orders: tuple[ConsoleOrder, ...]
    columns: Mapping[str, str]
    ignored: tuple[str, ...]


def read_export(file: str, data: bytes) -> Export:
    """Read an export. `file` is the name shown in problems.

    Raises `ConfigError` when it isn't one, with what was found, and for every cell that can't be read for sure.
    """
    text = _decode(file, data)
    rows = _rows(file, text)
    if not rows:
        raise _refused(file, "is empty")
    header_line, header = rows[0]
    columns = _columns(file, header_line, header)
    problems: list[Problem] = []
    orders = []
    for line, row in rows[1:]:
        cells = {field: row[index].strip() if index < len(row) else "" for field, index in columns.items()}
        if not any(cells.values()) or _is_footer(cells):
            continue
        order = _order(file, line, cells, problems)
        if order is not None:
            orders.append(order)
    _check_twice(file, orders, problems)
    if problems:
        raise ConfigError(problems)
    taken = set(columns.values())
    return Export(
        orders=tuple(orders),
        columns={field: header[index].strip() for field, index in columns.items()},
        ignored=tuple(
            name.strip() for index, name in enumerate(header) if index not in taken and name.strip()
        ),
    )


def _decode(file: str, data: bytes) -> str:
    if len(data) > _MAX_BYTES:
        raise _refused(file, f"is larger than {_MAX_BYTES:,} bytes")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in data[:200]:
        # A spreadsheet's "Unicode text" sometimes comes without its mark; ASCII in UTF-16 has a zero in every pair.
        encoding = "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
    else:
        encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _refused(file, f"isn't readable as text ({encoding})") from error
    if re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise _refused(
            file, "isn't text: it holds control characters; is it a spreadsheet? Export CSV instead"
        )
    return text


def _rows(file: str, text: str) -> list[tuple[int, list[str]]]:
    # Spreadsheets for Windows announce the separator in a first line of their own.
    announced = re.match(r"sep=(.)\r?\n", text)
    delimiter = announced[1] if announced else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row) and not (announced and reader.line_num == 1):
                rows.append((reader.line_num, row))
    except csv.Error as error:
        raise _refused(file, f"isn't CSV: {error}", reader.line_num) from error
    return rows


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=first.count)


def _columns(file: str, line: int, header: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, name in enumerate(header):
        key = _letters(name)
        field = next((field for field, spellings in COLUMNS.items() if key in spellings), None)
        if field is None:
            # "Start date (UTC)": what stands in brackets is a remark.
            key = _letters(re.sub(r"\(.*?\)", "", name))
            field = next((field for field, spellings in COLUMNS.items() if key in spellings), None)
        if field is None:
            continue
        if field in found:
            both = f"{header[found[field]].strip()!r} and {name.strip()!r}"
            raise _refused(file, f"has two columns for the same thing: {both}", line)
        found[field] = index
    missing = [field for field in REQUIRED if field not in found]
    if missing:
        shown = ", ".join(repr(name.strip()) for name in header[:12]) or "nothing"
        wanted = ", ".join(_title(field) for field in missing)
        close = next(
            (hint for name in header if (hint := did_you_mean(_letters(name), _spellings(missing)))), ""
        )
        raise ConfigError(
            Problem(
                file=file,
                line=line,
                message=f"isn't the Console's export of orders: no column for {wanted}. Found: {shown}",
                hint=close
                or "Provisioned Throughput page › Download CSV; spellings are in docs/console-csv.md",
                code="console-csv/not-an-export",
            )
        )
    return found


def _spellings(fields: Sequence[str]) -> list[str]:
    return [spelling for field in fields for spelling in COLUMNS[field]]


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _title(field: str) -> str:
    return {"gsus": "GSUs", "location": "Region", "auto_renew": "Auto-renew", "order_id": "Order ID"}.get(
        field, field.capitalize()
    )


def _is_footer(cells: Mapping[str, str]) -> bool:
    return not (cells["model"] or cells["location"] or cells["status"])


def _order(file: str, line: int, cells: Mapping[str, str], problems: list[Problem]) -> ConsoleOrder | None:
    before = len(problems)

    def wrong(field: str, message: str) -> None:
        problems.append(
            Problem(file=file, line=line, path=_title(field), message=message, code="console-csv/cell")
        )

    for field in ("model", "location"):
        if not cells[field]:
            wrong(field, "is empty")
    status, cancelled = _status(cells["status"], wrong)
    gsus = _gsus(cells["gsus"], wrong)
    term = _term(cells.get("term", ""), wrong)
    start = _moment("start", cells.get("start", ""), wrong)
    end = _moment("end", cells.get("end", ""), wrong)
    renew = _yes_or_no(cells["auto_renew"], wrong) if "auto_renew" in cells else None
    if len(problems) > before:
        return None
    return ConsoleOrder(
        line=line,
        order_id=_text(cells.get("order_id", "")),
        name=_text(cells.get("name", "")),
        project=_last_part(cells.get("project", "")),
        model=_last_part(cells["model"]) or "",
        location=cells["location"].strip().lower(),
        gsus=gsus,
        term=term,
        status=status,
        cancelled=cancelled,
        start=start,
        end=end,
        auto_renew=renew,
    )


def _text(cell: str) -> str | None:
    return None if cell.lower() in _NOTHING else cell


def _last_part(cell: str) -> str | None:
    """`publishers/google/models/gemini-3.8-flash` and `projects/my-project` name what stands last."""
    text = _text(cell)
    return PurePath(text).name.lower() if text else None


def _status(cell: str, wrong: _Wrong) -> tuple[Status | None, bool]:
    key = _letters(cell)
    if key not in STATUSES:
        wrong(
            "status", f"{cell!r} isn't a known status: Pending review, Approved, Active, Expired, Cancelled"
        )
        return None, False
    return STATUSES[key], STATUSES[key] is None


def _gsus(cell: str, wrong: _Wrong) -> int:
    found = re.fullmatch(
        r"(\d{1,3}(?:[,' ]\d{3})+|\d{1,7})(?:\.0+)?\s*(?:gsus?)?", cell.strip(), re.IGNORECASE
    )
    count = int(re.sub(r"\D", "", found[1])) if found else 0
    if not 1 <= count <= 1_000_000:
        wrong("gsus", f"{cell!r} isn't a whole number of GSUs")
    return count


def _term(cell: str, wrong: _Wrong) -> Term | None:
    if cell.lower() in _NOTHING:
        return None
    term = _TERMS.get(_letters(cell))
    if term is None:
        wrong("term", f"{cell!r} isn't a known term: {', '.join(term.words for term in Term)}")
    return term


def _yes_or_no(cell: str, wrong: _Wrong) -> bool | None:
    text = cell.lower()
    if text in _YES or text in _NO:
        return text in _YES
    if text in _NOTHING:
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


def _moment(field: str, cell: str, wrong: _Wrong) -> datetime | None:
    """A date or an instant. Without a time zone it is taken as UTC, since Google names none; without an hour, as 00:00."""
    text = " ".join(cell.replace("\u202f", " ").replace("\u00a0", " ").split())
    if text.lower() in _NOTHING:
        return None
    if _NUMBERS.fullmatch(text):
        wrong(field, f"{cell!r} can be read in two ways: write 2027-01-31 or Jan 31, 2027")
        return None
    try:
        return parse_instant(_parsed(text))
    except ValueError:
        wrong(field, f"{cell!r} isn't a date: 2027-01-31, 2027-01-31T08:30:00Z or Jan 31, 2027, 8:30 AM UTC")
        return None


def _parsed(text: str) -> datetime:
    """Raises `ValueError` for what is no date."""
    if found := _ISO.fullmatch(text):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif found := _MONTH_FIRST.fullmatch(text):
        year, month, day = int(found[3]), _MONTHS.get(found[1].lower(), 0), int(found[2])
    elif found := _DAY_FIRST.fullmatch(text):
        year, month, day = int(found[3]), _MONTHS.get(found[2].lower(), 0), int(found[1])
    else:
        raise ValueError(text)
    hour, minute, second = int(found[4] or 0), int(found[5] or 0), int(found[6] or 0)
    if found[7]:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if found[7] in "Pp" else 0)
    if not 2020 <= year <= 2100:
        raise ValueError(text)
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC) - _offset(found[8])


def _offset(zone: str | None) -> timedelta:
    found = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?", zone or "")
    if found is None:
        return timedelta(0)
    size = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return -size if found[1] == "-" else size


def _check_twice(file: str, orders: Sequence[ConsoleOrder], problems: list[Problem]) -> None:
    first: dict[str, int] = {}
    for order in orders:
        if order.order_id is None:
            continue
        if order.order_id in first:
            problems.append(
                Problem(
                    file=file,
                    line=order.line,
                    path="Order ID",
                    message=f"{order.order_id} is there twice (first on line {first[order.order_id]})",
                    code="console-csv/twice",
                )
            )
        first.setdefault(order.order_id, order.line)


def _refused(file: str, message: str, line: int | None = None) -> ConfigError:
    return ConfigError(
        Problem(
            file=file,
            line=line,
            message=message,
            hint="Expected: the CSV download of the Console's Provisioned Throughput page; see docs/console-csv.md",
            code="console-csv/not-an-export",
        )
    )
