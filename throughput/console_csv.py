"""Reading the Console's CSV export of orders, the only machine-readable list of them there is.

The release notes of 2026-05-08 name the export; Google documents neither its columns nor its formats. So the columns are recognised by
several spellings, a date is believed only when it can't be read in two ways, and a file that isn't such an export is refused.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from throughput import console_cells as cells_of
from throughput.console_cells import letters
from throughput.orders import Status, Term
from throughput.problems import ConfigError, Problem, nearest

_MAX_BYTES = 8_000_000

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
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise _refused(file, "is a spreadsheet or an archive; export CSV instead")
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
        raise _refused(file, "isn't text: it holds control characters")
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
        key = letters(name)
        field = next((field for field, spellings in COLUMNS.items() if key in spellings), None)
        if field is None:
            # "Start date (UTC)": what stands in brackets is a remark.
            key = letters(re.sub(r"\(.*?\)", "", name))
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
        raise ConfigError(
            Problem(
                file=file,
                line=line,
                message=f"isn't the Console's export of orders: no column for {wanted}. Found: {shown}",
                hint=_near(
                    missing, [name for index, name in enumerate(header) if index not in found.values()]
                )
                or "Provisioned Throughput page › Download CSV; spellings are in docs/console-csv.md",
                code="console-csv/not-an-export",
            )
        )
    return found


def _near(missing: Sequence[str], header: Sequence[str]) -> str | None:
    """A column that wasn't recognised and whose name comes close to a missing one."""
    for field in missing:
        for name in header:
            if nearest(letters(name), COLUMNS[field]) is not None:
                return f"Is {name.strip()!r} meant to be {_title(field)}?"
    return None


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
    status, cancelled = cells_of.status(cells["status"], wrong)
    gsus = cells_of.gsus(cells["gsus"], wrong)
    term = cells_of.term(cells.get("term", ""), wrong)
    start = cells_of.moment("start", cells.get("start", ""), wrong)
    end = cells_of.moment("end", cells.get("end", ""), wrong)
    renew = cells_of.yes_or_no(cells["auto_renew"], wrong) if "auto_renew" in cells else None
    if len(problems) > before:
        return None
    return ConsoleOrder(
        line=line,
        order_id=cells_of.text(cells.get("order_id", "")),
        name=cells_of.text(cells.get("name", "")),
        project=cells_of.last_part(cells.get("project", "")),
        model=cells_of.last_part(cells["model"]) or "",
        location=cells["location"].strip().lower(),
        gsus=gsus,
        term=term,
        status=status,
        cancelled=cancelled,
        start=start,
        end=end,
        auto_renew=renew,
    )


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
