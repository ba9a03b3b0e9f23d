"""Google's error form, and the texts that tell one refusal from another.

Source of the two 429 texts (2026-08-04):
https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/deploy/error-code-429
"""

import json

from local.vertex.http import Response

EXCEEDED_PT = "Too many requests. Exceeded the Provisioned Throughput."
EXHAUSTED_PAYGO = "Resource exhausted, please try again later."

STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
}


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def error_response(refusal: Refused) -> Response:
    """The answer for a refusal, as Google's APIs write errors."""
    error = {"code": refusal.status, "message": refusal.message, "status": STATUS_NAMES[refusal.status]}
    return Response(status=refusal.status, body=json.dumps({"error": error}).encode())
