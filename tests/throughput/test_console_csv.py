"""The Console's export: spellings and encodings are tolerated, guesses aren't."""

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from throughput.console_csv import COLUMNS, REQUIRED, read_export
from throughput.orders import Status, Term
from throughput.problems import ConfigError

HEADER = "Order ID,Order name,Project,Model,Region,GSUs,Term,Status,Start date,Expiration date,Auto-renew"
ROW = "481,chat,my-project,gemini-3.6-flash,global,45,3 months,Active,2026-10-03,2027-01-01,Enabled"
TEXT = f"{HEADER}\n{ROW}\n"


def read(text: str | bytes):
    return read_export("orders.csv", text.encode() if isinstance(text, str) else text)


def only(text: str | bytes):
    (order,) = read(text).orders
    return order


def refusal(text: str | bytes) -> str:
    with pytest.raises(ConfigError) as caught:
        read(text)
    return str(caught.value)


class TestAnExportIsRead:
    def test_every_column(self) -> None:
        order = only(TEXT)
        assert (order.order_id, order.name, order.project) == ("481", "chat", "my-project")
        assert (order.model, order.location, order.gsus, order.term) == (
            "gemini-3.6-flash",
            "global",
            45,
            Term.QUARTER,
        )
        assert (order.status, order.auto_renew, order.cancelled, order.line) == (
            Status.ACTIVE,
            True,
            False,
            2,
        )
        assert order.start == datetime(2026, 10, 3, tzinfo=UTC)
        assert order.end == datetime(2027, 1, 1, tzinfo=UTC)

    @pytest.mark.parametrize(
        "data",
        [
            TEXT.encode("utf-8-sig"),
            TEXT.encode("utf-16"),
            b"\xff\xfe" + TEXT.encode("utf-16-le"),
            b"\xfe\xff" + TEXT.encode("utf-16-be"),
            TEXT.encode("utf-16-le"),
            TEXT.replace("\n", "\r\n").encode(),
            TEXT.rstrip("\n").encode(),
            TEXT.replace(",", ";").encode(),
            TEXT.replace(",", "\t").encode("utf-16"),
            ("sep=;\r\n" + TEXT.replace(",", ";").replace("\n", "\r\n")).encode(),
            f"\n\n{TEXT}\n\n".encode(),
        ],
    )
    def test_in_any_encoding_and_separator(self, data: bytes) -> None:
        order = only(data)
        assert (order.order_id, order.gsus, order.auto_renew) == ("481", 45, True)

    @pytest.mark.parametrize(
        ("field", "spelling"), [(field, spelling) for field, names in COLUMNS.items() for spelling in names]
    )
    def test_by_every_documented_spelling(self, field: str, spelling: str) -> None:
        titles = {key: names[0] for key, names in COLUMNS.items()} | {field: spelling.upper()}
        cells = dict(
            zip(
                (
                    "order_id",
                    "name",
                    "project",
                    "model",
                    "location",
                    "gsus",
                    "term",
                    "status",
                    "start",
                    "end",
                    "auto_renew",
                ),
                ROW.split(","),
                strict=True,
            )
        )
        text = ",".join(titles[key] for key in cells) + "\n" + ",".join(cells.values()) + "\n"
        order = only(text)
        assert getattr(order, field) is not None

    def test_with_remarks_in_brackets_and_unknown_columns(self) -> None:
        export = read(TEXT.replace("Start date", "Start time (UTC)").replace("Order name", "Colour"))
        assert export.ignored == ("Colour",)
        assert export.columns["start"] == "Start time (UTC)"
        assert export.orders[0].name is None

    def test_with_quoted_cells_and_long_resource_names(self) -> None:
        text = TEXT.replace("gemini-3.6-flash", "publishers/google/models/gemini-3.6-flash").replace(
            ",45,", ',"1,045",'
        )
        order = only(text)
        assert (order.model, order.gsus) == ("gemini-3.6-flash", 1045)

    @pytest.mark.parametrize(
        ("shown", "status", "cancelled"),
        [
            ("Pending review", Status.REQUESTED, False),
            ("PENDING_REVIEW", Status.REQUESTED, False),
            ("Approved", Status.APPROVED, False),
            ("active", Status.ACTIVE, False),
            ("Expired", Status.EXPIRED, False),
            ("Cancelled", None, True),
        ],
    )
    def test_with_each_status(self, shown: str, status: Status | None, cancelled: bool) -> None:
        order = only(TEXT.replace("Active", shown))
        assert (order.status, order.cancelled) == (status, cancelled)

    @pytest.mark.parametrize(
        ("shown", "moment"),
        [
            ("2026-10-03", "2026-10-03T00:00Z"),
            ("2026-10-03T08:30:00Z", "2026-10-03T08:30Z"),
            ("2026-10-03 08:30:00 UTC", "2026-10-03T08:30Z"),
            ("2026-10-03T08:30:00.123+02:00", "2026-10-03T06:30Z"),
            ("Oct 3, 2026", "2026-10-03T00:00Z"),
            ("October 3, 2026, 8:30 PM UTC", "2026-10-03T20:30Z"),
            ("Oct 3, 2026, 12:05:00 AM GMT-7", "2026-10-03T07:05Z"),
            ("3 Oct 2026", "2026-10-03T00:00Z"),
            ("03-Oct-2026", "2026-10-03T00:00Z"),
        ],
    )
    def test_with_dates_that_mean_one_thing(self, shown: str, moment: str) -> None:
        assert only(TEXT.replace("2026-10-03", f'"{shown}"')).start == datetime.fromisoformat(moment)

    def test_without_footers_and_blank_rows(self) -> None:
        assert len(read(f"{TEXT},,,,,,,,,,\nTotal,,,,,45,,,,,\n").orders) == 1


