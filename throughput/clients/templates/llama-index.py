# @{about!}
# Needs: pip install llama-index-llms-google-genai
import sys

from google.genai import errors, types
from llama_index.llms.google_genai import GoogleGenAI

PROJECT = @{project}
LOCATION = @{location}
MODEL = @{model}  # the exact version; an alias would bypass the order
# What routes; @{mode!}: @{words!}
HEADERS = @{headers}
LABELS = @{labels}  # attribution of what spills over; it routes nothing
EXPECTED = @{expected}

llm = GoogleGenAI(
    model=MODEL,
    vertexai_config={"project": PROJECT, "location": LOCATION},
    http_options=types.HttpOptions(
        api_version="v1",
        headers=HEADERS,
        timeout=@{timeout_ms},
        # @{retry_note!}
        retry_options=types.HttpRetryOptions(attempts=@{attempts}),
    ),
    max_retries=0,
    # Temperature and length belong in here: what the constructor is given besides is dropped. So are labels given per call.
    generation_config=types.GenerateContentConfig(labels=LABELS, temperature=0.2, max_output_tokens=512),
    # Both, or the constructor asks the API for them.
    max_tokens=512,
    context_window=1_000_000,
)


if __name__ == "__main__":
    try:
        seen = llm.complete("Reply with one word.").raw["usage_metadata"]["traffic_type"]
    except errors.APIError as error:
        sys.exit(f"{error.code} {error.message}")
    seen = getattr(seen, "value", seen)
    print(seen)
    if seen != EXPECTED:
        sys.exit(f"expected {EXPECTED}: @{mismatch!}")
