"""The one loader of stack files: values and places in, `Environment` and `Ledger` or problems out.

Used by every `pt` command on files and by the Pulumi program on the configuration the CLI hands over, so that both judge alike.
"""

import difflib
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from throughput import catalogue
from throughput.config.models import Environment
from throughput.config.order_models import OrderConfig
from throughput.config.source import Path as Place
from throughput.config.source import Source, dotted, read_yaml
from throughput.names import order_name
from throughput.orders import Ledger, Order
from throughput.problems import ConfigError, Problem, did_you_mean

M = TypeVar("M", bound=BaseModel)

NAMESPACE = "vertex-throughput"
ENVIRONMENT = f"{NAMESPACE}:environment"
ORDERS = f"{NAMESPACE}:orders"
_TOP_LEVEL = ("config", "encryptionsalt", "encryptedkey", "secretsprovider", "environment")
_STACK_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


@dataclass(frozen=True, kw_only=True)
class LoadedStack:
    """A stack file that is fine: its values, and the lines they stand on."""

    stack: str
    file: str
    path: Path | None
    environment: Environment
    ledger: Ledger
    source: Source

    def line(self, *path: str | int) -> int | None:
        """Line of a place in the file: `line("orders", "chat", "gsus")`."""
        head = {"orders": ORDERS, "environment": ENVIRONMENT}.get(str(path[0]), path[0]) if path else ""
        return self.source.line(("config", head, *path[1:]))


def stack_file(root: Path, stack: str) -> Path:
    """Where a stack's configuration stands."""
    return root / "stacks" / f"Pulumi.{stack}.yaml"


def stack_names(root: Path) -> list[str]:
    """The stacks that have a file, sorted."""
    return sorted(
        path.name.removeprefix("Pulumi.").removesuffix(".yaml")
        for path in (root / "stacks").glob("Pulumi.*.yaml")
    )


