"""Short names for findings about credentials."""

from throughput.doctor.findings import Finding, Outcome, Section


def problem(code: str, message: str, fix: str | None = None, place: str | None = None) -> Finding:
    """Something that won't work, or isn't safe to use."""
    return _finding(Outcome.PROBLEM, code, message, fix, place)


def warning(code: str, message: str, fix: str | None = None, place: str | None = None) -> Finding:
    """Something that works and shouldn't stay."""
    return _finding(Outcome.WARNING, code, message, fix, place)


def _finding(outcome: Outcome, code: str, message: str, fix: str | None, place: str | None) -> Finding:
    return Finding(
        section=Section.CREDENTIALS,
        code=f"credentials/{code}",
        outcome=outcome,
        message=message,
        fix=fix,
        place=place,
    )
