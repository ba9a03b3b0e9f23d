"""`pt mutation`: break each rule by one line, in a copy of the project, and see that a test notices."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from scripts._shared import ROOT, json_option, passes_exit_code, print_json, progress, table
from throughput.problems import ConfigError, Problem, did_you_mean

_TESTS = ("tests/throughput/rules", "tests/policies")
_COPIED = (
    "throughput",
    "policies",
    "provider",
    "tests",
    "docs",
    "scripts",
    "components",
    "local",
    "stacks",
    "schemas",
)


@dataclass(frozen=True, kw_only=True)
class Break:
    """One line of a rule that is made wrong: `old` stands in the rule's file exactly once."""

    rule: str
    old: str
    new: str


# Each break is a mistake that somebody could make while tidying up.
BREAKS = (
    Break(
        rule="grow-only",
        old="if change.refused and change.rule == NAME:",
        new="if change.refused and change.rule != NAME:",
    ),
    Break(rule="renewal-reviewed", old="overdue = item.state is ReviewState.OVERDUE", new="overdue = False"),
    Break(
        rule="order-editable",
        old="if change.refused and change.rule == NAME:",
        new="if change.refused and change.rule == 'grow-only':",
    ),
    Break(rule="term-allowed", old="if order.start > latest:", new="if order.start < latest:"),
    Break(rule="model-available", old="if gsus < row.min_gsu:", new="if gsus < row.increment:"),
    Break(
        rule="catalogue-fresh",
        old="if age > view.rules.catalogue_max_age_days:",
        new="if age > view.rules.catalogue_max_age_days * 100:",
    ),
    Break(
        rule="exposure-approved",
        old="if approval.exposure_usd < exposure.usd:",
        new="if approval.exposure_usd > exposure.usd * 1000:",
    ),
    Break(
        rule="routing-allowed",
        old='if mode.global_only and order.location != "global":',
        new='if mode.global_only and order.location == "global":',
    ),
    Break(rule="label-valid", old="label_value(order.label_value)", new="str(order.label_value)"),
    Break(rule="buyers-separate", old="if role not in ORDERING_ROLES:", new="if role in ORDERING_ROLES:"),
    Break(rule="record-current", old="if order.auto_renew:", new="if not order.auto_renew:"),
    Break(
        rule="no-service-account-keys",
        old='types=("gcp:serviceaccount/key:Key",),',
        new='types=("gcp:serviceaccount/keys:Key",),',
    ),
    Break(
        rule="federation-pinned",
        old='for operator, holds in (("||", all), ("&&", any)):',
        new='for operator, holds in (("||", any), ("&&", any)):',
    ),
    Break(rule="project-protected", old="if not resource.protect:", new="if resource.protect is None:"),
    Break(
        rule="services-kept",
        old='if resource.inputs.get("disableOnDestroy") is not False:',
        new='if resource.inputs.get("disableOnDestroy") is True:',
    ),
    Break(
        rule="pool-has-alerts",
        old='if alert.inputs.get("project") == pool.project',
        new='if alert.inputs.get("project") != ""',
    ),
    Break(
        rule="budget-present",
        old='resource.type == "gcp:billing/budget:Budget"',
        new='resource.type.endswith("budget:Budget")',
    ),
)


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A break, and the first test that noticed it; None when none did."""

    rule: str
    broken: str
    caught_by: str | None


@click.command(epilog="Example: pt mutation --rule grow-only")
@click.option("--rule", "names", multiple=True, help="Only this rule; can be given several times.")
@json_option
@passes_exit_code
def command(names: tuple[str, ...], as_json: bool) -> int:
    """Break each rule by one line and run its tests: a break that no test notices is a rule that nobody holds."""
    known = [broken.rule for broken in BREAKS]
    for name in names:
        if name not in known:
            raise ConfigError(
                Problem(
                    message=f"there is no rule {name!r}",
                    hint=did_you_mean(name, known) or f"There are: {', '.join(known)}",
                )
            )
    _sound()
    tried = [_try(broken) for broken in BREAKS if not names or broken.rule in names]
    if as_json:
        print_json({"mutations": [asdict(one) for one in tried]})
    else:
        rows = [
            ["rule", "broken line", "noticed by"],
            *([one.rule, one.broken, one.caught_by or "NOBODY"] for one in tried),
        ]
        click.echo("\n".join(table(rows)))
    return 0 if all(one.caught_by for one in tried) else 1


def _sound() -> None:
    """Nothing is proven by a copy that isn't the one imported, or whose tests fail unbroken. Raises `ClickException` then."""
    progress("running the tests on an unbroken copy …")
    with _copy() as folder:
        imported = _run(folder, "-c", "import throughput; print(throughput.__file__)").stdout.strip()
        if not Path(imported).resolve().is_relative_to(folder.resolve()):
            raise click.ClickException(f"the copy's tests would judge {imported} instead of the copy")
        failed = _first_failure(folder)
        if failed is not None:
            raise click.ClickException(f"{failed} fails although nothing is broken: run ./pt test first")


def _try(broken: Break) -> Tried:
    progress(f"breaking {broken.rule} …")
    with _copy() as folder:
        file = folder / "throughput" / "rules" / f"{broken.rule.replace('-', '_')}.py"
        text = file.read_text(encoding="utf-8")
        if text.count(broken.old) != 1:
            raise ConfigError(
                Problem(
                    file=file.name,
                    message=f"the line to break stands here {text.count(broken.old)} times: {broken.old}",
                )
            )
        file.write_text(text.replace(broken.old, broken.new), encoding="utf-8")
        return Tried(rule=broken.rule, broken=broken.new.strip(), caught_by=_first_failure(folder))


@contextmanager
def _copy() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pt-mutation-") as name:
        folder = Path(name)
        for part in _COPIED:
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        for file in ("pyproject.toml", "Pulumi.yaml", "__main__.py", "README.md"):
            shutil.copy(ROOT / file, folder)
        yield folder


def _first_failure(folder: Path) -> str | None:
    arguments = ["-q", "-x", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist", *_TESTS]
    found = _run(folder, "-m", "pytest", *arguments)
    failed = [
        line.split(" - ")[0].removeprefix("FAILED ")
        for line in found.stdout.splitlines()
        if line.startswith("FAILED ")
    ]
    if found.returncode not in (0, 1):
        raise click.ClickException(
            f"the tests could not be run on the copy: {found.stdout[-800:]}{found.stderr[-800:]}"
        )
    return failed[0].rpartition("::")[2] if failed else None


def _run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    # The environment's own path file names the original; the copy has to come before it.
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
