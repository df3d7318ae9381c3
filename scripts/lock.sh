#!/bin/sh
# Compile the lock files: every hash of every file, no index address, valid for all Python versions from 3.11.
set -eu
cd "$(dirname "$0")/.."
PY=${PY:-.venv/bin/python}
for name in runtime local solver dev; do
    "$PY" -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate ${UPGRADE:+--upgrade} \
        "requirements/$name.in" --output-file "requirements/$name.txt"
done
if grep -nE '://|^--' requirements/*.txt; then
    echo "A lock file names an address; see above." >&2
    exit 1
fi