def test_the_page_names_every_spelling(root: Path) -> None:
    page = (root / "docs" / "console-csv.md").read_text()
    named = {re.sub(r"[^a-z0-9]", "", found.lower()) for found in re.findall(r"`([^`\n]+)`", page)}
    assert {spelling for spellings in COLUMNS.values() for spelling in spellings} <= named


class TestWhatIsNotAnExportIsRefused:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", "is empty"),
            ("a,b,c\n1,2,3\n", "no column for Model, Region, GSUs, Status. Found: 'a', 'b', 'c'"),
            ("<html><body>Sign in</body></html>", "isn't the Console's export"),
            ('{"orders": []}', "isn't the Console's export"),
            (b"PK\x03\x04\x14\x00\x06\x00\x08\x00", "spreadsheet"),
            (b"\xff\xfe\x00", "isn't readable as text"),
            (b"Model,Region,GSUs,Status\n\xe9,\n", "isn't readable as text"),
            ('Model,Region,GSUs,Status\n"gemini', "isn't CSV"),
            (
                "Model,Region,Location,GSUs,Status\n",
                "two columns for the same thing: 'Region' and 'Location'",
            ),
        ],
    )
    def test_with_what_was_found(self, text: str | bytes, expected: str) -> None:
        assert expected in refusal(text)

    def test_naming_the_missing_column(self) -> None:
        found = refusal(TEXT.replace("Status", "Statsu"))
        assert "no column for Status" in found
        assert "Is 'Statsu' meant to be Status?" in found

    @pytest.mark.parametrize("field", REQUIRED)
    def test_without_a_column_that_is_needed(self, field: str) -> None:
        title = {"model": "Model", "location": "Region", "gsus": "GSUs", "status": "Status"}[field]
        assert f"no column for {title}" in refusal(TEXT.replace(title, "Colour"))


class TestACellThatCanBeReadInTwoWaysIsRefused:
    @pytest.mark.parametrize(
        "shown", ["10/03/2026", "3/10/26", "03.10.2026", "10-03-2026", "10/03/2026 08:00"]
    )
    def test_dates_of_numbers(self, shown: str) -> None:
        found = refusal(TEXT.replace("2026-10-03", shown))
        assert found.startswith(f"orders.csv:2  Start: '{shown}' can be read in two ways")

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            (",45,", ",4.5,", "GSUs: '4.5' isn't a whole number"),
            (",45,", ",-45,", "GSUs: '-45' isn't a whole number"),
            (",45,", ",,", "GSUs: '' isn't a whole number"),
            (",45,", ",99999999,", "isn't a whole number"),
            ("3 months", "2 months", "Term: '2 months' isn't a known term: 1 week, 1 month"),
            ("Active", "Working", "Status: 'Working' isn't a known status"),
            ("Enabled", "perhaps", "Auto-renew: 'perhaps' is neither yes nor no"),
            ("2027-01-01", "soon", "End: 'soon' isn't a date"),
            ("2027-01-01", "2027-13-01", "End: '2027-13-01' isn't a date"),
            ("2027-01-01", "1999-01-01", "isn't a date"),
            (",global,", ",,", "Region: is empty"),
        ],
    )
    def test_others(self, old: str, new: str, expected: str) -> None:
        assert expected in refusal(TEXT.replace(old, new))

    def test_an_id_that_is_there_twice(self) -> None:
        assert "481 is there twice (first on line 2)" in refusal(f"{TEXT}{ROW}\n")

    def test_all_of_them_at_once(self) -> None:
        found = refusal(f"{HEADER}\n{ROW.replace(',45,', ',x,')}\n{ROW.replace('Active', 'x')}\n")
        assert re.findall(r"orders\.csv:\d", found) == ["orders.csv:2", "orders.csv:3"]


def read_or_refused(data: bytes) -> str:
    try:
        return str(read(data))
    except ConfigError as error:
        return str(error)


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_no_bytes_cause_anything_but_a_reading_or_a_refusal(data: bytes) -> None:
    assert read_or_refused(data)


@settings(max_examples=60)
@given(st.lists(st.text(max_size=30), min_size=11, max_size=11))
def test_no_cells_cause_anything_but_a_reading_or_a_refusal(cells: list[str]) -> None:
    stream = io.StringIO()
    csv.writer(stream).writerow(cells)
    assert read_or_refused(f"{HEADER}\n{stream.getvalue()}".encode("utf-8", "replace"))
