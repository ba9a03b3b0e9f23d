"""The table of changes, shared by the text and the Markdown."""

from throughput.check.report import BreakEven, Setting, StackReport, dollars
from throughput.check.settings import words
from throughput.transitions import Change, Kind

HEAD = ("order", "pool", "change", "from", "commits", "until")
NONE = "–"
_CHANNELS = {"standard": "to beat pay-as-you-go", "priority": "against Priority"}


def row(change: Change) -> tuple[str, ...]:
    """One change as cells. A purchase that a person still makes says so under `from`."""
    summary = f"{change.summary} (refused)" if change.refused else change.summary
    money = f"${dollars(change.exposure_usd)}" if change.exposure_usd and not change.refused else NONE
    return (
        change.order,
        str(change.pool),
        summary,
        change.effective or NONE,
        money,
        str(change.until) if change.until else NONE,
    )


def rows(stack: StackReport) -> list[tuple[str, ...]]:
    """All changes of a stack, refused ones first."""
    shown = sorted(stack.changes, key=lambda change: (not change.refused, change.order))
    return [row(change) for change in shown if change.kind is not Kind.ANNOTATE or len(shown) <= 20]


def setting_words(setting: Setting) -> str:
    """`rules.exposureLimitUsd: 5000 → 50000`."""
    return f"{setting.path}: {words(setting.old)} → {words(setting.new)}"


def break_even_words(figure: BreakEven) -> str:
    """`90 % of the GSU must really be used at 3 months to beat pay-as-you-go; 50 % against Priority (text in)`."""
    parts = []
    for index, (channel, share) in enumerate(figure.shares):
        percent = f"{share * 100:.0f} %"
        told = f"{percent} of the GSU must really be used at {figure.term}" if index == 0 else percent
        parts.append(f"{told} {_CHANNELS[channel]}")
    return f"{'; '.join(parts)} (text in alone; pt size knows the real mix)"
