#!/usr/bin/env bash
# A check run beside the job: green without findings, grey where there are warnings alone, red where something fails or
# could not be judged. A job is green or red only.
set -euo pipefail
report=${RUNNER_TEMP:-/tmp}/driftlint.json
counts=$(jq -r '"\(.summary.errors // 0) \(.summary.warnings // 0)"' "$report" 2>/dev/null || echo '0 0')
read -r errors warnings <<<"$counts"
case ${STATUS:-2} in
  0)
    conclusion=success
    title='no problems'
    if [ "$((errors + warnings))" -gt 0 ]; then
      conclusion=neutral
      title="$errors errors, $warnings warnings"
    fi
    ;;
  1)
    conclusion=failure
    title="$errors errors, $warnings warnings"
    ;;
  *)
    conclusion=failure
    title='driftlint could not judge'
    ;;
esac
# GitHub takes 65,535 characters.
summary=$(head -c 60000 "${RUNNER_TEMP:-/tmp}/driftlint.md")
gh api --method POST "repos/$REPOSITORY/check-runs" --silent \
  --raw-field name=driftlint --raw-field "head_sha=$HEAD_SHA" --raw-field status=completed \
  --raw-field "conclusion=$conclusion" --raw-field "output[title]=$title" --raw-field "output[summary]=$summary"
