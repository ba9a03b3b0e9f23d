"""Examples of what may be bought: terms, models, fresh facts."""

from dataclasses import replace
from datetime import date
from typing import Any

from throughput.orders import (
    Ledger,
    Status,
    Term,
)
from throughput.rules.examples.base import CHAT, DRAFT, LOST, RENEWING, Example, at, ledger, seen, still
from throughput.rules.view import LedgerView


def term_allowed() -> list[Example]:
    name = "term-allowed"
    far = replace(DRAFT, start=at(date(2026, 12, 20)))
    weekly = replace(DRAFT, term=Term.WEEK)
    odd = replace(CHAT, end=at(date(2026, 10, 20)))
    return [
        Example(
            rule=name, outcome="pass", title="a week of a Google model", view=seen(Ledger(), ledger(weekly))
        ),
        Example(
            rule=name,
            outcome="pass",
            title="a longer term that isn't recorded yet: advice",
            view=still(replace(CHAT, term=Term.YEAR)),
            expected=(("advice", "term/not-recorded"),),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a week of Claude",
            view=seen(Ledger(), ledger(replace(weekly, model="claude-haiku-5-5"))),
            expected=(("violation", "term/weekly-partner"),),
            says=("claude-haiku-5-5",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a week that renews",
            view=seen(Ledger(), ledger(replace(weekly, auto_renew=True))),
            expected=(("violation", "term/weekly-renews"),),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a start more than two weeks ahead",
            view=seen(Ledger(), ledger(far)),
            expected=(("violation", "term/start-too-far"),),
            says=("2026-12-20", "2026-12-06"),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a start that has passed",
            view=seen(Ledger(), ledger(replace(DRAFT, start=at(date(2026, 1, 1))))),
            expected=(("violation", "term/start-past"),),
            says=("2026-01-01 has passed",),
        ),
        Example(
            rule=name,
            outcome="pass",
            title="a draft whose start passed in the meantime: advice",
            view=still(replace(DRAFT, start=at(date(2026, 11, 20)))),
            expected=(("advice", "term/start-past"),),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="a request that still waits after its start",
            view=still(replace(DRAFT, status=Status.REQUESTED, start=at(date(2026, 11, 20)))),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a start asked for with Claude",
            view=seen(
                Ledger(), ledger(replace(DRAFT, model="claude-haiku-5-5", start=at(date(2026, 11, 25))))
            ),
            expected=(("violation", "term/start-partner"),),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="recorded dates that aren't a term",
            view=seen(Ledger(), ledger(odd)),
            expected=(("violation", "term/dates"),),
            says=("19 days", "3 months"),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="an order that has expired",
            view=still(replace(LOST, term=Term.WEEK, auto_renew=True)),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a week of a model that nobody knows",
            view=seen(Ledger(), ledger(replace(weekly, model="gemini-0"))),
        ),
    ]


def model_available() -> list[Example]:
    name = "model-available"

    def placed(**changes: Any) -> LedgerView:
        return seen(Ledger(), ledger(replace(DRAFT, **changes)))

    return [
        Example(rule=name, outcome="pass", title="an exact version, where it is sold", view=placed()),
        Example(
            rule=name,
            outcome="pass",
            title="where nobody knows whether it is sold: advice",
            view=placed(model="claude-opus-5-5", gsus=45),
            expected=(("advice", "model/location-unknown"),),
        ),
        Example(
            rule=name,
            outcome="pass",
            title="a third party says that it retires: advice",
            view=placed(model="gemini-3.7-flash"),
            expected=(("advice", "model/retires"),),
            says=("2027-01-28", "not confirmed by Google"),
        ),
        Example(
            rule=name,
            outcome="pass",
            title="a year of a short-term model: advice",
            view=placed(model="gemini-3.1-flash-lite-image", term=Term.YEAR),
            expected=(("advice", "model/short-term"),),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a location that doesn't sell it",
            view=placed(location="europe-west4"),
            expected=(("violation", "model/location"),),
            says=("global, us, eu",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="fewer GSUs than the minimum",
            view=placed(model="claude-haiku-4-5", gsus=5),
            expected=(("violation", "model/minimum"),),
            says=("5", "8"),
        ),
        Example(
            rule=name,
            outcome="pass",
            title="fewer than a minimum that rose while it runs: advice",
            view=still(replace(CHAT, model="claude-haiku-4-5", gsus=5)),
            expected=(("advice", "model/minimum"),),
        ),
        Example(
            rule=name,
            outcome="pass",
            title="a running order of a model that left the catalogue: advice",
            view=still(replace(CHAT, model="gemini-0")),
            expected=(("advice", "model/unknown"),),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="fewer for the next term than the minimum",
            view=still(replace(RENEWING, model="claude-opus-4-8", next_term_gsus=10)),
            expected=(("violation", "model/minimum"),),
            says=("nextTermGsus 10",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a model that Google has retired",
            view=placed(model="gemini-2.5-pro"),
            expected=(("advice", "model/location-unknown"), ("violation", "model/retires")),
            says=("2026-10-20",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a label that is no model version",
            view=placed(model="imagen-3"),
            expected=(("violation", "model/unknown"),),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="an order that has expired",
            view=still(replace(LOST, model="gemini-0")),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a model that nobody knows",
            view=placed(model="gemini-3.8-flsh"),
            expected=(("violation", "model/unknown"),),
            says=("gemini-3.8-flash",),
        ),
    ]


def catalogue_fresh() -> list[Example]:
    name = "catalogue-fresh"
    later = date(2027, 1, 20)
    return [
        Example(rule=name, outcome="pass", title="facts of some weeks ago", view=still(CHAT)),
        Example(
            rule=name,
            outcome="violation",
            title="facts that are older than allowed: advice",
            view=still(replace(CHAT, end=at(date(2027, 4, 1))), as_of=later),
            expected=(("advice", "catalogue/stale"),),
            says=("104 days old",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="a shorter limit of the environment",
            view=still(CHAT, catalogueMaxAgeDays=10),
            expected=(("advice", "catalogue/stale"),),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="an order that has expired",
            view=still(LOST, as_of=later),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a model that nobody knows has no age",
            view=still(replace(CHAT, model="gemini-0"), as_of=later),
        ),
    ]
