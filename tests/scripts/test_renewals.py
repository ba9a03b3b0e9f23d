"""`pt renewals`: the table, the calendar file and the review, on a real project folder."""

import io
import json
import os
import pty
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from scripts.__main__ import run
from tests.scripts.handover_project import STACK, project

DAY = "2026-11-22"
RENEW = ["--decision", "renew", "--reviewer", "approver@example.com", "--reason", "as busy as before"]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    active = STACK.replace(
        "status: approved\n      orderId: '482'",
        "status: active\n      orderId: '482'\n      start: '2026-11-04'\n      end: '2026-12-04'",
    )
    return project(tmp_path, active)


@pytest.fixture
def pt(path: Path, capsys: pytest.CaptureFixture[str]):
    def call(*arguments: str, as_of: str = DAY) -> tuple[int, str, str]:
        code = run(["renewals", *arguments, "--as-of", as_of])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return call


def document(out: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out)
    assert found["version"] == 1
    return found


class TestTheTable:
    def test_names_what_renews_and_what_goes(self, pt) -> None:
        code, out, _ = pt()
        assert code == 0
        first, second = (line.split("   ") for line in out.splitlines()[1:3])
        assert first[0] == "12 days"
        assert "lapses: 5 GSU gone" in first
        assert second[0] == "40 days"
        assert "renews, 45 GSU" in second
        assert "missing, due 2026-12-02" in second
        assert "Next: pt renewals review prod chat" in out

    def test_has_a_column_for_stacks_only_when_there_are_several(self, pt, path: Path) -> None:
        assert "stack" not in pt()[1].splitlines()[0]
        project(path.parent.parent, STACK, "dev")
        assert "stack" in pt()[1].splitlines()[0]
        assert "stack" not in pt("prod")[1].splitlines()[0]
        assert len(document(pt("--json")[1])["renewals"]) == 3

    def test_can_look_only_so_far_ahead(self, pt) -> None:
        assert "chat" not in pt("--within", "20")[1]
        assert pt("--within", "3")[1] == "Nothing renews or lapses within 3 days in prod.\n"

    @pytest.mark.parametrize(
        ("as_of", "state", "shown"),
        [
            ("2026-11-01", "not open", "opens 2026-11-02"),
            ("2026-12-02", "missing", "missing, due 2026-12-02"),
            ("2026-12-03", "overdue", "OVERDUE since 2026-12-02"),
        ],
    )
    def test_shows_where_the_review_stands(self, pt, as_of: str, state: str, shown: str) -> None:
        found = {entry["order"]: entry for entry in document(pt("--json", as_of=as_of)[1])["renewals"]}
        assert found["chat"]["review"] == state
        assert found["chat"]["lastDayToChange"] == "2026-12-27"
        assert shown in pt(as_of=as_of)[1]

    def test_says_why_a_review_does_not_count(self, pt, path: Path) -> None:
        pt("review", "prod", "chat", *RENEW)
        path.write_text(path.read_text().replace("reviewedBy: approver@", "reviewedBy: nobody@"))
        _, out, _ = pt()
        assert "the recorded review doesn't count: reviewed by nobody@example.com" in out
        (entry,) = [entry for entry in document(pt("--json")[1])["renewals"] if entry["order"] == "chat"]
        assert entry["problems"][0]["code"] == "renewal/unknown-reviewer"

    @pytest.mark.parametrize(
        ("arguments", "expected"), [(["prdo"], "Did you mean prod?"), (["--within", "-1"], "-1")]
    )
    def test_bad_usage_is_2(self, pt, arguments: list[str], expected: str) -> None:
        code, _, err = pt(*arguments)
        assert code == 2
        assert expected in err

    def test_help_names_the_review(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["renewals", "--help"]) == 0
        out = capsys.readouterr().out
        assert "--ical" in out
        assert "review" in out


class TestTheCalendarFile:
    def test_is_written_beside_the_table(self, pt, path: Path) -> None:
        target = path.parent.parent / "renewals.ics"
        code, out, err = pt("--ical", str(target))
        assert code == 0
        assert "renews, 45 GSU" in out
        assert f"Wrote {target}: 6 events." in err
        calendar = Calendar.from_ical(target.read_bytes())
        days = {str(event["summary"]): event["dtstart"].dt for event in calendar.walk("VEVENT")}
        assert days["prod/chat: renewal review due"] == date(2026, 12, 2)
        assert days["prod/images lapses: 5 GSU gone"] == date(2026, 12, 4)

    def test_reads_the_same_days_in_every_time_zone(self, path: Path, tmp_path: Path, root: Path) -> None:
        """The whole command under clocks of both ends of the world: the same bytes, so the same days."""
        found = set()
        for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
            target = tmp_path / "zone.ics"
            arguments = ["renewals", "--ical", str(target), "--as-of", DAY]
            environment = {**os.environ, "TZ": zone, "PYTHONPATH": str(root)}
            subprocess.run(
                [sys.executable, "-P", "-m", "scripts", *arguments],
                check=True,
                capture_output=True,
                env=environment,
                cwd=tmp_path,
            )
            found.add(target.read_bytes())
        assert len(found) == 1

    def test_that_cannot_be_written_is_said(self, pt, tmp_path: Path) -> None:
        code, _, err = pt("--ical", str(tmp_path / "missing" / "file.ics"))
        assert code == 2
        assert "can't be written" in err


