"""From the two routing headers of a request to what was asked for.

Strict on purpose: what Google does with an unknown value, a repeated line or `dedicated` next to a shared type isn't documented, so a
client that sends such a thing is told here rather than left to find out later.
"""

from dataclasses import dataclass

from local.vertex.errors import Refused
from local.vertex.http import Request
from throughput.orders import Routing
from throughput.routing import MODES, REQUEST_TYPE, SHARED_TYPE, Mode

_BY_HEADERS = {(mode.request_type, mode.shared_type): mode for mode in MODES.values()}
_ALLOWED = {REQUEST_TYPE: ("dedicated", "shared"), SHARED_TYPE: ("priority", "flex")}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a request's headers ask for, and the header lines that said so, as they came."""

    mode: Mode
    lines: tuple[tuple[str, str], ...]

    @property
    def routing(self) -> Routing:
        """The mode's name."""
        return self.mode.routing


def asked_for(request: Request) -> Asked:
    """The routing mode of a request. Raises `Refused` (400) for what isn't documented."""
    lines = tuple((name, value) for name, value in request.headers if name.lower() in _LOWER)
    mode = _BY_HEADERS.get((_single(request, REQUEST_TYPE), _single(request, SHARED_TYPE)))
    if mode is None:
        raise Refused(400, f"{REQUEST_TYPE}: dedicated can't be combined with {SHARED_TYPE}.")
    return Asked(mode=mode, lines=lines)


_LOWER = {REQUEST_TYPE.lower(), SHARED_TYPE.lower()}


def _single(request: Request, name: str) -> str | None:
    values = request.header_values(name)
    if not values:
        return None
    if len(values) > 1:
        raise Refused(
            400,
            f"{name} came {len(values)} times: {', '.join(values)}. Set it in one place and one spelling.",
        )
    if values[0] not in _ALLOWED[name]:
        raise Refused(400, f"{name}: {values[0]!r} isn't one of {', '.join(_ALLOWED[name])}.")
    return values[0]
