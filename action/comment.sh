#!/usr/bin/env bash
# One comment on the pull request, written again in its place.
set -euo pipefail
mark='<!-- driftlint -->'
body=$(printf '%s\n' "$mark"; cat "${RUNNER_TEMP:-/tmp}/driftlint.md")
id=$(gh api --paginate "repos/$REPOSITORY/issues/$NUMBER/comments" \
  --jq ".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$mark\"))) | .id" | head -n 1)
if [ -n "$id" ]; then
  gh api --method PATCH "repos/$REPOSITORY/issues/comments/$id" --raw-field "body=$body" --silent
else
  gh api --method POST "repos/$REPOSITORY/issues/$NUMBER/comments" --raw-field "body=$body" --silent
fi
