"""What `pt size` prints: the arithmetic as people check it by hand, and the same numbers as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from scripts._shared import table, usd
from throughput.sizing.categories import words
from throughput.sizing.costs import Costs, decimal
from throughput.sizing.estimate import Answer, Estimate, Part, has_window, window_budget

OFF = Fraction(1, 10)


@dataclass(frozen=True, kw_only=True)
class Result:
    """One sized pool with its prices and warnings."""

    sized: Estimate
    costs: Costs
    warnings: tuple[str, ...]
    as_of: date


def screen(result: Result) -> list[str]:
    """The lines for one pool."""
    sized = result.sized
    row = sized.row
    lines = [
        f"{row.model}, {sized.location}, catalogue row of {row.as_of} ({_n(row.throughput_per_gsu)} {row.unit.replace('_', ' ')} per GSU)",
        "",
    ]
    for part in sized.parts:
        lines += _part(part, named=len(sized.parts) > 1, unit=row.burns)
    lines += ["", *_steps(sized), *_floors(sized), "", *_prices(result), ""]
    lines += [f"  ! {warning}" for warning in result.warnings]
    lines += [f"  {note}" for note in _notes(result)]
    return lines


def _part(part: Part, *, named: bool, unit: str) -> list[str]:
    work = part.workload
    lines = [f"  {work.name}"] if named else []
    lines += [f"  {text}" for text in part.request.conversions]
    lines += table(
        [
            *(
                [words(line.category), _n(line.quantity), f"× {_n(line.rate)}", "=", _n(line.burndown)]
                for line in part.lines
            ),
            ["per request", "", "", "", _n(part.per_request)],
        ],
        right=(1, 4),
    )
    lines[-1] += f"   × {_n(part.sized_rate)}/s = {_n(part.sized_per_second)} {unit}/s"
    if part.sized_rate != part.rate:
        lines.append(f"  sized for {_n(part.sized_rate)}/s: average {_n(part.rate)}/s × {_n(work.peak)}")
    if part.tier.boundary is not None:
        lines.append(f"  rates of {part.tier}")
    return lines


def _steps(sized: Estimate) -> list[str]:
    row, before, answer = sized.row, sized.before_buffer, sized.answer
    steps = [
        [
            "throughput",
            f"{_n(sized.sized_per_second)} ÷ {_n(row.throughput_per_gsu)} = {_n(before.raw)}",
            f"→ {before.by_throughput:,} GSU",
        ],
        [f"buffer {_n(sized.buffer * 100)} %", _n(answer.raw), f"→ {answer.by_throughput:,} GSU"],
    ]
    if has_window(row):
        at = row.window(answer.gsus)
        budget = window_budget(row, answer.gsus, at.low_s)
        steps.append(
            [
                "largest request",
                f"{_n(sized.largest)} ≤ {answer.gsus:,} × {_n(row.throughput_per_gsu)} × {at.low_s} s = {_n(budget)}",
                "fits",
            ]
        )
    lines = table(steps)
    lines += [f"  → {answer.gsus:,} GSU, because {why}" for why in answer.why]
    if answer.gsus_at_longest < answer.gsus:
        lines.append(
            f"  With windows at the longest of Google's ranges {answer.gsus_at_longest:,} GSU would hold that request too."
        )
    lines.append(f"  Minimum {row.min_gsu} GSU, in steps of {row.increment}.")
    return lines


def _floors(sized: Estimate) -> list[str]:
    return [
        f"  The page prints as least GSUs for one {size} clip of {seconds} s, by window: {'/'.join(map(str, least))}"
        for size, seconds, least in _printed_floors(sized)
    ]


def _printed_floors(sized: Estimate) -> list[tuple[str, str, list[int]]]:
    printed = sized.row.media.floors or {}
    found = []
    for part in sized.parts:
        size, seconds = part.request.video_size, part.request.video_seconds
        least = printed.get(size or "", {}) if size != "from" else {}
        if seconds and str(int(seconds)) in least:
            found.append((str(size), str(int(seconds)), least[str(int(seconds))]))
    return found


def _prices(result: Result) -> list[str]:
    costs, sized = result.costs, result.sized
    shown = [name for name in ("standard", "priority", "flex") if costs.channels[name].month_usd is not None]
    heads = {"standard": "PayGo", "priority": "Priority", "flex": "Flex"}
    rows = [
        [
            "",
            "global",
            "elsewhere",
            *(f"{'break-even: ' if i == 0 else ''}{heads[n]}" for i, n in enumerate(shown)),
        ]
    ]
    for term in costs.terms:
        per = "/wk" if term.per == "week" else "/mo"
        rows.append(
            [
                term.term.words,
                f"{usd(term.global_usd)} {per}",
                f"{usd(term.elsewhere_usd)} {per}",
                *(_percent(term.break_even[name]) for name in shown),
            ]
        )
    lines = table(rows, right=range(1, len(rows[0])))
    loads = [
        f"{name} {usd(cost.month_usd)}" for name, cost in costs.channels.items() if cost.month_usd is not None
    ]
    used = _percent(decimal(sized.utilisation))
    if loads:
        lines.append(f"  The same load around the clock, a month ({costs.basis} prices): {', '.join(loads)}.")
    lines += [
        f"  No {name} figure: {cost.missing}."
        for name, cost in costs.channels.items()
        if cost.missing and name != "batch"
    ]
    lines.append(f"  {sized.answer.gsus:,} GSU would be used to {used} on average.")
    lines += [f"  {text}" for text in _off(result)]
    return lines


def _off(result: Result) -> list[str]:
    sized, costs = result.sized, result.costs
    more, less = sized.off_by(1 + OFF), sized.off_by(1 - OFF)
    month = {term.term: term.month_usd for term in costs.terms}
    term = next(name for name in month if name.value == "1-month")
    each = month[term] / sized.answer.gsus
    return [
        f"If the estimate is 10 % too low: {more.gsus:,} GSU ({_signed((more.gsus - sized.answer.gsus) * each)} a month at 1 month); "
        f"10 % too high: {less.gsus:,} GSU ({_signed((less.gsus - sized.answer.gsus) * each)})."
    ]


def _notes(result: Result) -> list[str]:
    sized = result.sized
    notes = [note for part in sized.parts for note in part.request.notes]
    if any(part.workload.tuned_premium is not None for part in sized.parts):
        how = "rates × (1 + premium)" if sized.row.tuning == "premium" else "the same rates as the base model"
        notes.append(f"Tuned model: {how}.")
    weak = sorted({c for cost in result.costs.channels.values() for c in cost.confidence} - {"sources agree"})
    if weak:
        notes.append(f"Pay-as-you-go prices here rest in part on: {', '.join(weak)}.")
    return [*dict.fromkeys(notes), *result.costs.notes, "Next: pt fit, then pt order sheet."]


def document(results: Sequence[Result]) -> dict[str, Any]:
    """The JSON document; `gsus` is the answer, the sum over pools where there are several."""
    found = [_pool(result) for result in results]
    first = found[0] if len(found) == 1 else {}
    return {
        **first,
        "gsus": sum(pool["gsus"] for pool in found),
        "gsusBeforeBuffer": sum(pool["gsusBeforeBuffer"] for pool in found),
        "asOf": results[0].as_of,
        "pools": found,
    }


def _pool(result: Result) -> dict[str, Any]:
    sized, costs = result.sized, result.costs
    row, gsus = sized.row, sized.answer.gsus
    at = row.window(gsus)
    return {
        "model": row.model,
        "location": sized.location,
        "gsus": gsus,
        "gsusBeforeBuffer": sized.before_buffer.gsus,
        "unit": row.unit,
        "throughputPerGsu": row.throughput_per_gsu,
        "minimum": row.min_gsu,
        "increment": row.increment,
        "bufferPercent": decimal(sized.buffer * 100),
        "burndownPerSecond": decimal(sized.sized_per_second),
        "averageBurndownPerSecond": decimal(sized.per_second),
        "rawGsus": decimal(sized.before_buffer.raw),
        "rawGsusWithBuffer": decimal(sized.answer.raw),
        "gsusByThroughput": sized.answer.by_throughput,
        "gsusAtLongestWindow": sized.answer.gsus_at_longest,
        "because": sized.answer.why,
        "largestRequest": decimal(sized.largest),
        "window": {
            "lowSeconds": at.low_s,
            "highSeconds": at.high_s,
            "budgetLow": decimal(window_budget(row, gsus, at.low_s)),
            "budgetHigh": decimal(window_budget(row, gsus, at.high_s)),
            "published": has_window(row),
            "source": row.windows_source,
        },
        "printedFloors": [{"size": s, "seconds": n, "gsus": f} for s, n, f in _printed_floors(sized)],
        "utilisation": decimal(sized.utilisation),
        "workloads": [_part_document(part) for part in sized.parts],
        "offBy": {
            "tenPercentMore": _off_document(sized.off_by(1 + OFF)),
            "tenPercentLess": _off_document(sized.off_by(1 - OFF)),
        },
        "prices": _price_document(costs),
        "warnings": result.warnings,
        "notes": _notes(result),
        "row": {
            "asOf": row.as_of,
            "source": row.source,
            "validFrom": row.valid_from,
            "validTo": row.valid_to,
        },
    }


def _part_document(part: Part) -> dict[str, Any]:
    return {
        "name": part.workload.name,
        "tier": str(part.tier),
        "lines": [
            {
                "category": line.category,
                "quantity": decimal(line.quantity),
                "rate": decimal(line.rate),
                "burndown": decimal(line.burndown),
            }
            for line in part.lines
        ],
        "conversions": part.request.conversions,
        "perRequest": decimal(part.per_request),
        "averageRate": decimal(part.rate),
        "sizedRate": decimal(part.sized_rate),
        "perSecond": decimal(part.sized_per_second),
    }


def _off_document(answer: Answer) -> dict[str, Any]:
    return {"gsus": answer.gsus, "rawGsus": decimal(answer.raw)}


def _price_document(costs: Costs) -> dict[str, Any]:
    return {
        "basis": costs.basis,
        "terms": [
            {
                "term": term.term.value,
                "per": term.per,
                "globalUsd": term.global_usd,
                "elsewhereUsd": term.elsewhere_usd,
                "monthUsd": term.month_usd,
                "wholeTermUsd": term.term_usd,
                "breakEven": dict(term.break_even),
            }
            for term in costs.terms
        ],
        "channels": {
            name: {"monthUsd": cost.month_usd, "missing": cost.missing, "confidence": cost.confidence}
            for name, cost in costs.channels.items()
        },
    }


def _n(value: Fraction | Decimal | int) -> str:
    """A number with thousands separators and at most two decimals, more where it is small."""
    if isinstance(value, Fraction):
        value = decimal(value)
    number = Decimal(value)
    if number == number.to_integral_value():
        return f"{int(number):,}"
    return f"{number:,.2f}".rstrip("0").rstrip(".") if abs(number) >= 1 else f"{number:.4g}"


def _percent(share: Decimal | None) -> str:
    return "–" if share is None else f"{share * 100:.0f} %"


def _signed(amount: Decimal) -> str:
    return f"{'+' if amount >= 0 else '-'}${abs(amount):,.0f}"
