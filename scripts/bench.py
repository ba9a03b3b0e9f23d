"""`pt bench`: measure what this tool promises about speed, and print it beside the promise.

Wall-clock medians of whole processes after one warm-up. A busy machine shows in the spread; run it on an idle one before quoting it.
"""

import contextlib
import importlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import click

from scripts._shared import ROOT, json_option, print_json, table

_AS_OF = date(2026, 11, 22)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured promise. Times in seconds; a ratio has no unit."""

    name: str
    median: float
    worst: float
    promise: float | None
    ratio: bool = False

    @property
    def row(self) -> list[str]:
        """As a table row."""
        unit = "×" if self.ratio else " s"
        shown = "3f" if not self.ratio and self.median < 0.1 else "2f"
        kept = "" if self.promise is None else "kept" if self.median < self.promise else "missed"
        goal = "" if self.promise is None else f"< {self.promise:g}{unit}"
        return [self.name, f"{self.median:.{shown}}{unit}", f"{self.worst:.{shown}}{unit}", goal, kept]


@click.command(epilog="Example: pt bench --runs 7")
@click.option(
    "--runs", default=5, show_default=True, type=click.IntRange(1, 50), help="Counted runs of each figure."
)
@json_option
def command(runs: int, as_json: bool) -> None:
    """Measure the promises about speed: cold starts, transitions, checks of large repositories, and previews."""
    figures: list[Figure] = []
    measures: list[Callable[[int], list[Figure]]] = [
        _transitions,
        _cold_starts,
        _checks,
        _pack,
        _previews,
        _endpoint,
    ]
    for measure in measures:
        click.echo(f"measuring {measure.__name__.strip('_').replace('_', ' ')} …", err=True)
        figures += measure(runs)
    if as_json:
        print_json({"figures": [figure.__dict__ for figure in figures]})
        return
    click.echo(
        "\n".join(
            table(
                [["what", "median", "worst", "promise", ""], *(figure.row for figure in figures)],
                right=(1, 2, 3),
            )
        )
    )


def _timed(run: Callable[[], object], runs: int) -> list[float]:
    run()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return times


def _figure(name: str, times: list[float], promise: float | None) -> Figure:
    return Figure(name=name, median=statistics.median(times), worst=max(times), promise=promise)


def _pt(*arguments: str, cwd: Path = ROOT) -> Callable[[], object]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def run() -> object:
        found = subprocess.run(
            [sys.executable, "-P", "-m", "scripts", *arguments],
            cwd=cwd,
            env=environment,
            capture_output=True,
            check=False,
        )
        if found.returncode not in (0, 1):
            raise click.ClickException(f"pt {' '.join(arguments)} failed: {found.stderr.decode()[-500:]}")
        return found

    return run


def _transitions(runs: int) -> list[Figure]:
    from throughput import catalogue
    from throughput.orders import Ledger, Order, Status, Term
    from throughput.transitions import transitions

    end = datetime(2027, 1, 1, tzinfo=UTC)
    orders = [
        Order(
            name=f"o{n}",
            project=f"acme-genai-{n % 40}",
            model="gemini-3.8-flash",
            location="global",
            gsus=5 + n % 50,
            term=Term.QUARTER,
            auto_renew=True,
            status=Status.ACTIVE,
            end=end,
        )
        for n in range(1000)
    ]
    old = Ledger({order.name: order for order in orders})
    same = Ledger({order.name: order for order in orders})
    grown = Ledger({order.name: replace(order, gsus=order.gsus + 1) for order in orders})
    known = catalogue.load()
    return [
        _figure(
            "1,000 orders through transitions, unchanged",
            _timed(lambda: transitions(old, same, known, _AS_OF), runs),
            0.05,
        ),
        _figure(
            "1,000 orders through transitions, all changed",
            _timed(lambda: transitions(old, grown, known, _AS_OF), runs),
            0.05,
        ),
    ]


def _cold_starts(runs: int) -> list[Figure]:
    commands = {
        "pt orders": (("orders",), 0.4),
        "pt renewals": (("renewals",), 0.5),
        "pt catalog list": (("catalog", "list"), 0.5),
        "pt size": (
            (
                "size",
                "--model",
                "gemini-3.8-flash",
                "--qps",
                "10",
                "--input-text",
                "1000",
                "--output-text",
                "300",
            ),
            0.5,
        ),
        "pt order next": (("order", "next", "local"), 0.5),
        "pt snippet": (("snippet", "local", "chat", "--client", "google-genai"), 0.5),
    }
    return [
        _figure(f"{name}, cold", _timed(_pt(*arguments), runs), promise)
        for name, (arguments, promise) in commands.items()
    ]


def _checks(runs: int) -> list[Figure]:
    figures = []
    for stacks, orders, promise in ((4, 40, 0.4), (50, 40, 1.5)):
        with repository(stacks, orders) as folder:
            figures.append(
                _figure(
                    f"pt check, {stacks} stacks, {stacks * orders} orders",
                    _timed(_pt("check", cwd=folder), runs),
                    promise,
                )
            )
    return figures


def _pack(runs: int) -> list[Figure]:
    """A thousand resources past every policy that looks at one resource at a time, as the pack's own process would."""
    from pulumi_policy import ResourceValidationArgs, ResourceValidationPolicy
    from pulumi_policy.policy import PolicyCustomTimeouts, PolicyResourceOptions, _NotApplicableError
    from pulumi_policy.proxy import unknown_checking_proxy

    policies = importlib.import_module("policies.adapter").policies()
    validates = [policy.validate for policy in policies if isinstance(policy, ResourceValidationPolicy)]
    options = PolicyResourceOptions(True, [], False, [], PolicyCustomTimeouts(0, 0, 0), [])
    kinds = (
        "gcp:projects/iAMMember:IAMMember",
        "gcp:projects/service:Service",
        "gcp:monitoring/alertPolicy:AlertPolicy",
        "gcp:serviceaccount/account:Account",
    )
    props = {
        "project": "acme",
        "role": "roles/viewer",
        "member": "user:a@example.com",
        "disableOnDestroy": False,
    }
    resources = [
        ResourceValidationArgs(
            kinds[number % 4], unknown_checking_proxy(props), f"urn:{number}", f"r{number}", options, None
        )
        for number in range(1000)
    ]

    def judge() -> None:
        for resource in resources:
            for validate in validates:
                with contextlib.suppress(_NotApplicableError):
                    validate(resource, lambda message, urn=None: None)

    return [_figure(f"1,000 resources past {len(validates)} policies", _timed(judge, runs), 0.1)]


