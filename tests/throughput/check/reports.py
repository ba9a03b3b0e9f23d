"""Reports with awkward texts, for the renderings."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from throughput.check.report import Preview, Remark, Report, Setting, StackReport, State
from throughput.orders import Pool
from throughput.problems import Problem
from throughput.transitions import Change, Kind, Verdict

DAY = date(2026, 11, 22)
FILE = "stacks/Pulumi.prod.yaml"
# What breaks formats: delimiters and escapes of each of them, line ends, astral and unpaired code points are possible in a file's text.
AWKWARD = st.text(
    alphabet=st.one_of(
        st.sampled_from("%:,\r\n|`<>&\"'@#*_[]$\\~!{}\t é\u2028\U0001f600"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
)


def change(summary: str = "10 → 15 GSU", **values: object) -> Change:
    """One grown order."""
    given: dict[str, object] = {
        "order": "chat",
        "kind": Kind.GROW,
        "verdict": Verdict.ALLOWED,
        "pool": Pool(project="acme", location="global", model="gemini-3.8-flash"),
        "summary": summary,
        "reason": "it may grow",
        "source": "Purchase page, 2026-09-30",
        "exposure_usd": Decimal("43799.20"),
        "until": date(2027, 1, 1),
        **values,
    }
    return Change(**given)  # type: ignore[arg-type]


def report(text: str = "told", *, stacks: int = 1, remarks: int = 1, problems: bool = False) -> Report:
    """A report whose free texts are all `text`."""
    return Report(
        base=text or "main",
        commit="0" * 40,
        dirty=(FILE,),
        remarks=(_remark(text, "order-id-unique"),),
        not_checked=(text,),
        stacks=tuple(
            StackReport(
                stack=f"prod{number}",
                file=FILE,
                state=State.CHANGED,
                as_of=DAY,
                changes=(change(text),),
                lines=(("chat", 7),),
                settings=(Setting(path="approvers", old=[text], new=None, line=3, guards=True),),
                remarks=tuple(
                    _remark(text, "exposure-approved", level=level)
                    for _ in range(remarks)
                    for level in ("violation", "advice")
                ),
                problems=(Problem(message=text, hint=text, file=FILE, line=9, path="orders.chat"),)
                if problems
                else (),
                preview=Preview(not_checked=text)
                if problems
                else Preview(against=text, counts=(("create", 2),)),
            )
            for number in range(stacks)
        ),
    )


def _remark(text: str, rule: str, level: str = "violation") -> Remark:
    return Remark(
        rule=rule,
        level=level,  # type: ignore[arg-type]
        message=f"chat {text}",
        remedy=text,
        code="exposure/unapproved",
        order="chat",
        file=FILE,
        line=31,
        paste="approval: {gsus: 15}" if level == "violation" else None,
        resource=text,
    )
