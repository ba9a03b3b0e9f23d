"""Every rendering says the same, keeps to its format, and lets no text out of its place."""

import json
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given, settings

from tests.throughput.check.reports import AWKWARD, FILE, report
from throughput.check import document, github, junit, markdown, sarif, text
from throughput.check.report import Report

RENDERINGS: list[Callable[[Report], str]] = [
    text.render,
    markdown.render,
    document.render,
    github.render,
    sarif.render,
    junit.render,
]
# The part of SARIF 2.1.0 that this tool writes, closed, so that nothing outside of the standard slips in.
_TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
SARIF = {
    "type": "object",
    "required": ["version", "runs", "$schema"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name", "rules"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id", "shortDescription", "fullDescription", "help"],
                                            "properties": {
                                                "id": {"type": "string", "pattern": "^[a-z-]+$"},
                                                "shortDescription": _TEXT,
                                                "fullDescription": _TEXT,
                                                "help": _TEXT,
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "originalUriBaseIds": {"type": "object"},
                    "invocations": {
                        "type": "array",
                        "items": {"type": "object", "required": ["executionSuccessful"]},
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["ruleId", "message", "level"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": _TEXT,
                                "partialFingerprints": {
                                    "type": "object",
                                    "additionalProperties": {"type": "string"},
                                },
                                "locations": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "properties": {
                                            "physicalLocation": {
                                                "type": "object",
                                                "required": ["artifactLocation", "region"],
                                                "properties": {
                                                    "artifactLocation": {
                                                        "type": "object",
                                                        "required": ["uri"],
                                                        "properties": {
                                                            "uri": {
                                                                "type": "string",
                                                                "pattern": "^[A-Za-z0-9._~/%-]+$",
                                                            }
                                                        },
                                                    },
                                                    "region": {
                                                        "type": "object",
                                                        "required": ["startLine"],
                                                        "properties": {
                                                            "startLine": {"type": "integer", "minimum": 1}
                                                        },
                                                    },
                                                },
                                            }
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


def _unescaped(value: str) -> str:
    """As the runner reads a command's text back."""
    for escape, char in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        value = value.replace(escape, char)
    return value


class TestAnyText:
    @given(AWKWARD)
    @settings(max_examples=60)
    def test_github_commands_stay_one_line_each_and_give_the_text_back(self, told: str) -> None:
        lines = github.render(report(told, problems=True)).removesuffix("\n").split("\n")
        # The runner reads lines by any line end.
        assert not any("\r" in line for line in lines)
        for line in lines:
            found = re.fullmatch(r"::(error|warning|notice) ([^:\n]*)::(.*)", line, re.DOTALL)
            assert found, line
            names = [part.partition("=")[0] for part in found[2].split(",")]
            assert names in (["title"], ["file", "title"], ["file", "line", "title"])
        assert (
            any(
                _unescaped(line.split("::", 2)[2]).startswith(f"chat {told}\nNext: {told}")
                for line in lines
                if told
            )
            or not told
        )

    @given(AWKWARD)
    @settings(max_examples=60)
    def test_a_property_gives_its_text_back(self, told: str) -> None:
        escaped = github.in_property(told)
        assert not set(escaped) & set(":,\r\n")
        assert _unescaped(escaped) == told
        assert _unescaped(github.in_message(told)) == told

    @given(AWKWARD)
    @settings(max_examples=60)
    def test_junit_is_well_formed_and_counts_what_it_holds(self, told: str) -> None:
        for problems in (False, True):
            root = ElementTree.fromstring(junit.render(report(told, problems=problems)).encode())
            for suite in root.iter("testsuite"):
                cases = suite.findall("testcase")
                assert int(suite.attrib["tests"]) == len(cases)
                for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
                    assert int(suite.attrib[name]) == sum(case.find(tag) is not None for case in cases)

    @given(AWKWARD)
    @settings(max_examples=60)
    def test_sarif_keeps_to_the_standard_and_every_index_fits(self, told: str) -> None:
        for problems in (False, True):
            log = json.loads(sarif.render(report(told, problems=problems)))
            jsonschema.validate(log, SARIF)
            [run] = log["runs"]
            rules = run["tool"]["driver"]["rules"]
            for result in run["results"]:
                assert rules[result["ruleIndex"]]["id"] == result["ruleId"]

    @given(AWKWARD)
    @settings(max_examples=60)
    def test_json_gives_every_text_back(self, told: str) -> None:
        read = json.loads(document.render(report(told)))
        assert read["version"] == 1
        assert read["stacks"][0]["changes"][0]["summary"] == told
        assert read["stacks"][0]["findings"][0]["message"] == f"chat {told}"

    @given(AWKWARD)
    @settings(max_examples=60)
    def test_markdown_opens_no_html_no_table_cell_and_no_mention(self, told: str) -> None:
        rendered = markdown.render(report(told))
        ours = re.compile(r"</?(details|summary|sub|br)>|<!-- pt-check -->")
        outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", ours.sub("", rendered))
        assert not re.search(r"(?<!\\)<", outside)
        assert not re.search(r"(?<![\w.+\-])@\w", outside)
        for line in rendered.splitlines():
            if line.startswith("| chat"):
                assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 7

    @given(AWKWARD)
    @settings(max_examples=60)
    def test_a_code_span_ends_where_it_should(self, told: str) -> None:
        span = markdown.code(told)
        found = re.fullmatch(r"(`+)(.*)\1", span)
        assert found
        assert found[1] not in re.findall(r"`+", found[2])


class TestTheSameEverywhere:
    def test_the_verdict_comes_first_with_the_money(self) -> None:
        whole = report()
        assert whole.verdict == "2 rules broken, 1 advice, 1 not checked, $43,800 newly committed"
        assert text.render(whole).startswith(f"❌ {whole.verdict}\n")
        assert markdown.render(whole).startswith("### ❌ Provisioned Throughput: 2 rules broken")
        assert json.loads(document.render(whole))["summary"] == whole.verdict

    @pytest.mark.parametrize("render", RENDERINGS)
    def test_every_rendering_names_rule_and_place(self, render: Callable[[Report], str]) -> None:
        rendered = render(report())
        assert "exposure-approved" in rendered
        assert FILE in rendered
        assert re.search(r"\b31\b", rendered)

    @pytest.mark.parametrize("render", RENDERINGS)
    def test_every_rendering_says_what_wasnt_checked(self, render: Callable[[Report], str]) -> None:
        assert "a stack nobody could read" in render(report("a stack nobody could read"))

    def test_findings_and_problems_are_as_many_in_every_machine_format(self) -> None:
        whole = report(stacks=3, remarks=2)
        found = len(list(whole.all_remarks))
        log = json.loads(sarif.render(whole))
        read = json.loads(document.render(whole))
        assert len(log["runs"][0]["results"]) == found
        assert len(read["findings"]) + sum(len(stack["findings"]) for stack in read["stacks"]) == found
        commands = github.render(whole).splitlines()
        assert sum("line=31" in line for line in commands) == found

    @pytest.mark.parametrize(("problems", "code"), [(False, 1), (True, 2)])
    def test_what_cant_be_judged_outranks_a_violation(self, problems: bool, code: int) -> None:
        whole = report(problems=problems)
        assert whole.exit_code == code
        assert json.loads(document.render(whole))["exitCode"] == code
        assert (
            json.loads(sarif.render(whole))["runs"][0]["invocations"][0]["executionSuccessful"]
            is not problems
        )


class TestTheComment:
    def test_it_fits_whatever_the_number_of_stacks_and_names_the_rest(self) -> None:
        rendered = markdown.render(report("word " * 60, stacks=200, remarks=10))
        assert len(rendered) < 65_536
        assert "Too long for a comment" in rendered
        assert rendered.rstrip().endswith(markdown.MARKER)

    def test_the_block_to_paste_stands_alone(self) -> None:
        assert "  ```yaml\n  approval: {gsus: 15}\n  ```" in markdown.render(report())

    def test_a_settings_change_that_loosens_the_check_is_marked(self) -> None:
        line = next(line for line in markdown.render(report()).splitlines() if "approvers" in line)
        assert "decides what passes from now on" in line


def test_an_empty_report_passes_in_every_format() -> None:
    quiet = Report(base="main", commit="0" * 40, stacks=())
    rendered: list[Any] = [render(quiet) for render in RENDERINGS]
    assert all(rendered)
    assert quiet.exit_code == 0
    assert quiet.mark == "✅"