def _endpoint(runs: int) -> list[Figure]:
    """Requests per second that the endpoint answers, with its accounting on."""
    import json

    from local.vertex.load import measure
    from throughput.config.loader import load_stack

    pool = load_stack(ROOT, "local").ledger["chat"].pool
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "scripts", "serve", "local", "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        rates = [measure(url, pool, 4000).per_second for _ in range(min(runs, 3))]
    finally:
        process.terminate()
        process.communicate(timeout=30)
    return [
        Figure(
            name="seconds for 1,000 requests to pt serve",
            median=1000 / statistics.median(rates),
            worst=1000 / min(rates),
            promise=1.0,
        )
    ]


@contextmanager
def repository(stacks: int, orders: int) -> Iterator[Path]:
    """A git repository with that many stacks of that many orders each, half of the stacks changed against the base."""
    with tempfile.TemporaryDirectory(prefix="pt-bench-") as name:
        folder = Path(name)
        (folder / "stacks").mkdir()
        shutil.copy(ROOT / "Pulumi.yaml", folder)
        for number in range(stacks):
            _write_stack(folder, number, orders, 10)
        _git(folder, "init", "-q", "-b", "main")
        _git(folder, "add", "-A")
        _git(
            folder,
            "-c",
            "user.name=bench",
            "-c",
            "user.email=bench@example.com",
            "commit",
            "-q",
            "-m",
            "base",
        )
        _git(folder, "checkout", "-q", "-b", "change")
        for number in range(0, stacks, 2):
            _write_stack(folder, number, orders, 11)
        yield folder


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def _write_stack(folder: Path, number: int, orders: int, gsus: int) -> None:
    lines = [
        "config:",
        "  vertex-throughput:environment:",
        f"    projects: {{acme-genai-{number:03d}: {{}}}}",
        "    approvers: [approver@example.com]",
        "  vertex-throughput:orders:",
    ]
    for index in range(orders):
        lines += [
            f"    order-{index}:",
            "      model: gemini-3.8-flash",
            "      location: global",
            f"      gsus: {gsus if index == 0 else 10}",
            "      term: 3-months",
            "      status: active",
            f"      orderId: '{number}-{index}'",
            "      start: '2026-10-01'",
            "      end: '2027-01-01'",
        ]
    (folder / "stacks" / f"Pulumi.s{number:03d}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _previews(runs: int) -> list[Figure]:
    with (
        _house(empty=False, pack=True) as full,
        _house(empty=True, pack=True) as empty,
        _house(empty=False, pack=False) as bare,
    ):
        whole = _timed(_pt("preview", "local", cwd=full), runs)
        nothing = _timed(_pt("preview", "local", cwd=empty), runs)
        without = _timed(_pt("preview", "local", cwd=bare), runs)
    ratios = [a / b for a, b in zip(whole, nothing, strict=True)]
    return [
        _figure("pt preview local", whole, None),
        _figure("the same with an empty program", nothing, None),
        Figure(
            name="preview against empty program",
            median=statistics.median(ratios),
            worst=max(ratios),
            promise=2.0,
            ratio=True,
        ),
        _figure(
            "the policy pack's share of a preview",
            [max(0.0, a - b) for a, b in zip(whole, without, strict=True)],
            0.5,
        ),
    ]


@contextmanager
def _house(*, empty: bool, pack: bool) -> Iterator[Path]:
    """The project in a folder of its own, with links to the code; with an empty program or without the pack where asked."""
    with tempfile.TemporaryDirectory(prefix="pt-bench-") as name:
        folder = Path(name)
        for linked in (
            "provider",
            "components",
            "throughput",
            "local",
            ".venv",
            *(("policies",) if pack else ()),
        ):
            (folder / linked).symlink_to(ROOT / linked)
        shutil.copy(ROOT / "Pulumi.yaml", folder)
        shutil.copytree(ROOT / "stacks", folder / "stacks")
        program = "import pulumi\n" if empty else (ROOT / "__main__.py").read_text(encoding="utf-8")
        (folder / "__main__.py").write_text(program, encoding="utf-8")
        yield folder
