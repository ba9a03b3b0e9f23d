# @{about!}
# Needs: pip install "google-genai>=2.15"
#
# The generative part of the vertexai SDK is deprecated (2025-06-24), so this is the way out of it. Where you have
#
#     headers = @{metadata}
#     vertexai.init(project=@{project}, location=@{location}, request_metadata=list(headers.items()))
#     model = GenerativeModel(@{model})
#     model.generate_content(prompt, labels=@{labels})
#
# (header names in lower case there: its gRPC transport refuses others), write what follows. The old wrapper doesn't show the
# traffic type; this one does.
import sys

from google import genai
from google.genai import errors, types

PROJECT = @{project}
LOCATION = @{location}
MODEL = @{model}  # the exact version; an alias would bypass the order
# What routes; @{mode!}: @{words!}
HEADERS = @{headers}
LABELS = @{labels}  # attribution of what spills over; it routes nothing
EXPECTED = @{expected}

# vertexai.init(...) becomes a client that you keep.
client = genai.Client(
    vertexai=True,
    project=PROJECT,
    location=LOCATION,
    http_options=types.HttpOptions(api_version="v1", timeout=@{timeout_ms}),
)


# GenerativeModel(MODEL).generate_content(prompt, labels=LABELS) becomes a call that names the model.
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