class TestTheReview:
    def test_renew_adds_the_record_alone(self, pt, path: Path) -> None:
        before = path.read_text()
        code, out, err = pt("review", "prod", "chat", *RENEW)
        assert code == 0
        added = (
            "      renewal:\n"
            "        decision: renew\n"
            "        forTermEnding: '2027-01-01'\n"
            "        reviewedBy: approver@example.com\n"
            "        reviewedOn: '2026-11-22'\n"
            "        reason: 'as busy as before'\n"
        )
        assert path.read_text() == before.replace(
            "      end: '2027-01-01'\n", f"      end: '2027-01-01'\n{added}"
        )
        assert "+        decision: renew" in out
        assert "utilisation  not known here" in err
        assert "renew, approver@example.com on 2026-11-22" in pt()[1]

    def test_resize_schedules_the_next_term(self, pt, path: Path) -> None:
        code, _, err = pt("review", "prod", "chat", *RENEW, "--decision", "resize", "--gsus", "30")
        assert code == 0
        assert "nextTermGsus: 30" in path.read_text()
        assert "A person must set it in the Console by 2026-12-27: pt order sheet prod chat" in err
        assert "renews, 30 GSU" in pt()[1]

    def test_lapse_turns_renewal_off(self, pt, path: Path) -> None:
        pt("review", "prod", "chat", *RENEW, "--decision", "resize", "--gsus", "30")
        assert pt("review", "prod", "chat", *RENEW, "--decision", "lapse")[0] == 0
        text = path.read_text()
        assert "autoRenew: false" in text
        assert "nextTermGsus" not in text
        assert "decision: lapse" in text

    def test_a_decision_can_be_taken_back(self, pt, path: Path) -> None:
        pt("review", "prod", "chat", *RENEW, "--decision", "lapse")
        assert pt("review", "prod", "chat", *RENEW)[0] == 0
        assert "autoRenew: true" in path.read_text()

    @pytest.mark.parametrize(
        ("arguments", "as_of", "expected"),
        [
            (["chat", *RENEW], "2026-11-01", "opens on 2026-11-02"),
            (["chat", *RENEW, "--reviewer", "nobody@example.com"], DAY, "isn't among the approvers"),
            (["chat", *RENEW, "--decision", "resize", "--gsus", "45"], DAY, "has 45 GSU already"),
            (["new", *RENEW], DAY, "has no end to decide about"),
            (["chat", *RENEW], "2027-01-05", "it renewed by itself"),
        ],
    )
    def test_what_does_not_count_is_refused(
        self, pt, path: Path, arguments: list[str], as_of: str, expected: str
    ) -> None:
        before = path.read_bytes()
        code, _, err = pt("review", "prod", *arguments, as_of=as_of)
        assert code == 1
        assert expected in err
        assert path.read_bytes() == before

    def test_a_frozen_order_is_left_alone(self, pt, path: Path) -> None:
        """In the last five days before an end without renewal nothing can be changed (Purchase page)."""
        path.write_text(path.read_text().replace("autoRenew: true", "autoRenew: false"))
        code, _, err = pt("review", "prod", "chat", *RENEW, as_of="2026-12-30")
        assert code == 1
        assert "in its last 5 days nothing can be changed" in err.lower()

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (["chat", "--decision", "renew"], "missing --reviewer, --reason"),
            (["chat", *RENEW, "--decision", "resize"], "missing --gsus"),
            (["chat", *RENEW, "--gsus", "30"], "--gsus goes with --decision resize, not renew"),
            (["chta", *RENEW], "Did you mean chat?"),
        ],
    )
    def test_bad_usage_is_2(
        self, pt, monkeypatch: pytest.MonkeyPatch, arguments: list[str], expected: str
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO())
        code, _, err = pt("review", "prod", *arguments)
        assert code == 2
        assert expected in err

    def test_a_dry_run_writes_nothing(self, pt, path: Path) -> None:
        before = path.read_bytes()
        code, out, _ = pt("review", "prod", "chat", *RENEW, "--dry-run")
        assert code == 0
        assert "+        decision: renew" in out
        assert path.read_bytes() == before

    def test_json_says_what_was_decided(self, pt) -> None:
        found = document(pt("review", "prod", "chat", *RENEW, "--json")[1])
        assert (found["decision"], found["forTermEnding"], found["written"]) == ("renew", "2027-01-01", True)

    def test_asks_on_a_terminal(self, path: Path, tmp_path: Path, root: Path) -> None:
        """A real pseudo-terminal: the questions come on standard error, and the answers are the same as the flags."""
        try:
            ours, theirs = pty.openpty()
        except OSError as error:
            pytest.skip(f"this machine gives no pseudo-terminal: {error}")
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "scripts", "renewals", "review", "prod", "chat", "--as-of", DAY],
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(root)},
        )
        os.close(theirs)
        os.write(ours, b"resize\n30\napprover@example.com\nquieter now\n")
        out, err = process.communicate(timeout=60)
        os.close(ours)
        assert process.returncode == 0, err.decode()
        assert b"+      nextTermGsus: 30" in out
        assert b"GSUs of the next term" in err
        assert "reason: 'quieter now'" in path.read_text()
