"""`pt status`: the ledger against what monitoring says is active."""

from datetime import UTC, datetime

import click

from scripts._shared import json_option, judged_on, passes_exit_code, print_json, table, working_root
from throughput.config.loader import load_stack
from throughput.status import PoolStatus, active_gsus, compare


@click.command(epilog="Example: pt status prod --minutes 720")
@click.argument("stack")
@click.option(
    "--minutes",
    type=click.IntRange(5, 720),
    default=60,
    show_default=True,
    help="How far back utilisation is measured.",
)
@click.option(
    "--endpoint",
    default=None,
    metavar="URL",
    help="Another Monitoring API than Google's, such as the one of pt serve.",
)
@json_option
@passes_exit_code
def command(stack: str, minutes: int, endpoint: str | None, as_json: bool) -> int:
    """Compare STACK's active orders with the GSUs that Cloud Monitoring shows, and show how much of them is used.

    Reads the Monitoring API with your own credentials (ADC); it changes nothing. Monitoring is minutes behind and counts by the minute,
    while capacity is enforced below that: spillover under 100 % is normal.
    """
    from scripts._time_series import API, TimeSeries

    loaded = load_stack(working_root(), stack)
    recorded = active_gsus(loaded.ledger, judged_on(None, loaded.environment))
    if not recorded:
        click.echo(f"{stack}: no active order, nothing to compare")
        return 0
    series = TimeSeries(endpoint or API, datetime.now(UTC), minutes)
    found = compare(recorded, {pool: series.measure(pool) for pool in recorded})
    if as_json:
        print_json({"stack": stack, "minutes": minutes, "pools": [_plain(one) for one in found]})
    else:
        click.echo("\n".join(_lines(stack, minutes, found)))
    return 1 if any(one.wrong for one in found) else 0


def _lines(stack: str, minutes: int, found: list[PoolStatus]) -> list[str]:
    rows = [["pool", "ledger", "active", "average", "peak minute", ""]]
    rows += [
        [
            str(one.pool),
            f"{one.recorded} GSU",
            _gsus(one),
            _share(one.measured.average),
            _share(one.measured.peak),
            one.state.value,
        ]
        for one in found
    ]
    lines = [f"{stack}  the last {minutes} minutes by Cloud Monitoring", "", *table(rows, right=(1, 2, 3, 4))]
    notes = [f"  {one.pool}: {one.words}" for one in found if one.words]
    return [*lines, "", *notes] if notes else lines


def _gsus(one: PoolStatus) -> str:
    return "–" if one.measured.gsus is None else f"{one.measured.gsus} GSU"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _plain(one: PoolStatus) -> dict[str, object]:
    return {
        "project": one.pool.project,
        "location": one.pool.location,
        "model": one.pool.model,
        "recordedGsus": one.recorded,
        "activeGsus": one.measured.gsus,
        "averageUtilisation": one.measured.average,
        "peakUtilisation": one.measured.peak,
        "state": one.state.value,
        "words": one.words,
    }
