#!/usr/bin/env bash
# Fills in the formula of Homebrew: packaging/fill.sh VERSION FOLDER prints it, with the checksums that lie in FOLDER
# beside the binaries of the release, each in a file that ends in `.sha256`.
set -euo pipefail
version=$1
folder=$2
formula=$(sed "s/@VERSION@/$version/g" "$(dirname "$0")/homebrew.rb")
for target in aarch64-apple-darwin x86_64-apple-darwin aarch64-unknown-linux-musl x86_64-unknown-linux-musl; do
  read -r sum _ <"$folder/driftlint-$target.tar.gz.sha256"
  if ! [[ $sum =~ ^[0-9a-f]{64}$ ]]; then
    echo "driftlint-$target.tar.gz.sha256 holds no checksum" >&2
    exit 1
  fi
  formula=${formula//@$target@/$sum}
done
printf '%s\n' "$formula"