def load_stack(root: Path, stack: str) -> LoadedStack:
    """Load `stacks/Pulumi.<stack>.yaml` below `root`. Raises `ConfigError` with file, place, found, allowed and nearest."""
    path = stack_file(root, stack)
    names = stack_names(root)
    if not _STACK_NAME.fullmatch(stack) or not path.is_file():
        hint = did_you_mean(stack, names) or f"There are: {', '.join(names) or 'none'}"
        raise ConfigError(
            Problem(message=f"there is no stack {stack!r} (stacks/Pulumi.{stack}.yaml)", hint=hint)
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(Problem(file=str(path), message=f"can't be read: {error.strerror}")) from error
    return read_stack(stack, f"stacks/{path.name}", data, path=path)


def read_stack(stack: str, file: str, data: bytes, path: Path | None = None) -> LoadedStack:
    """Read a stack file's bytes, from disk or from git. `file` is the name shown in problems."""
    source = read_yaml(file, data)
    config = _config_of(source)
    reader = _Reader(source, ("config",))
    environment, ledger = reader.read(config.get(ENVIRONMENT), config.get(ORDERS))
    return LoadedStack(
        stack=stack, file=file, path=path, environment=environment, ledger=ledger, source=source
    )


def from_config(environment: Any, orders: Any, file: str) -> tuple[Environment, Ledger]:
    """The same reading for values the Pulumi CLI hands to the program. `file` is the name shown in problems."""
    return _Reader(Source(file, None, {}), ("config",)).read(environment, orders)


def counterparts(root: Path, ledger: Ledger) -> dict[str, Order]:
    """The orders of other stacks that this ledger names in `from` or `supersededBy`, by STACK/ORDER; absent where there is none."""
    found: dict[str, Order] = {}
    for reference in sorted(outside_references(ledger.values())):
        stack, name = reference.split("/")
        if stack_file(root, stack).is_file():
            other = load_stack(root, stack).ledger.get(name)
            if other is not None:
                found[reference] = other
    return found


def outside_references(orders: Iterable[Order]) -> set[str]:
    """References to other stacks (STACK/ORDER) that orders make."""
    named = (ref for order in orders for ref in (order.from_, *order.superseded_by) if ref)
    return {ref for ref in named if "/" in ref}


def _config_of(source: Source) -> Mapping[str, Any]:
    top = source.value
    if not isinstance(top, dict):
        raise ConfigError(
            Problem(
                file=source.file,
                line=1,
                message="holds no configuration: a mapping with the key config is expected",
            )
        )
    problems = [
        Problem(
            file=source.file,
            line=source.line((key,)),
            path=str(key),
            message=f"unknown key; allowed: {', '.join(_TOP_LEVEL)}",
            hint=did_you_mean(str(key), _TOP_LEVEL),
        )
        for key in top
        if key not in _TOP_LEVEL
    ]
    config = top.get("config")
    if not problems and not isinstance(config, dict):
        problems.append(
            Problem(
                file=source.file,
                line=source.line(("config",)) or 1,
                path="config",
                message="a mapping is expected here",
            )
        )
    if isinstance(config, dict):
        problems += [
            Problem(
                file=source.file,
                line=source.line(("config", key)),
                path=key,
                message=f"unknown key; allowed: {ENVIRONMENT}, {ORDERS}",
                hint=did_you_mean(key, (ENVIRONMENT, ORDERS)),
            )
            for key in config
            # Other namespaces belong to other packages (gcp:…); a key without one is this project's, and so a typo.
            if key not in (ENVIRONMENT, ORDERS) and key.partition(":")[0] in (NAMESPACE, key)
        ]
    if problems:
        raise ConfigError(problems)
    assert isinstance(config, dict)
    return config


class _Reader:
    def __init__(self, source: Source, base: Place) -> None:
        self.source = source
        self.base = base

    def read(self, environment: Any, orders: Any) -> tuple[Environment, Ledger]:
        if environment is None:
            raise ConfigError(
                self._problem(
                    (ENVIRONMENT,), "is missing; it says which projects and people this stack is about", None
                )
            )
        problems: list[Problem] = []
        read_environment = self._validate(Environment, environment, (ENVIRONMENT,), problems)
        ledger = self._orders(orders, read_environment, problems)
        if problems or read_environment is None:
            raise ConfigError(problems)
        return read_environment, Ledger(ledger)

    def _orders(
        self, orders: Any, environment: Environment | None, problems: list[Problem]
    ) -> dict[str, Order]:
        if orders is None:
            return {}
        if not isinstance(orders, dict):
            problems.append(
                self._problem(
                    (ORDERS,), f"a map from order name to order is expected, found {_found(orders)}", None
                )
            )
            return {}
        ledger = {}
        for name, raw in orders.items():
            order = self._order(str(name), raw, environment, problems)
            if order is not None:
                ledger[order.name] = order
        return ledger

    def _order(
        self, name: str, raw: Any, environment: Environment | None, problems: list[Problem]
    ) -> Order | None:
        try:
            order_name(name)
        except ValueError as error:
            problems.append(self._problem((ORDERS, name), f"{name!r} can't name an order; {error}", None))
            return None
        config = self._validate(OrderConfig, raw, (ORDERS, name), problems)
        if config is None or environment is None:
            return None
        before = len(problems)
        self._known_model(name, config, environment, problems)
        if config.project is None and len(environment.projects) > 1:
            message = f"is missing, and this environment has several: {', '.join(environment.projects)}"
            problems.append(self._problem((ORDERS, name, "project"), message, None))
        elif config.project is not None and config.project not in environment.projects:
            hint = (
                did_you_mean(config.project, environment.projects)
                or f"There are: {', '.join(environment.projects)}"
            )
            problems.append(
                self._problem(
                    (ORDERS, name, "project"), f"{config.project!r} isn't a project of this environment", hint
                )
            )
        return config.to_order(name, environment.home_project) if len(problems) == before else None

    def _known_model(
        self, name: str, config: OrderConfig, environment: Environment, problems: list[Problem]
    ) -> None:
        known = catalogue.load()
        if config.model not in known.ids:
            as_of = f" of {known.as_of}"
            hint = did_you_mean(config.model, known.ids, "pt catalog list")
            problems.append(
                self._problem(
                    (ORDERS, name, "model"), f"{config.model!r} isn't in the catalogue{as_of}.", hint
                )
            )

    def _validate(self, model: type[M], raw: Any, place: Place, problems: list[Problem]) -> M | None:
        if not isinstance(raw, dict):
            problems.append(self._problem(place, f"a mapping is expected, found {_found(raw)}", None))
            return None
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            problems.extend(
                self._translate(model, raw, place, detail) for detail in error.errors(include_url=False)
            )
            return None

    def _translate(self, model: type[BaseModel], raw: Any, place: Place, detail: Any) -> Problem:
        location = tuple(part for part in detail["loc"] if part != "[key]")
        path = (*place, *location)
        kind, found = detail["type"], detail.get("input")
        if kind == "extra_forbidden":
            allowed = _allowed_keys(model, location[:-1])
            nearest_key = did_you_mean(str(location[-1]), allowed)
            return self._problem(path, "unknown key", nearest_key or f"Allowed: {', '.join(allowed)}")
        if kind == "missing":
            return self._problem(path, "is missing", None)
        message, hint = _explain(kind, detail, found)
        return self._problem(path, message, hint)

    def _problem(self, path: Place, message: str, hint: str | None) -> Problem:
        full = (*self.base, *path)
        return Problem(
            file=self.source.file, line=self.source.line(full), path=dotted(full), message=message, hint=hint
        )


def _explain(kind: str, detail: Any, found: Any) -> tuple[str, str | None]:
    context = detail.get("ctx", {})
    if kind in ("enum", "literal_error"):
        expected = str(context.get("expected", ""))
        choices = re.findall(r"'([^']*)'", expected)
        hint = did_you_mean(found, choices) if isinstance(found, str) else None
        return f"found {_found(found)}; allowed: {', '.join(choices) or expected}", hint
    if kind == "value_error":
        text = str(context.get("error", detail["msg"]))
        return (f"found {_found(found)}; {text}" if text.startswith("allowed") else text), None
    if kind in ("int_type", "int_parsing", "int_from_float"):
        return f"found {_found(found)}; a whole number is expected", None
    message = str(detail["msg"]).replace("Input should be", "should be")
    return f"found {_found(found)}; {message[0].lower()}{message[1:]}", None


def _found(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"


def _allowed_keys(model: type[BaseModel], location: tuple[Any, ...]) -> list[str]:
    """The keys that a nested place of a model takes."""
    current: Any = model
    for part in location:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = next((f for n, f in current.model_fields.items() if (f.alias or n) == part), None)
            current = field.annotation if field else None
        # Inside dict[str, X] and list[X] the part is a key or an index, and X is what follows.
        elif (inner := _models_in(current)) is not None:
            current = inner
    target = current if isinstance(current, type) and issubclass(current, BaseModel) else _models_in(current)
    return [field.alias or name for name, field in target.model_fields.items()] if target else []


def _models_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        if (found := _models_in(inner)) is not None:
            return found
    return None


def nearest_order(ledger: Mapping[str, Any], name: str, stack: str) -> ConfigError:
    """The error for an order name that a ledger doesn't have."""
    close = difflib.get_close_matches(name, list(ledger), n=1)
    hint = f"Did you mean {close[0]}? All: pt orders {stack}" if close else f"All: pt orders {stack}"
    return ConfigError(Problem(message=f"stack {stack} has no order {name!r}", hint=hint))


@contextmanager
def said_plainly() -> Iterator[None]:
    """End the process with the problems on standard error, and without a traceback, when configuration is wrong."""
    try:
        yield
    except ConfigError as error:
        sys.exit("\n".join(str(problem) for problem in error.problems))
