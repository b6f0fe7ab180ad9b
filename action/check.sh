#!/usr/bin/env bash
# Checks what a pull request changes, or everything. Writes the status to the step's output; the last step fails the job,
# so that the comment is written first.
set -uo pipefail
arguments=(--format github --fail-on "$FAIL_ON" --output "markdown=${RUNNER_TEMP:-/tmp}/driftlint.md"
  --output "json=${RUNNER_TEMP:-/tmp}/driftlint.json")
if [ -n "$SINCE" ]; then
  arguments+=(--since "$SINCE")
elif [ -n "$BASE_REF" ]; then
  arguments+=(--since "origin/$BASE_REF")
fi
if [ -n "$SARIF" ]; then
  arguments+=(--output "sarif=$SARIF")
fi
while IFS= read -r path; do
  if [ -n "$path" ]; then arguments+=("$path"); fi
done <<<"$PATHS"
driftlint check "${arguments[@]}"
echo "status=$?" >>"$GITHUB_OUTPUT"
