"""Installed libraries against the traps that are known of them, as dated data."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from throughput.doctor.findings import Finding, Outcome, Section

_STALE_DAYS = 180


@dataclass(frozen=True, kw_only=True)
class Trap:
    """One trap: a package, the versions it is in, and what to do."""

    package: str
    code: str
    severity: Outcome
    message: str
    fix: str
    source: str
    as_of: date
    from_: str | None = None
    below: str | None = None
    docs: str | None = None

    def catches(self, version: str) -> bool:
        """Whether a version has it. A version that can't be compared is taken for the newest."""
        found = numbers(version)
        low = self.from_ is None or not found or found >= numbers(self.from_)
        return low and (self.below is None or (bool(found) and found < numbers(self.below)))


@cache
def traps() -> tuple[Trap, ...]:
    """All known traps."""
    import yaml

    text = resources.files("throughput.doctor").joinpath("libraries.yaml").read_text(encoding="utf-8")
    rows = yaml.safe_load(text)["traps"]
    return tuple(
        Trap(
            **{("from_" if key == "from" else key): value for key, value in row.items() if key != "severity"},
            severity=Outcome(row["severity"]),
        )
        for row in rows
    )


def watched() -> list[str]:
    """The packages that traps are known of, each once."""
    return sorted({trap.package for trap in traps()})


def numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version, without trailing zeros: 2.10.0rc1 is (2, 10)."""
    match = re.match(r"v?(\d+(?:\.\d+)*)", version)
    found = [int(part) for part in match[1].split(".")] if match else []
    while found and found[-1] == 0:
        found.pop()
    return tuple(found)


def library_findings(installed: Mapping[str, str], where: str, as_of: date) -> list[Finding]:
    """Findings about the installed versions (by package name, normalised) of the environment called `where`."""
    names = watched()
    present = {name: version for name, version in installed.items() if name in names}
    found = [
        _finding(
            trap.code,
            trap.severity,
            f"{trap.package} {present[trap.package]}: {trap.message}",
            f"{trap.fix}{f', see {trap.docs}' if trap.docs else ''}",
        )
        for trap in traps()
        if trap.package in present and trap.catches(present[trap.package])
    ]
    if not present:
        message = f"none of the {len(names)} libraries with known traps is installed in {where}"
        found.append(_finding("none", Outcome.OK, message))
    oldest = min(trap.as_of for trap in traps())
    if (as_of - oldest).days > _STALE_DAYS:
        message = f"what is known of these libraries is of {oldest}; newer versions may differ"
        found.append(_finding("stale", Outcome.WARNING, message, "take a newer version of this tool"))
    return found


def _finding(code: str, outcome: Outcome, message: str, fix: str | None = None) -> Finding:
    return Finding(
        section=Section.LIBRARIES, code=f"libraries/{code}", outcome=outcome, message=message, fix=fix
    )
