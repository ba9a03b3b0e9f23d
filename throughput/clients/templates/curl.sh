#!/usr/bin/env bash
# @{about!}
# Needs: curl, jq, gcloud
set -euo pipefail

project=@{project}
location=@{location}
model=@{model} # the exact version; an alias would bypass the order
# What routes; @{mode!}: @{words!}
headers=(@{header_arguments})
labels=@{labels} # attribution of what spills over; it routes nothing
expected=@{expected}

host=${GOOGLE_VERTEX_BASE_URL:-@{host}}
token=${GOOGLE_ACCESS_TOKEN:-$(gcloud auth application-default print-access-token)}

# @{retry_note!}
answer=$(curl -sS --max-time @{timeout_s} --retry @{retries} \
  "$host/v1/projects/$project/locations/$location/publishers/google/models/$model:generateContent" \
  -H "Authorization: Bearer $token" -H "Content-Type: application/json" ${headers[@]+"${headers[@]}"} \
  -d "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Reply with one word.\"}]}],\"labels\":$labels}")

seen=$(jq -r '.usageMetadata.trafficType // "\(.error.code) \(.error.message)"' <<<"$answer")
echo "$seen"
if [ "$seen" != "$expected" ]; then
  echo "expected $expected: @{mismatch!}" >&2
  exit 1
fi
