#!/usr/bin/env bash
# A full disk ends an edit with status 74, its own message and no file. Needs root for the small file system.
set -euo pipefail
cd "$(dirname "$0")/.."
sparsedit=$(swift build -c release --show-bin-path)/sparsedit
disk=$(mktemp -d)
mount -t tmpfs -o size=64k tmpfs "$disk"
trap 'umount "$disk"; rmdir "$disk"' EXIT

for ending in png tif jpg; do
  status=0
  message=$("$sparsedit" inpaint -m Tests/TestSupport/tiny -i samples/street.jpg --mask masks/street.png \
    -p moss -o "$disk/out.$ending" --quiet 2>&1) || status=$?
  echo "$ending: status $status: $message"
  [ "$status" = 74 ]
  [ -z "$(ls -A "$disk")" ]
done
echo "a full disk is reported, and nothing is left on it"
