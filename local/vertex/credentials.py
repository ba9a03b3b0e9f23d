"""The paths that google-auth calls for a token: the metadata server, the token exchange (STS) and service account impersonation.

Every token handed out here is made up, starts with "local-" and opens nothing. Nothing that a caller sends as a credential is
checked, kept or shown.
Formats: https://docs.cloud.google.com/compute/docs/metadata/overview, https://docs.cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token,
https://docs.cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken (2026-05-30).
"""

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from local.vertex.calls import json_body
from local.vertex.errors import Refused
from local.vertex.http import Request, Response

LIFETIME_SECONDS = 3600
SUBJECT_TOKEN_PATH = "/local/subject-token"
STS_PATH = "/v1/token"
_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
_ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
_IMPERSONATE = re.compile(r"/v1/projects/-/serviceAccounts/([^/:]+@[^/:]+):generateAccessToken")
_ACCOUNT = "pt-local@local.iam.gserviceaccount.com"
_FLAVOR = (("Metadata-Flavor", "Google"),)


def external_account(base_url: str) -> dict[str, object]:
    """A credential file whose every address is this endpoint: what GOOGLE_APPLICATION_CREDENTIALS may point to."""
    return {
        "universe_domain": "googleapis.com",
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/local-pool/providers/local-provider",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": f"{base_url}{STS_PATH}",
        "credential_source": {"url": f"{base_url}{SUBJECT_TOKEN_PATH}", "format": {"type": "text"}},
    }


def answer(request: Request, project: str, now: float) -> Response | None:
    """The answer to a credential request, or None when the path is none of these."""
    if request.path == SUBJECT_TOKEN_PATH:
        return Response(body=b"local-subject", content_type="text/plain")
    if request.path == STS_PATH:
        return _exchange(request)
    if found := _IMPERSONATE.fullmatch(request.path):
        return _impersonate(request, found[1], now)
    if request.path.startswith("/computeMetadata/") or (
        request.path == "/" and request.header("Metadata-Flavor")
    ):
        return _metadata(request, project)
    return None


def _exchange(request: Request) -> Response:
    raw = request.body.decode("utf-8", "replace")
    form = dict(parse_qsl(raw))
    if raw.lstrip().startswith("{"):
        form = {_snake(key): str(value) for key, value in json_body(request).items()}
    missing = [name for name in ("audience", "subject_token", "subject_token_type") if not form.get(name)]
    if request.method != "POST" or form.get("grant_type") != _EXCHANGE or missing:
        wrong = f"missing: {', '.join(missing)}" if missing else f"grant_type must be {_EXCHANGE}"
        return Response(
            status=400, body=json.dumps({"error": "invalid_request", "error_description": wrong}).encode()
        )
    token = {
        "access_token": "local-exchanged",
        "issued_token_type": _ACCESS_TOKEN,
        "token_type": "Bearer",
        "expires_in": LIFETIME_SECONDS,
    }
    return Response(body=json.dumps(token).encode())


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", lambda found: f"_{found[1].lower()}", name)


def _impersonate(request: Request, account: str, now: float) -> Response:
    if not (request.header("Authorization") or "").startswith("Bearer "):
        raise Refused(401, "Request is missing required authentication credential.")
    seconds = LIFETIME_SECONDS
    try:
        lifetime = json.loads(request.body or b"{}").get("lifetime")
        if lifetime is not None:
            seconds = int(str(lifetime).removesuffix("s"))
    except (ValueError, AttributeError) as error:
        raise Refused(400, "lifetime: seconds such as 3600s are expected.") from error
    if not 1 <= seconds <= 43_200:
        raise Refused(400, "lifetime: at most 43200s, and more than 3600s only by an organisation policy.")
    until = datetime.fromtimestamp(now, UTC).replace(microsecond=0) + timedelta(seconds=seconds)
    token = {"accessToken": f"local-as-{account}", "expireTime": until.strftime("%Y-%m-%dT%H:%M:%SZ")}
    return Response(body=json.dumps(token).encode())


def _metadata(request: Request, project: str) -> Response:
    if request.header("Metadata-Flavor") != "Google":
        return Response(
            status=403, body=b"Missing required header Metadata-Flavor: Google", content_type="text/plain"
        )
    place = request.path.removeprefix("/computeMetadata/v1/").strip("/")
    texts = {
        "": "",
        "project/project-id": project,
        "project/numeric-project-id": "1",
        "universe/universe-domain": "googleapis.com",
        "universe/universe_domain": "googleapis.com",
    }
    if place in texts:
        return Response(body=texts[place].encode(), content_type="application/text", headers=_FLAVOR)
    found = re.fullmatch(r"instance/service-accounts/([^/]+)(?:/(token|email|scopes))?", place)
    if found is None or found[1] not in ("default", _ACCOUNT):
        return Response(status=404, body=b"not found", content_type="text/plain", headers=_FLAVOR)
    scope = "https://www.googleapis.com/auth/cloud-platform"
    if found[2] == "token":
        token = {"access_token": "local-metadata", "expires_in": LIFETIME_SECONDS, "token_type": "Bearer"}
        return Response(body=json.dumps(token).encode(), content_type="application/json", headers=_FLAVOR)
    if found[2] is not None:
        return Response(
            body=(_ACCOUNT if found[2] == "email" else scope).encode(),
            content_type="application/text",
            headers=_FLAVOR,
        )
    account = {"aliases": ["default"], "email": _ACCOUNT, "scopes": [scope]}
    return Response(body=json.dumps(account).encode(), content_type="application/json", headers=_FLAVOR)
