"""The credential that would be used: which, whether its file is sound, and whether it is the stack's client."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from throughput.credentials import Examined
from throughput.credentials.reading import MAX_BYTES
from throughput.credentials.reports import problem, warning
from throughput.doctor.facts import Choice, FileFacts, FileState, Origin
from throughput.doctor.findings import Finding, Outcome, Section, plain

_GROUP_OR_OTHERS = 0o077
_OTHERS_WRITE = 0o022


@dataclass(frozen=True, kw_only=True)
class Expected:
    """Who the stack says should call: its clients' accounts and its projects. Empty when no stack was named."""

    stack: str | None = None
    accounts: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CredentialFacts:
    """`refused` is what a class loader said; None when it built the credential, or wasn't tried because the file isn't sound."""

    choice: Choice
    examined: Examined | None = None
    refused: str | None = None
    token: FileFacts | None = None
    expected: Expected = field(default_factory=Expected)


def credential_findings(facts: CredentialFacts) -> list[Finding]:
    """Every finding about the credential, the choice first."""
    return list(_findings(facts))


def _findings(facts: CredentialFacts) -> Iterator[Finding]:
    choice = facts.choice
    if choice.origin is Origin.NONE:
        fix = _how(facts.expected)
        yield problem("none", f"no credential would be found: {choice.why}", fix)
        return
    if choice.origin is Origin.METADATA:
        message = f"the machine's own service account, from the metadata server ({choice.why}); which one, only --online can tell"
        yield _ok("chosen", message)
        return
    assert choice.file is not None
    unread = list(_unread(choice.file, facts.expected))
    if unread or facts.examined is None:
        yield from unread
        return
    yield _ok("chosen", f"{facts.examined.words} ({plain(choice.why)})")
    yield from _modes(choice.file, facts.examined)
    yield from facts.examined.findings
    yield from _constructed(facts)
    yield from _token(facts)
    yield from _fits(facts.examined, facts.expected)


def _ok(code: str, message: str) -> Finding:
    return Finding(
        section=Section.CREDENTIALS, code=f"credentials/{code}", outcome=Outcome.OK, message=message
    )


def _how(expected: Expected) -> str:
    return (
        f"pt adc {expected.stack}" if expected.stack else "pt adc STACK says what each kind of caller needs"
    )


def _unread(file: FileFacts, expected: Expected) -> Iterator[Finding]:
    path = plain(file.path)
    if file.state is FileState.FILE and file.data is not None:
        return
    if file.path.startswith("~"):
        fix = "write the whole path, or let the shell expand it: no quotes around ~"
        yield problem("file", f"credential file {path} is {file.state}: ~ isn't expanded in a variable", fix)
        return
    reason = f" ({file.reason})" if file.reason else ""
    yield problem("file", f"credential file {path} is {file.state}{reason}", _how(expected))


def _modes(file: FileFacts, examined: Examined) -> Iterator[Finding]:
    if file.mode is None:
        return
    path = plain(file.path)
    if file.mode & _OTHERS_WRITE:
        message = f"others may write {path} (mode {file.mode:04o}), and so redirect your tokens"
        yield problem("file-mode", message, f"chmod 600 {path}")
    elif examined.secret and file.mode & _GROUP_OR_OTHERS:
        message = f"others may read {path} (mode {file.mode:04o}), and so act as its owner"
        yield warning("file-mode", message, f"chmod 600 {path}")


def _constructed(facts: CredentialFacts) -> Iterator[Finding]:
    assert facts.examined is not None
    if not facts.examined.usable:
        yield Finding(
            section=Section.CREDENTIALS,
            code="credentials/construct",
            outcome=Outcome.SKIPPED,
            message="google-auth wasn't given the file, because of what is wrong with it",
        )
    elif facts.refused is not None:
        yield problem(
            "construct", f"google-auth refuses the file: {plain(facts.refused)}", _how(facts.expected)
        )


def _token(facts: CredentialFacts) -> Iterator[Finding]:
    token = facts.token
    if token is None:
        return
    path = plain(token.path)
    if token.state is not FileState.FILE or token.data is None:
        reason = f" ({token.reason})" if token.reason else ""
        fix = "mount or write the token there, see docs/credentials.md"
        yield problem("token-file", f"token file {path} is {token.state}{reason}", fix)
        return
    if not token.data.strip():
        yield problem(
            "token-file", f"token file {path} is empty", "see what should write it; docs/credentials.md"
        )
    if len(token.data) > MAX_BYTES:
        yield problem("token-file", f"token file {path} is larger than any token", "see what writes it")
    if token.mode is not None and token.mode & _OTHERS_WRITE:
        yield warning("file-mode", f"others may write {path} (mode {token.mode:04o})", f"chmod go-w {path}")


def _fits(examined: Examined, expected: Expected) -> Iterator[Finding]:
    """Whether it is one of the stack's clients that would call."""
    if examined.impersonates and expected.accounts and examined.impersonates not in expected.accounts:
        message = f"it becomes {plain(examined.impersonates)}, which is no client of {expected.stack}"
        yield warning("other-account", message, f"clients: {', '.join(expected.accounts)}. {_how(expected)}")
    if examined.kind == "authorized_user" and expected.accounts:
        message = f"you would call as yourself, not as a client of {expected.stack}: what works for you may fail for it"
        yield warning("own-account", message, f"pt adc {expected.stack} --for developer")
    quota = examined.quota_project
    if quota and expected.projects and quota not in expected.projects:
        message = (
            f"quota project {plain(quota)} isn't one of {expected.stack}'s: {', '.join(expected.projects)}"
        )
        fix = f"gcloud auth application-default set-quota-project {expected.projects[0]}"
        yield warning("quota-project", message, fix)
