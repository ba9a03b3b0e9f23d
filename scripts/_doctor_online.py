"""The one part of `pt doctor` that asks Google: a fresh token, then one small request per active order. Only with --online."""

from collections.abc import Iterable, Mapping
from typing import Any

from throughput import catalogue
from throughput.doctor.facts import Origin
from throughput.doctor.findings import Finding, Outcome, Section, plain
from throughput.doctor.online import Answer, judge_answer, not_probed
from throughput.orders import Order
from throughput.problems import ConfigError
from throughput.routing import headers_of

_TIMEOUT_SECONDS = 20
_PROMPT = "Reply with one word."


def online_findings(
    orders: Iterable[Order], origin: Origin, built: Any, *, base_url: str | None, as_of: Any
) -> list[Finding]:
    """A token, then one request for each order that can be tried. Every failure is a finding."""
    credential = _metadata_credential() if origin is Origin.METADATA else built
    if credential is None:
        return [_skipped("not tried, because no sound credential was found (see Credentials)")]
    refreshed = _refresh(credential)
    if refreshed.outcome is not Outcome.OK:
        return [refreshed, _skipped("requests were not tried, because there is no token")]
    found = [refreshed]
    known = catalogue.load()
    asked: set[tuple[Any, ...]] = set()
    for order in orders:
        # Orders of one pool that route alike would only ask the same thing twice.
        if (key := (order.pool, order.routing)) in asked:
            continue
        asked.add(key)
        try:
            row = known.find(order.model, as_of)
        except ConfigError as error:
            message = f"{order.name}: not tried: {error.problems[0].message}"
            found.append(_skipped(message))
            continue
        publisher = "an open model's publisher" if row.open_model else row.publisher
        # A Live model is called over a socket; an image or a video would be paid for whole, whatever the token limit says.
        prompts = "Live" not in row.family and not {"output_image", "output_video"} & set(row.categories)
        prompts = prompts and row.unit == "tokens/s"
        reason = not_probed(order, publisher, takes_prompts=prompts)
        found.append(reason or judge_answer(order, ask(order, credential, base_url)))
    if not asked:
        found.append(_skipped("no order is active, so there is nothing to try"))
    return found


def _metadata_credential() -> Any:
    from google.auth import compute_engine

    return compute_engine.Credentials()


def _refresh(credential: Any) -> Finding:
    """Get a token; a refusal is a problem, silence is not knowing."""
    import requests
    from google.auth import exceptions
    from google.auth.transport.requests import Request

    session = requests.Session()
    send = Request(session)

    def bounded(*arguments: Any, **named: Any) -> Any:
        return send(*arguments, **{**named, "timeout": _TIMEOUT_SECONDS})

    try:
        credential.refresh(bounded)
    except exceptions.TransportError as error:
        return _token(
            Outcome.UNKNOWN,
            f"no token: the service can't be reached: {_words(error)}",
            "check the network and proxies",
        )
    except exceptions.GoogleAuthError as error:
        if isinstance(error.__cause__, exceptions.TransportError):
            # The metadata client wraps silence in a refusal.
            return _token(Outcome.UNKNOWN, f"no token: {_words(error)}", "check the network and proxies")
        return _token(
            Outcome.PROBLEM, f"no token: {_words(error)}", "pt adc STACK says what this kind of caller needs"
        )
    except (ValueError, TypeError, KeyError, AttributeError, OSError) as error:
        # google-auth trusts the shape of an answer, and trips over another one.
        return _token(Outcome.PROBLEM, f"no token: {type(error).__name__}: {_words(error)}", "pt adc STACK")
    finally:
        session.close()
    email = getattr(credential, "service_account_email", None)
    return _token(
        Outcome.OK,
        f"a token was given{f' to {plain(email)}' if isinstance(email, str) and '@' in email else ''}",
    )


def _words(error: Exception) -> str:
    text = str(error.args[0]) if error.args else ""
    return plain(" ".join(text.split())[:200])


def ask(order: Order, credential: Any, base_url: str | None) -> Answer:
    """One request to the order's pool, with its routing headers; a token out is all that is paid for."""
    import httpx
    from google import genai
    from google.auth import exceptions
    from google.genai import errors, types

    options = types.HttpOptions(
        api_version="v1",
        base_url=base_url,
        timeout=_TIMEOUT_SECONDS * 1000,
        headers=headers_of(order.routing),
        retry_options=types.HttpRetryOptions(attempts=1),
    )
    try:
        with genai.Client(
            vertexai=True,
            project=order.project,
            location=order.location,
            credentials=credential,
            http_options=options,
        ) as client:
            answer = client.models.generate_content(
                model=order.model,
                contents=_PROMPT,
                config=types.GenerateContentConfig(max_output_tokens=1),
            )
    except errors.APIError as error:
        return Answer(status=error.code or 0, message=error.message or "")
    except (httpx.HTTPError, exceptions.GoogleAuthError, OSError) as error:
        return Answer(unreachable=f"{type(error).__name__}: {_words(error)}")
    except ValueError as error:
        return Answer(unreachable=f"the answer isn't one: {_words(error)}")
    usage = answer.usage_metadata
    kind = usage.traffic_type if usage else None
    return Answer(traffic_type=getattr(kind, "value", kind))


def base_url_of(environment: Mapping[str, str]) -> str | None:
    """The address that Google's SDKs take instead of Google's own, where a variable names one."""
    return environment.get("GOOGLE_VERTEX_BASE_URL") or None


def _token(outcome: Outcome, message: str, fix: str | None = None) -> Finding:
    return Finding(section=Section.ONLINE, code="online/token", outcome=outcome, message=message, fix=fix)


def _skipped(message: str) -> Finding:
    return Finding(section=Section.ONLINE, code="online/skipped", outcome=Outcome.SKIPPED, message=message)
