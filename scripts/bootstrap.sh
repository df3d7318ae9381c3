#!/bin/sh
# Make .venv and install the locked packages, only when the lock files changed.
# Usage: scripts/bootstrap.sh run | dev      (PYTHON=/path/to/python3.12 chooses the interpreter)
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-run}

usable() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    # 3.11 and 3.12 first: for them Redis comes as a package too.
    for candidate in ${PYTHON:-python3.11 python3.12 python3 python3.13 python3.14}; do
        if usable "$candidate"; then
            echo "$candidate"
            return 0
        fi
    done
    echo "Python 3.11 or newer is needed and none was found. Install it, or name it: PYTHON=/path/to/python3 make run" >&2
    return 1
}

make_venv() {
    python=$(find_python)
    # A virtual environment that was moved or whose Python is gone is made anew; it holds nothing of the user's.
    rm -rf .venv
    if ! "$python" -c 'import ensurepip' >/dev/null 2>&1; then
        # Debian and Ubuntu pack this part of Python apart.
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
            echo "Installing python$version-venv …"
            DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null 2>&1 || true
            DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "python$version-venv" >/dev/null
        else
            echo "Python's venv module is missing. Install it, then run this again:" >&2
            echo "    sudo apt-get install -y python$version-venv" >&2
            return 1
        fi
    fi
    echo "Creating .venv with $("$python" --version) …"
    "$python" -m venv .venv
}

# A fresh clone whose disk is full should read so before pip says it in a hundred lines.
free=$(df -Pk . | awk 'NR == 2 { print int($4 / 1024) }')
if [ ! -d .venv ] && [ "${free:-9999}" -lt 1500 ]; then
    echo "Only $free MB are free here, 1500 MB are needed for the first start. Free some space, or clone to another disk." >&2
    exit 1
fi

# Checked before anything is installed, so that nothing half-starts. The file needs only the standard library.
"$(find_python)" config/embedded/system.py

.venv/bin/python -c 'import pip' >/dev/null 2>&1 || make_venv

run_locks="requirements/runtime.txt requirements/local.txt requirements/solver.txt"
dev_locks="$run_locks requirements/dev.txt"
[ "$purpose" = dev ] && locks=$dev_locks || locks=$run_locks
stamp=.venv/installed-$purpose

digest() {
    cat "$@" | sha256sum | cut -d' ' -f1
}

if [ "$(cat "$stamp" 2>/dev/null)" != "$(digest $locks)" ]; then
    echo "Installing packages ($purpose) …"
    set --
    for lock in $locks; do set -- "$@" -r "$lock"; done
    rm -f .venv/installed-*
    if ! .venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes "$@"; then
        echo "Installing packages failed, see above. Check the network, then run this again." >&2
        exit 1
    fi
    digest $run_locks > .venv/installed-run
    digest $locks > "$stamp"
fi
