#!/usr/bin/env bash
# @{about!}
# Needs: curl, jq, gcloud
set -euo pipefail

project=@{project}
location=@{location}
model=@{model} # the exact version; an alias would bypass the order
# What routes; @{mode!}: @{words!}
headers=(@{header_arguments})
labels=@{labels} # attribution of what spills over; it routes nothing. For Claude it travels in a header.

host=${GOOGLE_VERTEX_BASE_URL:-@{host}}
token=${GOOGLE_ACCESS_TOKEN:-$(gcloud auth application-default print-access-token)}

# @{retry_note!}
answer=$(curl -sS --max-time @{timeout_s} --retry @{retries} \
  "$host/v1/projects/$project/locations/$location/publishers/anthropic/models/$model:rawPredict" \
  -H "Authorization: Bearer $token" -H "Content-Type: application/json" ${headers[@]+"${headers[@]}"} \
  -H "X-Vertex-AI-Labels: $(printf %s "$labels" | base64 | tr -d '\n')" \
  -d '{"anthropic_version":"vertex-2023-10-16","max_tokens":64,"messages":[{"role":"user","content":"Reply with one word."}]}')

if ! jq -e .content >/dev/null <<<"$answer"; then
  jq -r '"\(.error.code) \(.error.message)"' <<<"$answer" >&2
  exit 1
fi
# Claude's answers don't name the traffic type: this shows that the request is answered, not by whom.
echo "answered; expected @{expected!}. Who served it: token_count by request_type in Cloud Monitoring." >&2
