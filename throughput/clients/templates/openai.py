# @{about!}
# Needs: pip install "openai>=2" "google-auth[requests]"
import os
import sys

import google.auth
import openai
from google.auth.transport.requests import Request

PROJECT = @{project}
LOCATION = @{location}
MODEL = @{openai_model}  # the exact version; an alias would bypass the order
# What routes; @{mode!}: @{words!}
HEADERS = @{headers}
# No label: this endpoint has no place for one. The order is @{label}.
EXPECTED = @{expected}

HOST = os.environ.get("GOOGLE_VERTEX_BASE_URL", @{host}).rstrip("/")
credentials, _ = google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])


def token():
    """A token lives for about an hour, so the client asks for each request."""
    if not credentials.valid:
        credentials.refresh(Request())
    return credentials.token


client = openai.OpenAI(
    api_key=token,
    base_url=f"{HOST}/v1/projects/{PROJECT}/locations/{LOCATION}/endpoints/openapi",
    default_headers=HEADERS,  # one request without a header: extra_headers={name: openai.Omit()}
    # @{retry_note!}
    max_retries=@{retries},
    timeout=@{timeout_s},
)


def ask(prompt):
    return client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": prompt}])


if __name__ == "__main__":
    try:
        seen = ask("Reply with one word.").usage.extra_properties["google"]["traffic_type"]
    except openai.APIStatusError as error:
        sys.exit(f"{error.status_code} {error.message}")
    print(seen)
    if seen != EXPECTED:
        sys.exit(f"expected {EXPECTED}: @{mismatch!}")
