# @{about!}
# Needs: pip install "anthropic[vertex]"
import base64
import json
import sys

import anthropic

PROJECT = @{project}
LOCATION = @{location}
MODEL = @{model}  # the exact version; an alias would bypass the order
# What routes; @{mode!}: @{words!}
HEADERS = @{headers}
LABELS = @{labels}  # attribution of what spills over; it routes nothing. For Claude it travels in a header.

client = anthropic.AnthropicVertex(
    project_id=PROJECT,
    region=LOCATION,
    default_headers=HEADERS | {"X-Vertex-AI-Labels": base64.b64encode(json.dumps(LABELS).encode()).decode()},
    # @{retry_note!}
    max_retries=@{retries},
    timeout=@{timeout_s},
)


def ask(prompt):
    return client.messages.create(model=MODEL, max_tokens=64, messages=[{"role": "user", "content": prompt}])


if __name__ == "__main__":
    try:
        ask("Reply with one word.")
    except anthropic.APIStatusError as error:
        sys.exit(f"{error.status_code} {error.message}")
    # Claude's answers don't name the traffic type: this shows that the request is answered, not by whom.
    print("answered; expected @{expected!}", file=sys.stderr)
    print("To see who served it: token_count by request_type in Cloud Monitoring, or the inference logs.", file=sys.stderr)
