"""What someone who is about to order should know: lifecycle, preview, unknown places, age of the facts."""

from datetime import date, timedelta

from throughput.catalogue import Catalogue, ModelRow
from throughput.orders import Term
from throughput.sizing.workload import refuse
from throughput.terms import ASSUMED_DAYS

STALE_DAYS = 60


def refuse_retired(row: ModelRow, as_of: date) -> None:
    """Refuse a model that Google's own pages call retired by that day, and labels that are no model ids. Raises `ConfigError`."""
    if not row.orderable:
        raise refuse(
            f"{row.model!r} is a label of an old table, not a model that can be ordered.",
            "All: pt catalog list",
        )
    life = row.lifecycle
    if life.retired(as_of) and life.retires_official:
        instead = f"Instead: {life.replaced_by}. " if life.replaced_by else ""
        raise refuse(
            f"{row.model} was retired on {life.retires}.",
            f"{instead}To look back: --as-of with an earlier day",
        )


def warnings_of(row: ModelRow, location: str, as_of: date, catalogue: Catalogue) -> tuple[str, ...]:
    """Warnings, most important first."""
    life, found = row.lifecycle, []
    if life.retires is not None and life.retired(as_of):
        found.append(
            f"{row.model} was to be retired on {life.retires} (third-party date): check that it can be ordered."
        )
    elif life.retires is not None:
        outlives = _outliving(as_of, life.retires)
        if outlives:
            source = "" if life.retires_official else " (third-party date)"
            found.append(
                f"{row.model} retires on {life.retires}{source}; an order of {outlives} would outlive it."
            )
    if life.short_term:
        found.append(
            f"{row.model} is a short-term model, retired 45 days after its replacement: a 1-year order would outlive it."
        )
    if row.locations is None:
        found.append(f"Where {row.model} is offered isn't known; check {location} before ordering.")
    elif location not in row.locations:
        found.append(
            f"The catalogue of {row.as_of} doesn't list {location} for {row.model}: {', '.join(row.locations)}."
        )
    if row.locations_note and location in ("global", "us", "eu"):
        found.append(row.locations_note)
    if row.preview:
        found.append(f"{row.model} is in preview for Provisioned Throughput.")
    age = catalogue.age_days(as_of)
    if age > STALE_DAYS:
        found.append(f"The catalogue is {age} days old ({catalogue.as_of}); check {row.source}.")
    return tuple(found)


def _outliving(as_of: date, retires: date) -> str | None:
    terms = [term.words for term in Term if as_of + timedelta(days=ASSUMED_DAYS[term]) > retires]
    return " or ".join(terms) or None
