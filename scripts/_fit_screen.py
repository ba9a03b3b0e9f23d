"""What `pt fit` prints: verdict first, then costs, then the rules that fired."""

from datetime import date
from typing import Any

from scripts._shared import table, usd
from throughput.fit.judge import Fit, Offer

_THUMB = {
    "pt": "worth a look at Provisioned Throughput",
    "other": "pay-as-you-go",
    "mixed": "undecided: rules point both ways",
    "none": "no rule applies",
}


def screen(fit: Fit, warnings: tuple[str, ...]) -> list[str]:
    """The lines of the judgement."""
    row, best = fit.sized.row, fit.recommended
    lines = [
        f"{row.model}, {fit.sized.location}: "
        + (
            f"{best.option.name}, {usd(best.month_usd)} a month"
            if best and best.month_usd is not None
            else "no option meets every need"
        )
    ]
    if fit.disagreement:
        lines.append(f"  {fit.disagreement}")
    lines += ["", *_offers(fit), ""]
    lines += [f"  Rules of thumb: {_THUMB[fit.thumb]}"]
    lines += [f"    {rule.says:<7} {rule.text}  ({rule.source}, {rule.as_of})" for rule in fit.fired]
    lines.append(
        "  AI Studio keys can't use PT: purchased capacity is used by Vertex AI calls of the project that bought it."
    )
    lines += ["", *(f"  {text}" for text in fit.assumptions)]
    lines += [f"  ! {warning}" for warning in warnings]
    lines += [f"  {note}" for note in fit.costs.notes]
    return [*lines, "  Next: pt size for the arithmetic, then pt order sheet."]


def _offers(fit: Fit) -> list[str]:
    rows = [["option", "GSU", f"a month ({fit.costs.basis})", "fails", "note"]]
    rows += [
        [
            ("* " if offer is fit.recommended else "  ") + offer.option.name,
            f"{offer.gsus:,}" if offer.gsus is not None else "",
            usd(offer.month_usd) if offer.month_usd is not None else "–",
            ", ".join(offer.fails) or "–",
            _note(offer),
        ]
        for offer in fit.offers
    ]
    return table(rows, right=(1, 2), indent="")


def _note(offer: Offer) -> str:
    return "; ".join(text for text in (offer.unknown, offer.option.note) if text)


def document(fit: Fit, warnings: tuple[str, ...], day: date) -> dict[str, Any]:
    """The JSON document."""
    best = fit.recommended
    return {
        "asOf": day,
        "model": fit.sized.row.model,
        "location": fit.sized.location,
        "recommendation": best.option.id if best else None,
        "recommendedMonthUsd": best.month_usd if best else None,
        "ruleOfThumb": fit.thumb,
        "disagreement": fit.disagreement,
        "basis": fit.costs.basis,
        "options": [
            {
                "id": offer.option.id,
                "name": offer.option.name,
                "gsus": offer.gsus,
                "monthUsd": offer.month_usd,
                "unknown": offer.unknown,
                "fails": offer.fails,
                "note": offer.option.note,
                "source": offer.option.source,
            }
            for offer in fit.offers
        ],
        "rules": [
            {"id": rule.id, "says": rule.says, "text": rule.text, "source": rule.source, "asOf": rule.as_of}
            for rule in fit.fired
        ],
        "facts": dict(fit.facts),
        "assumptions": fit.assumptions,
        "warnings": warnings,
        "notes": fit.costs.notes,
    }
