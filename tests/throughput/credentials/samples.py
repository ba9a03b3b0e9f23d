"""One sound file of each kind, and a way to change one place of it."""

import copy
from typing import Any

POOL = "//iam.googleapis.com/projects/635552151046/locations/global/workloadIdentityPools/gitlab/providers/gitlab"
PEOPLE = "//iam.googleapis.com/locations/global/workforcePools/acme-people/providers/okta"
STS = "https://sts.googleapis.com/v1/token"
ACCOUNT = "chat-api@acme-prod.iam.gserviceaccount.com"
BECOME = f"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{ACCOUNT}:generateAccessToken"
JWT = "urn:ietf:params:oauth:token-type:jwt"
# A frame without a key in it: enough to be recognised, of no use to anybody.
PEM = "-----BEGIN " + "PRIVATE KEY-----\nbm8ga2V5\n-----END " + "PRIVATE KEY-----\n"

FILE: dict[str, Any] = {
    "universe_domain": "googleapis.com",
    "type": "external_account",
    "audience": POOL,
    "subject_token_type": JWT,
    "token_url": STS,
    "credential_source": {"file": "/var/run/token"},
    "service_account_impersonation_url": BECOME,
    "service_account_impersonation": {"token_lifetime_seconds": 3600},
    "quota_project_id": "acme-prod",
}
URL: dict[str, Any] = FILE | {
    "credential_source": {
        "url": "https://issuer.example.com/token",
        "headers": {"Authorization": "Bearer abc"},
        "format": {"type": "json", "subject_token_field_name": "value"},
    }
}
AWS: dict[str, Any] = FILE | {
    "subject_token_type": "urn:ietf:params:aws:token-type:aws4_request",
    "credential_source": {
        "environment_id": "aws1",
        "region_url": "http://169.254.169.254/latest/meta-data/placement/availability-zone",
        "url": "http://169.254.169.254/latest/meta-data/iam/security-credentials",
        "regional_cred_verification_url": "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
        "imdsv2_session_token_url": "http://169.254.169.254/latest/api/token",
    },
}
CERTIFICATE: dict[str, Any] = FILE | {
    "subject_token_type": "urn:ietf:params:oauth:token-type:mtls",
    "token_url": "https://sts.mtls.googleapis.com/v1/token",
    "credential_source": {"certificate": {"use_default_certificate_config": True}},
}
PERSON: dict[str, Any] = {
    "type": "authorized_user",
    "client_id": "1.apps.googleusercontent.com",
    "client_secret": "hush",
    "refresh_token": "1//hush",
    "quota_project_id": "acme-prod",
    "universe_domain": "googleapis.com",
}
IMPERSONATED: dict[str, Any] = {
    "type": "impersonated_service_account",
    "service_account_impersonation_url": BECOME,
    "source_credentials": {
        key: PERSON[key] for key in ("type", "client_id", "client_secret", "refresh_token")
    },
    "delegates": [],
}
WORKFORCE: dict[str, Any] = {
    "type": "external_account_authorized_user",
    "audience": PEOPLE,
    "client_id": "x",
    "client_secret": "y",
    "refresh_token": "z",
    "token_url": "https://sts.googleapis.com/v1/oauthtoken",
    "token_info_url": "https://sts.googleapis.com/v1/introspect",
}
KEY: dict[str, Any] = {
    "type": "service_account",
    "client_email": ACCOUNT,
    "private_key": PEM,
    "token_uri": "https://oauth2.googleapis.com/token",
    "project_id": "acme-prod",
}
SOUND = {
    "file": FILE,
    "url": URL,
    "aws": AWS,
    "certificate": CERTIFICATE,
    "person": PERSON,
    "impersonated": IMPERSONATED,
    "workforce": WORKFORCE,
}
ABSENT = object()


def changed(base: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of `base` with the value at a dotted path replaced; `ABSENT` takes it out."""
    result = copy.deepcopy(base)
    *parents, last = path.split(".")
    target: Any = result
    for name in parents:
        target = target[name]
    if value is ABSENT:
        del target[last]
    else:
        target[last] = value
    return result
