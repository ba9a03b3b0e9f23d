"""Credential files written here, as `gcloud iam workload-identity-pools create-cred-config` writes them. None holds a key.

Format: https://docs.cloud.google.com/iam/docs/workload-identity-federation-with-other-providers and …-with-other-clouds (2026-05-30), and
the files of gcloud 528.
"""

import json
from collections.abc import Mapping
from typing import Any

# Ids of pools and providers have at least 4 characters, so plain aws isn't one.
AWS_POOL = "aws-roles"
_AWS_SOURCE = {
    "environment_id": "aws1",
    "region_url": "http://169.254.169.254/latest/meta-data/placement/availability-zone",
    "url": "http://169.254.169.254/latest/meta-data/iam/security-credentials",
    "regional_cred_verification_url": (
        "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15"
    ),
    "imdsv2_session_token_url": "http://169.254.169.254/latest/api/token",
}


def provider(number: str, kind: str) -> str:
    """Resource name of a pool's provider; this project gives both the name of their kind."""
    return f"projects/{number}/locations/global/workloadIdentityPools/{kind}/providers/{kind}"


def from_token_file(number: str, kind: str, email: str, token_file: str) -> dict[str, Any]:
    """A file that exchanges the token in `token_file` and becomes `email`."""
    return _external(number, kind, email, "urn:ietf:params:oauth:token-type:jwt", {"file": token_file})


def from_aws(number: str, email: str) -> dict[str, Any]:
    """A file that proves an AWS role by a signed request and becomes `email`."""
    return _external(number, AWS_POOL, email, "urn:ietf:params:aws:token-type:aws4_request", _AWS_SOURCE)


def as_text(file: Mapping[str, Any]) -> str:
    """The file's text."""
    return json.dumps(file, indent=2) + "\n"


def _external(
    number: str, kind: str, email: str, token_type: str, source: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "universe_domain": "googleapis.com",
        "type": "external_account",
        "audience": f"//iam.googleapis.com/{provider(number, kind)}",
        "subject_token_type": token_type,
        "token_url": "https://sts.googleapis.com/v1/token",
        "credential_source": dict(source),
        "service_account_impersonation_url": (
            f"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{email}:generateAccessToken"
        ),
    }
