"""Addresses in credential files: taken apart without a network, and held against the hosts that may get a token.

The list is Google's advice for configurations from elsewhere: https only, no port, no user, a Google host, an exact path
(https://docs.cloud.google.com/docs/authentication/client-libraries#external-credentials, 2026-05-30). google-auth itself accepts any host.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from throughput.credentials.reports import problem, warning
from throughput.doctor.findings import Finding, shown

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL)
_CLEAN = re.compile(r"[!-~]+")
_REGION = r"[a-z]+-[a-z]+[0-9]+"
_EMAIL = r"[^/:@?#\s]+@[^/:@?#\s]+\.[^/:@?#\s]+"

LOOPBACK = ("127.0.0.1", "localhost", "::1")
# The metadata services of AWS and Azure, which answer over plain http by design.
METADATA_HOSTS = ("169.254.169.254", "fd00:ec2::254")
IMPERSONATION = re.compile(rf"/v1/projects/-/serviceAccounts/({_EMAIL}):generateAccessToken")


@dataclass(frozen=True, kw_only=True)
class Address:
    """A URL in parts. `user` says whether the authority names one; what it names is never kept."""

    scheme: str
    user: bool
    host: str
    port: str | None
    path: str
    query: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{f':{self.port}' if self.port is not None else ''}{self.path}"

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine."""
        return self.host in LOOPBACK


@dataclass(frozen=True, kw_only=True)
class Service:
    """One of Google's services that credential files name: its hosts and the one path that is meant."""

    name: str
    hosts: re.Pattern[str]
    path: re.Pattern[str]
    example: str


def _regional(name: str) -> re.Pattern[str]:
    return re.compile(rf"{name}(\.mtls)?\.googleapis\.com|{name}\.{_REGION}\.rep\.googleapis\.com")


STS_TOKEN = Service(
    name="the token exchange",
    hosts=_regional("sts"),
    path=re.compile(r"/v1/token"),
    example="https://sts.googleapis.com/v1/token",
)
STS_OAUTH_TOKEN = Service(
    name="the token exchange for people",
    hosts=_regional("sts"),
    path=re.compile(r"/v1/oauthtoken"),
    example="https://sts.googleapis.com/v1/oauthtoken",
)
STS_INTROSPECT = Service(
    name="the token's description",
    hosts=_regional("sts"),
    path=re.compile(r"/v1/introspect"),
    example="https://sts.googleapis.com/v1/introspect",
)
STS_REVOKE = Service(
    name="the token's revocation",
    hosts=_regional("sts"),
    path=re.compile(r"/v1/revoke"),
    example="https://sts.googleapis.com/v1/revoke",
)
IMPERSONATE = Service(
    name="service account impersonation",
    hosts=_regional("iamcredentials"),
    path=IMPERSONATION,
    example="https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/EMAIL:generateAccessToken",
)
OAUTH_TOKEN = Service(
    name="Google's OAuth service",
    hosts=re.compile(r"oauth2(\.mtls)?\.googleapis\.com|accounts\.google\.com"),
    path=re.compile(r"/token|/o/oauth2/token"),
    example="https://oauth2.googleapis.com/token",
)


def parse(url: str) -> Address | None:
    """The parts of a URL, or None for what isn't one."""
    match = _URL.fullmatch(url)
    if match is None or _CLEAN.fullmatch(url) is None or "\\" in url:
        return None
    scheme, authority, path, query, fragment = match.groups(default="")
    user, at, rest = authority.rpartition("@")
    bracketed = re.fullmatch(r"\[([0-9A-Fa-f:.]+)\](?::(.*))?", rest)
    if bracketed:
        host, port = bracketed[1], bracketed[2]
    else:
        host, colon, tail = rest.partition(":")
        port = tail if colon else None
    return Address(
        scheme=scheme.lower(),
        user=bool(at or user),
        host=host.lower(),
        port=port,
        path=path,
        query=query + fragment,
    )


def judge(place: str, url: str, service: Service, *, loopback: bool) -> Iterator[Finding]:
    """Whether `url` is that service. With `loopback`, this machine may stand in for it, which stays a warning."""
    address = parse(url)
    write = f"write {service.example}"
    if address is None:
        yield problem("not-a-url", f"{place} isn't a URL", write, place)
        return
    if address.user:
        # Checked before all else, and the address isn't shown: what stands before the @ may be a password.
        yield problem("user-in-url", f"{place} names a user or a password in front of its host", write, place)
        return
    if service.path.fullmatch(address.path) is None:
        yield problem("wrong-path", f"{place} has the path {shown(address.path)}", write, place)
    if address.query:
        yield problem("query-in-url", f"{place} has a query or a fragment behind its path", write, place)
    if loopback and address.is_loopback:
        message = f"{place} is this machine ({address.host}): the tokens it gives open nothing at Google"
        yield warning("loopback", message, place=place)
        return
    if address.scheme != "https":
        message = f"{place} is {address.scheme}: tokens would travel unencrypted"
        yield problem("not-https", message, write, place)
    if address.port is not None:
        yield problem("port-in-url", f"{place} names the port {shown(address.port)}", write, place)
    if service.hosts.fullmatch(address.host) is None:
        message = (
            f"{place} is {shown(address.host)}, not {service.name} of Google: it would receive your token"
        )
        yield problem("foreign-host", message, f"{write}; if nobody here wrote that host, report it", place)
