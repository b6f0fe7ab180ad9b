#!/usr/bin/env bash
# Measures how the time of driftlint grows with a history. Needs what `./test` installs, and is no test: it prints, and judges nothing.
#   tests/speed.sh                            every row, with the release binary
#   tests/speed.sh --list                     the names of the rows
#   tests/speed.sh --scale 0.1 hub renames …  these rows, at a tenth of their sizes
#   DRIFTLINT=old tests/speed.sh …            another binary; several, separated by commas, are measured side by side
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${DRIFTLINT:-}" ]; then
  cargo build --release --locked --quiet
  DRIFTLINT="$PWD/target/release/driftlint"
fi
export DRIFTLINT
exec python3 tests/speed/main.py "$@"
