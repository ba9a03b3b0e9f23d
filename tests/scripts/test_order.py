"""`pt order`: sheet, record, import and next, on a real project folder."""

import json
import os
import stat
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from scripts.__main__ import run
from tests.scripts.handover_project import STACK, commit, project

AS_OF = ["--as-of", "2026-12-10"]


class Caller:
    """Runs `pt` in a project and keeps what it printed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.path = project(folder)
        self.capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str, as_of: bool = True) -> int:
        code = run([*arguments, *(AS_OF if as_of else [])])
        self.out, self.err = self.capsys.readouterr()
        assert "Traceback" not in self.err
        return code

    def json(self, *arguments: str) -> dict[str, Any]:
        self(*arguments, "--json")
        document: dict[str, Any] = json.loads(self.out)
        assert document["version"] == 1
        return document

    def edit(self, old: str, new: str) -> None:
        text = self.path.read_text()
        assert text.count(old) == 1
        self.path.write_text(text.replace(old, new))


@pytest.fixture
def pt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Caller:
    monkeypatch.chdir(tmp_path)
    return Caller(tmp_path, capsys)


class TestSheet:
    def test_a_new_order_lists_every_field_of_the_form(self, pt: Caller) -> None:
        assert pt("order", "sheet", "prod", "new") == 0
        assert pt.out.startswith("PLACE a new order")
        for line in (
            "Model        gemini-3.8-flash",
            "Region       eu",
            "GSUs         2",
            "Term         1 month",
        ):
            assert line in pt.out
        assert "roles/aiplatform.provisionedThroughputAdmin in acme-genai" in pt.out
        assert "buyers: pt-buyers@example.com" in pt.out
        assert "30,000 requests a minute" in pt.out
        assert "notices@example.com" in pt.out
        assert "pt order record prod new --status requested --id ID" in pt.out

    def test_a_claude_order_is_a_letter(self, pt: Caller) -> None:
        pt("order", "sheet", "prod", "claude")
        assert pt.out.startswith("ASK THE ACCOUNT TEAM for a new order")
        assert "We ask for a new Provisioned Throughput order, 8 GSU of claude-haiku-4-5." in pt.out
        assert "Console ›" not in pt.out

    @pytest.mark.parametrize(
        ("old", "new", "title", "expected"),
        [
            ("gsus: 45", "gsus: 60", "INCREASE an active order", "GSUs   45 → 60"),
            (
                "autoRenew: true",
                "autoRenew: true\n      nextTermGsus: 30",
                "SCHEDULE the next term",
                "GSUs from the next term on   45 → 30",
            ),
            ("autoRenew: true", "autoRenew: false", "TURN AUTO-RENEWAL OFF", "Auto-renew   on → off"),
            (
                "gemini-3.8-flash   # exact",
                "gemini-3.5-flash   # exact",
                "CHANGE THE MODEL",
                "3.8-flash → gemini-3.5-flash",
            ),
            ("location: global", "location: us", "CHANGE THE REGION", "Region   global → us"),
            (
                "gsus: 45\n      term: 3-months\n      autoRenew: true",
                "gsus: 60\n      term: 3-months\n      autoRenew: false",
                "CHANGE an active order",
                "GSUs         45 → 60",
            ),
        ],
    )
    def test_a_change_is_found_against_git(
        self, pt: Caller, old: str, new: str, title: str, expected: str
    ) -> None:
        commit(pt.folder)
        pt.edit(old, new)
        assert pt("order", "sheet", "prod", "chat") == 0
        assert pt.out.startswith(title)
        assert expected in pt.out
        assert "› 481 › Edit" in pt.out
        assert "Compared with git HEAD." in pt.out

    @pytest.mark.parametrize(
        ("giver", "taker", "title", "steps"),
        [
            (
                "gsus: 45\n      term: 3-months",
                "gsus: 30\n      term: 3-months",
                "SPLIT an active order",
                ["1. Split 15 GSU off 481 into a new order"],
            ),
        ],
    )
    def test_a_split_says_how(self, pt: Caller, giver: str, taker: str, title: str, steps: list[str]) -> None:
        commit(pt.folder)
        pt.edit(giver, taker)
        part = "    part: {model: gemini-3.8-flash, location: global, gsus: 15, term: 3-months, autoRenew: true, from: chat}\n"
        pt.path.write_text(pt.path.read_text() + part)
        assert pt("order", "sheet", "prod", "part") == 0
        assert pt.out.startswith(title)
        assert all(step in pt.out for step in steps)
        assert "pt order record prod chat --gsus 30 --effective DATE" in pt.out
        assert "Nothing beyond what is committed already." in pt.out

    @pytest.mark.parametrize(
        ("changes", "title", "step"),
        [
            ("location: global, term: 1-year", "LENGTHEN THE TERM", "Increase the term of 481 to 1 year"),
            ("location: us, term: 3-months", "CHANGE THE REGION", "Edit 481: region us"),
        ],
    )
    def test_a_whole_order_moves(self, pt: Caller, changes: str, title: str, step: str) -> None:
        commit(pt.folder)
        pt.edit("status: active", "status: superseded\n      supersededBy: next")
        pt.path.write_text(
            pt.path.read_text()
            + f"    next: {{model: gemini-3.8-flash, gsus: 45, autoRenew: true, from: chat, {changes}}}\n"
        )
        assert pt("order", "sheet", "prod", "next") == 0
        assert pt.out.startswith(title)
        assert step in pt.out

    def test_a_request_taken_out_of_the_file_is_cancelled(self, pt: Caller) -> None:
        commit(pt.folder)
        pt.edit(
            "    asked: {model: gemini-3.8-flash, location: eu, gsus: 3, term: 1-week, status: requested}\n",
            "",
        )
        assert pt("order", "sheet", "prod", "asked") == 0
        assert pt.out.startswith("CANCEL a request that is under review")

    def test_nobody_is_handed_a_change_that_the_rules_refuse(self, pt: Caller) -> None:
        commit(pt.folder)
        pt.edit("gsus: 45", "gsus: 30")
        assert pt("order", "sheet", "prod", "chat") == 1
        assert "45 → 30 GSU before its term ends on 2027-01-01" in pt.err
        assert pt.out == ""
        assert "nextTermGsus" in pt.json("order", "sheet", "prod", "chat")["refused"][0]

    def test_nothing_to_do_is_said(self, pt: Caller) -> None:
        commit(pt.folder)
        assert pt("order", "sheet", "prod", "chat") == 0
        assert "nothing to do in the Console" in pt.out
        assert "pt renewals review prod chat" in pt.out

    def test_another_commit_can_be_named(self, pt: Caller) -> None:
        commit(pt.folder)
        assert pt("order", "sheet", "prod", "chat", "--base", "no-such-ref") == 2
        assert "git knows no commit 'no-such-ref' here" in pt.err
        assert pt("order", "sheet", "prod", "chat", "--base", "HEAD") == 0

    def test_the_local_state_comes_before_git(self, pt: Caller) -> None:
        from throughput.config.loader import load_stack
        from throughput.config.order_models import plain_order

        orders = {name: plain_order(order) for name, order in load_stack(pt.folder, "prod").ledger.items()}
        resource = {"type": "vertex-throughput:index:Ledger", "inputs": {"orders": orders}}
        state = pt.folder / ".local/.pulumi/stacks/vertex-throughput/prod.json"
        state.parent.mkdir(parents=True)
        state.write_text(json.dumps({"checkpoint": {"latest": {"resources": [resource]}}}))
        pt.edit("gsus: 45", "gsus: 60")
        pt("order", "sheet", "prod", "chat")
        assert "GSUs   45 → 60" in pt.out
        assert "Compared with the state of the local backend." in pt.out
        state.write_text("{")
        pt("order", "sheet", "prod", "chat")
        assert "since the local state can't be read" in pt.out

    def test_html_is_one_escaped_page_that_loads_nothing(self, pt: Caller) -> None:
        pt.edit("orderId: '481'", "orderId: '<b>\"481\"&'\n      confirmed: {gsus: 30, date: '2026-10-01'}")
        target = pt.folder / "chat.html"
        assert pt("order", "sheet", "prod", "chat", "--format", "html", "--output", str(target)) == 0
        assert pt.out == ""
        page = target.read_text()
        assert "<b>" not in page
        assert "&lt;b&gt;" in page
        parser = _Page()
        parser.feed(page)
        assert parser.open == []
        assert parser.loads == []
        assert "@page" in page
        assert "30 → 45" not in page
        assert '<td class="old">30</td><td class="new">45</td>' in page

    def test_markdown_is_a_table(self, pt: Caller) -> None:
        pt("order", "sheet", "prod", "new", "--format", "markdown")
        assert "| GSUs | **2** |" in pt.out
        assert "```sh\npt order record prod new" in pt.out

    def test_json_holds_the_same_values(self, pt: Caller) -> None:
        document = pt.json("order", "sheet", "prod", "new")
        (sheet,) = document["sheets"]
        assert (sheet["work"], sheet["channel"]) == ("place", "console")
        assert {"field": "GSUs", "to": "2"} in sheet["set"]
        assert sheet["exposureUsd"] == document["exposureUsd"]

    def test_an_unknown_order_names_the_nearest(self, pt: Caller) -> None:
        assert pt("order", "sheet", "prod", "chats") == 2
        assert "Did you mean chat?" in pt.err


class _Page(HTMLParser):
    """Which elements stay open, and what a page would load from elsewhere."""

    _VOID = ("meta", "br", "link", "img")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self._VOID:
            self.open.append(tag)
        self.loads += [f"{tag} {name}" for name, _ in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


class TestRecord:
    def test_a_purchase_is_written_and_nothing_else(self, pt: Caller) -> None:
        before = pt.path.read_text()
        assert pt("order", "record", "prod", "new", "--id", "777", "--status", "requested") == 0
        after = pt.path.read_text()
        added = "      status: requested\n      orderId: '777'\n"
        assert after == before.replace(
            "      gsus: 2\n      term: 1-month\n", f"      gsus: 2\n      term: 1-month\n{added}"
        )
        assert "+      orderId: '777'" in pt.out
        assert "Wrote stacks/Pulumi.prod.yaml" in pt.err

    def test_an_end_that_is_not_given_is_computed_and_said(self, pt: Caller) -> None:
        assert (
            pt("order", "record", "prod", "images", "--status", "active", "--start", "2026-12-01T08:30:00Z")
            == 0
        )
        assert "+      end: '2026-12-31T08:30:00Z'" in pt.out
        assert "is computed" in pt.err

    @pytest.mark.parametrize("end", ["2026-12-28", "2027-01-01", "2027-01-02"])
    def test_ends_that_a_calendar_month_can_have_are_believed(self, pt: Caller, end: str) -> None:
        arguments = [
            "order",
            "record",
            "prod",
            "images",
            "--status",
            "active",
            "--start",
            "2026-12-01",
            "--end",
            end,
        ]
        assert pt(*arguments) == 0

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (
                ["images", "--status", "active", "--start", "2026-12-01", "--end", "2027-12-01"],
                "Plausible ends for 1 month from 2026-12-01: 2026-12-28 to 2027-01-02",
            ),
            (
                ["images", "--status", "active", "--start", "2026-12-01", "--end", "2026-11-01"],
                "can't be 1 month",
            ),
            (["images", "--status", "active", "--start", "2026-12-11"], "which is after 2026-12-10"),
            (["images", "--status", "active"], "needs the day it became active"),
            (["images", "--status", "draft"], "an approved order can't be cancelled"),
            (["images", "--id", "481"], "order id 481 is recorded for prod/chat already"),
            (["chat", "--status", "expired"], "an active order can't be cancelled before its term ends"),
            (["chat", "--end", "2026-12-31"], "a term can't end early"),
            (["chat", "--id", "999"], "the id names what was bought"),
            (["chat", "--gsus", "45", "--effective", "2026-12-11"], "is after 2026-12-10"),
            (["chat", "--effective", "2026-12-09"], "Add --gsus N"),
            (["chat", "--status", "superseded"], "says what took it over: supersededBy"),
        ],
    )
    def test_what_cannot_be_true_is_refused(self, pt: Caller, arguments: list[str], expected: str) -> None:
        before = pt.path.read_bytes()
        assert pt("order", "record", "prod", *arguments) == 1
        assert expected.lower() in pt.err.lower()
        assert pt.path.read_bytes() == before

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (["chat"], "nothing to record"),
            (["chat", "--gsus", "0"], "0 is not in the range"),
            (["chat", "--id", " x"], "no spaces around"),
            (["chat", "--start", "1.12.2026"], "allowed: a date such as"),
            (["chta", "--gsus", "45"], "Did you mean chat?"),
        ],
    )
    def test_bad_usage_is_said(self, pt: Caller, arguments: list[str], expected: str) -> None:
        assert pt("order", "record", "prod", *arguments) == 2
        assert expected in pt.err

    def test_confirmed_gsus(self, pt: Caller) -> None:
        assert pt("order", "record", "prod", "chat", "--gsus", "45", "--effective", "2026-12-09") == 0
        assert "+      confirmed: {gsus: 45, date: '2026-12-09'}" in pt.out
        assert pt("order", "record", "prod", "chat", "--gsus", "40") == 0
        assert "still pending" in pt.err

    def test_a_renewal_uses_up_the_scheduled_gsus(self, pt: Caller) -> None:
        pt.edit("autoRenew: true", "autoRenew: true\n      nextTermGsus: 30")
        code = run(["order", "record", "prod", "chat", "--end", "2027-04-01", "--as-of", "2027-01-05"])
        assert code == 0
        text = pt.path.read_text()
        assert "gsus: 30" in text
        assert "nextTermGsus" not in text
        assert "start: '2027-01-01'\n      end: '2027-04-01'" in text

    def test_a_split_keeps_the_end_of_what_it_came_from(self, pt: Caller) -> None:
        part = "    part: {model: gemini-3.8-flash, location: global, gsus: 15, term: 3-months, autoRenew: true, from: chat}\n"
        pt.edit("gsus: 45\n", "gsus: 30\n")
        pt.path.write_text(pt.path.read_text() + part)
        active = ["order", "record", "prod", "part", "--status", "active", "--start", "2026-12-09"]
        assert pt(*active) == 1
        assert "keeps that order's end" in pt.err
        assert pt(*active, "--end", "2027-01-01") == 0
        assert "status: active, start: '2026-12-09', end: '2027-01-01'}" in pt.path.read_text()

    def test_a_dry_run_writes_nothing(self, pt: Caller) -> None:
        before = pt.path.read_bytes()
        assert pt("order", "record", "prod", "new", "--status", "requested", "--dry-run") == 0
        assert "+      status: requested" in pt.out
        assert pt.path.read_bytes() == before

    def test_recording_twice_changes_nothing(self, pt: Caller) -> None:
        pt("order", "record", "prod", "new", "--status", "requested")
        assert pt("order", "record", "prod", "new", "--status", "requested") == 0
        assert "says so already" in pt.out

    def test_links_and_modes_stay(self, pt: Caller) -> None:
        real = pt.folder / "elsewhere.yaml"
        pt.path.rename(real)
        pt.path.symlink_to(real)
        os.chmod(real, 0o640)
        assert pt("order", "record", "prod", "new", "--status", "requested") == 0
        assert pt.path.is_symlink()
        assert stat.S_IMODE(real.stat().st_mode) == 0o640
        assert "status: requested" in real.read_text()
        assert sorted(path.name for path in pt.folder.iterdir()) == [
            "Pulumi.yaml",
            "elsewhere.yaml",
            "stacks",
        ]

    def test_json_says_what_was_set(self, pt: Caller) -> None:
        document = pt.json("order", "record", "prod", "new", "--status", "requested", "--id", "777")
        assert document["set"] == {"status": "requested", "orderId": "777"}
        assert document["written"] is True
        refused = pt.json("order", "record", "prod", "new", "--id", "481")
        assert "recorded for prod/chat already" in refused["refused"][0]


HEADER = "Order ID,Order name,Project,Model,Region,GSUs,Term,Status,Start date,Expiration date,Auto-renew\n"
CHAT = "481,chat,acme-genai,gemini-3.8-flash,global,45,3 months,Active,2026-10-01,2027-01-01,Enabled\n"
IMAGES = "482,images,acme-genai,gemini-3.8-flash,us,5,1 month,Active,2026-12-01,2027-01-01,Disabled\n"
ASKED = "483,asked,acme-genai,gemini-3.8-flash,eu,3,1 week,Pending review,,,Disabled\n"
SAME = "482,images,acme-genai,gemini-3.8-flash,us,5,1 month,Approved,,,Disabled\n"


class TestImport:
    @pytest.fixture
    def export(self, pt: Caller):
        def write(*rows: str) -> str:
            path = pt.folder / "orders.csv"
            path.write_text(HEADER + "".join(rows))
            return str(path)

        return write

    def test_agreement_is_0(self, pt: Caller, export) -> None:
        pt("order", "record", "prod", "asked", "--id", "483")
        assert pt("order", "import", export(CHAT, SAME, ASKED)) == 0
        assert "3 match, 0 differ, 0 unknown in the ledger, 0 missing in the Console" in pt.out

    def test_each_kind_of_disagreement_is_named(self, pt: Caller, export) -> None:
        other = "999,stray,acme-genai,gemini-3.5-flash,us,20,1 year,Active,2026-10-01,2027-10-01,Enabled\n"
        gone = "998,old,acme-genai,gemini-3.5-flash,us,20,1 year,Expired,2025-10-01,2026-10-01,Disabled\n"
        document = pt.json("order", "import", export(CHAT.replace(",45,", ",50,"), IMAGES, other, gone))
        assert document["matched"] == []
        fields = {
            entry["order"]: {difference["field"]: difference["safe"] for difference in entry["differences"]}
            for entry in document["differing"]
        }
        assert fields == {"chat": {"gsus": False}, "images": {"status": True, "start": True, "end": True}}
        assert [entry["orderId"] for entry in document["unknown"]] == ["999"]
        assert [entry["order"] for entry in document["missing"]] == ["asked"]
        assert document["past"] == 1
        assert pt("order", "import", str(pt.folder / "orders.csv")) == 1

    def test_write_updates_what_is_safe_and_says_what_it_left(self, pt: Caller, export) -> None:
        before = pt.path.read_text()
        assert (
            pt("order", "import", export(CHAT.replace("2027-01-01", "2027-02-01"), IMAGES, ASKED), "--write")
            == 1
        )
        after = pt.path.read_text()
        expected = before.replace(
            "      status: approved\n      orderId: '482'\n",
            "      status: active\n      orderId: '482'\n      start: '2026-12-01'\n      end: '2027-01-01'\n",
        ).replace("status: requested}", "status: requested, orderId: '483'}")
        assert after == expected
        assert "left: dates of an active order move only with a longer term or a renewal" in pt.out
        assert pt("order", "import", export(CHAT, IMAGES, ASKED)) == 0

    def test_write_is_0_when_everything_is_settled(self, pt: Caller, export) -> None:
        assert pt("order", "import", export(CHAT, IMAGES, ASKED), "--write") == 0

    def test_dates_that_cannot_be_are_left(self, pt: Caller, export) -> None:
        wrong = IMAGES.replace("2027-01-01", "2027-12-01")
        before = pt.path.read_text()
        assert pt("order", "import", export(CHAT, wrong), "--write") == 1
        assert "not written: images: from 2026-12-01 to 2027-12-01 is 365 days" in pt.out
        assert pt.path.read_text() == before

    def test_an_increase_is_confirmed(self, pt: Caller, export) -> None:
        pt.edit("end: '2027-01-01'", "end: '2027-01-01'\n      confirmed: {gsus: 30, date: '2026-10-01'}")
        pt("order", "import", export(CHAT, SAME, ASKED), "--write")
        assert "confirmed: {gsus: 45, date: '2026-12-10'}" in pt.path.read_text()

    def test_two_possible_orders_are_not_guessed(self, pt: Caller, export) -> None:
        pt.edit(
            "    claude:",
            "    twin: {model: gemini-3.8-flash, location: eu, gsus: 3, term: 1-week, status: requested}\n    claude:",
        )
        document = pt.json("order", "import", export(CHAT, SAME, ASKED.replace("asked", "who")))
        assert document["unknown"][0]["candidates"] == ["prod/asked", "prod/twin"]

    def test_a_cancelled_original_is_not_unknown(self, pt: Caller, export) -> None:
        document = pt.json(
            "order",
            "import",
            export(CHAT, SAME, ASKED, CHAT.replace("481", "480").replace("Active", "Cancelled")),
        )
        assert document["unknown"] == []
        assert document["past"] == 1

    def test_a_file_that_is_no_export_is_refused(self, pt: Caller) -> None:
        other = pt.folder / "other.csv"
        other.write_text("date,amount\n2026-12-01,5\n")
        assert pt("order", "import", str(other)) == 2
        assert "isn't the Console's export of orders: no column for Model, Region, GSUs, Status" in pt.err
        assert "Found: 'date', 'amount'" in pt.err

    def test_all_stacks_are_held_against_it(self, pt: Caller, export) -> None:
        project(pt.folder, STACK.replace("'481'", "'581'").replace("'482'", "'582'"), "dev")
        document = pt.json("order", "import", export(CHAT, SAME, ASKED))
        assert {(entry["stack"], entry["order"]) for entry in document["missing"]} >= {
            ("dev", "chat"),
            ("dev", "images"),
        }


class TestNext:
    def test_every_order_has_a_line_and_a_command(self, pt: Caller) -> None:
        assert pt("order", "next", "prod") == 0
        for expected in (
            "place new: 2 GSU",
            "pt order sheet prod new",
            "record images once it is active",
            "see what Google decided about asked",
            "review chat by 2026-12-02 (overdue)",
        ):
            assert expected in pt.out

    def test_a_dear_draft_is_agreed_on_first(self, pt: Caller) -> None:
        pt("order", "next", "prod")
        assert "agree on what claude commits" in pt.out

    def test_one_order_shows_its_whole_way(self, pt: Caller) -> None:
        assert pt("order", "next", "prod", "new") == 0
        stages = ["estimate", "fit", "price", "place", "approve", "activate", "verify", "watch", "renew"]
        positions = [pt.out.index(f"  {stage} ") for stage in stages]
        assert positions == sorted(positions)
        assert "→  place" in pt.out

    def test_json(self, pt: Caller) -> None:
        document = pt.json("order", "next", "prod", "images")
        assert document["steps"][0]["step"] == "activate"
        assert len(document["stages"]) == 9

    def test_a_withdrawn_request_is_not_forgotten(self, pt: Caller) -> None:
        commit(pt.folder)
        pt.edit(
            "    asked: {model: gemini-3.8-flash, location: eu, gsus: 3, term: 1-week, status: requested}\n",
            "",
        )
        pt("order", "next", "prod")
        assert "cancel the request asked" in pt.out


def test_without_a_subcommand_help_is_shown(pt: Caller) -> None:
    assert pt("order", as_of=False) == 2
    assert "sheet" in pt.out + pt.err
