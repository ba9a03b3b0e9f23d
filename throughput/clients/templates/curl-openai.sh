#!/usr/bin/env bash
# @{about!}
# Needs: curl, jq, gcloud
set -euo pipefail

project=@{project}
location=@{location}
model=@{openai_model} # the exact version; an alias would bypass the order
# What routes; @{mode!}: @{words!}
headers=(@{header_arguments})
# No label: this endpoint has no place for one. The order is @{label!}.
expected=@{expected}

host=${GOOGLE_VERTEX_BASE_URL:-@{host}}
token=${GOOGLE_ACCESS_TOKEN:-$(gcloud auth application-default print-access-token)}

# @{retry_note!}
answer=$(curl -sS --max-time @{timeout_s} --retry @{retries} \
  "$host/v1/projects/$project/locations/$location/endpoints/openapi/chat/completions" \
  -H "Authorization: Bearer $token" -H "Content-Type: application/json" ${headers[@]+"${headers[@]}"} \
  -d "{\"model\":\"$model\",\"messages\":[{\"role\":\"user\",\"content\":\"Reply with one word.\"}]}")

seen=$(jq -r '.usage.extra_properties.google.traffic_type // "\(.error.code) \(.error.message)"' <<<"$answer")
echo "$seen"
if [ "$seen" != "$expected" ]; then
  echo "expected $expected: @{mismatch!}" >&2
  exit 1
fi
