#!/usr/bin/env bash
# Puts driftlint on the path: the binary of a release, after its checksum. One that is there already is taken.
set -euo pipefail
if command -v driftlint >/dev/null; then
  exit 0
fi
case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) target=x86_64-unknown-linux-musl ;;
  Linux-aarch64) target=aarch64-unknown-linux-musl ;;
  Darwin-arm64) target=aarch64-apple-darwin ;;
  Darwin-x86_64) target=x86_64-apple-darwin ;;
  *)
    echo "::error title=driftlint::there is no binary for $(uname -s) $(uname -m)"
    exit 2
    ;;
esac
folder=${RUNNER_TEMP:-/tmp}/driftlint
mkdir -p "$folder"
cd "$folder"
name=driftlint-$target.tar.gz
from=${DRIFTLINT_RELEASES:-https://github.com/driftlint/driftlint/releases/download}/$VERSION
curl --fail --silent --show-error --location --retry 3 --remote-name "$from/$name" --remote-name "$from/$name.sha256"
if command -v sha256sum >/dev/null; then sha256sum --check --quiet "$name.sha256"; else shasum -a 256 --check --quiet "$name.sha256"; fi
tar -xzf "$name"
echo "$folder" >>"$GITHUB_PATH"
