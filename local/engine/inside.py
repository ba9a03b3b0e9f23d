"""A plugin inside the engine's own process: the same messages, handed over without a connection.

Used for the stand-in for Google Cloud only. Over a connection each call costs more than the stand-in's answer, and a
preview makes two for every resource.
"""

from collections.abc import Callable
from typing import Any, NoReturn

import grpc


class _Refusal(grpc.RpcError):  # type: ignore[misc] # grpc has no types
    """What a caller sees when the plugin aborts."""

    def __init__(self, code: grpc.StatusCode, details: str) -> None:
        super().__init__(details)
        self._code, self._details = code, details

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str:
        return self._details


class _Context:
    """What a servicer needs of a call's context."""

    def abort(self, code: grpc.StatusCode, details: str) -> NoReturn:
        raise _Refusal(code, details)

    def set_code(self, code: grpc.StatusCode) -> None:
        self._code = code

    def set_details(self, details: str) -> None:
        raise _Refusal(self._code, details)


class Inside:
    """A servicer that looks like the stub of a connection."""

    def __init__(self, servicer: Any) -> None:
        self._servicer = servicer

    def __getattr__(self, method: str) -> Callable[..., Any]:
        answer = getattr(self._servicer, method)

        def call(request: Any, timeout: float | None = None) -> Any:
            try:
                return answer(request, _Context())
            except NotImplementedError as error:
                raise _Refusal(grpc.StatusCode.UNIMPLEMENTED, method) from error
            except OSError as error:  # a full disk or a folder without the right to write
                raise _Refusal(grpc.StatusCode.UNKNOWN, str(error)) from error

        return call
