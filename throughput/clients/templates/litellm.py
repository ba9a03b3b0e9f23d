# @{about!}
# Needs: pip install litellm google-auth
import sys

import litellm

PROJECT = @{project}
LOCATION = @{location}
MODEL = @{litellm_model}  # the exact version; an alias would bypass the order
# What routes; @{mode!}: @{words!}
HEADERS = @{headers}
LABELS = @{labels}  # attribution of what spills over; it routes nothing
EXPECTED = @{expected}


def ask(prompt):
    # Completions only: LiteLLM's embeddings on Vertex AI lose the headers.
    return litellm.completion(
        model=MODEL,
        vertex_project=PROJECT,
        vertex_location=LOCATION,
        messages=[{"role": "user", "content": prompt}],
        extra_headers=HEADERS,
        labels=dict(LABELS),
        # @{retry_note!}
        num_retries=@{retries},
        timeout=@{timeout_s},
    )


if __name__ == "__main__":
    try:
        seen = ask("Reply with one word.")._hidden_params["provider_specific_fields"]["traffic_type"]
    except litellm.exceptions.APIError as error:
        sys.exit(f"{error.status_code} {error.message}")
    except litellm.exceptions.RateLimitError as error:
        sys.exit(f"429 {error.message}")
    print(seen)
    if seen != EXPECTED:
        sys.exit(f"expected {EXPECTED}: @{mismatch!}")
