"""Libraries against the traps known of them."""

from datetime import date

import pytest

from throughput.doctor.findings import Outcome
from throughput.doctor.libraries import library_findings, numbers, traps

DAY = date(2026, 11, 26)


def codes(**installed: str) -> list[str]:
    found = library_findings(
        {name.replace("_", "-"): version for name, version in installed.items()}, "here", DAY
    )
    return [one.code.removeprefix("libraries/") for one in found]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("2.10.0rc1", (2, 10)),
        ("1.0", (1,)),
        ("v3.4.0", (3, 4)),
        ("0", ()),
        ("main", ()),
        ("1.66.0.post1", (1, 66)),
    ],
)
def test_versions_are_compared_by_their_numbers(version: str, expected: tuple[int, ...]) -> None:
    assert numbers(version) == expected


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("3.4.0", ["no-retries"]),
        ("2.34.0", ["no-retries"]),
        ("1.66.0", ["no-retries"]),
        ("1.65.9", ["no-retries", "half-traffic-types"]),
        ("1.10.0", ["no-retries", "half-traffic-types"]),
        ("1.9.0", ["no-retries", "no-traffic-type"]),
        ("0.8.0", ["no-retries", "no-traffic-type", "no-labels"]),
        ("0+unknown", ["no-retries"]),
    ],
)
def test_a_trap_catches_the_versions_it_is_in(version: str, expected: list[str]) -> None:
    assert codes(google_genai=version) == expected


def test_libraries_without_traps_are_passed_over_and_none_at_all_is_said() -> None:
    assert codes(requests="2.34.2") == ["none"]
    assert codes(litellm="1.110.2", requests="2.34.2") == ["embeddings-lose-headers"]
    assert codes(langchain_google_vertexai="4.0.0") == []


def test_old_knowledge_says_so() -> None:
    found = library_findings({}, "here", date(2027, 12, 1))
    assert [one.code for one in found if one.outcome is Outcome.WARNING] == ["libraries/stale"]


def test_every_trap_has_a_source_a_day_and_a_severity() -> None:
    for trap in traps():
        assert trap.source.startswith("https://")
        assert trap.as_of <= DAY
        assert trap.severity in (Outcome.PROBLEM, Outcome.WARNING)
    assert len({(trap.package, trap.code) for trap in traps()}) == len(traps())
