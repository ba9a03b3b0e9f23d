# @{about!}
# Needs: pip install "google-genai>=2.15"
import sys

from google import genai
from google.genai import errors, types

PROJECT = @{project}
LOCATION = @{location}  # without it the client takes "global", and another location's order is bypassed
MODEL = @{model}  # the exact version; an alias would bypass the order
# What routes; @{mode!}: @{words!}
HEADERS = @{headers}
LABELS = @{labels}  # attribution of what spills over; it routes nothing
EXPECTED = @{expected}

# The headers go with each request, not into the client: a client-wide header can't be taken off a request again.
client = genai.Client(
    vertexai=True,
    project=PROJECT,
    location=LOCATION,
    http_options=types.HttpOptions(api_version="v1", timeout=@{timeout_ms}),
)


def ask(prompt):
    return client.models.generate_content(
        model=MODEL,
        contents=prompt,
        config=types.GenerateContentConfig(
            labels=LABELS,
            http_options=types.HttpOptions(
                headers=HEADERS,
                # @{retry_note!}
                retry_options=types.HttpRetryOptions(attempts=@{attempts}),
            ),
        ),
    )


if __name__ == "__main__":
    try:
        seen = ask("Reply with one word.").usage_metadata.traffic_type.value
    except errors.APIError as error:
        sys.exit(f"{error.code} {error.message}")
    print(seen)
    if seen != EXPECTED:
        sys.exit(f"expected {EXPECTED}: @{mismatch!}")
