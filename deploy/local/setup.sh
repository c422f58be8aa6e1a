#!/bin/sh
# Makes .venv hold exactly what requirements.lock says, and the project itself; does nothing when it does already.
set -eu
cd "$(dirname "$0")/../.."

fail() { echo "setup: $1" >&2; exit 1; }

usable() {  # is $1 a Python that we run on?
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null
}

find_python() {
    for one in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if usable "$one"; then echo "$one"; return; fi
    done
    fail "there is no Python 3.11, 3.12 or 3.13 here (looked for ${PYTHON:-python3, python3.13, python3.12, python3.11}); install one, or name one: make setup PYTHON=/path/to/python3"
}

make_environment() {
    python=$(find_python)
    rm -rf .venv
    if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        "$python" -m venv .venv
        install="-m pip install --quiet --disable-pip-version-check"
        .venv/bin/python $install --require-hashes --no-deps -r "$1"
    elif "$python" -c 'import venv, pip' 2>/dev/null; then
        "$python" -m venv --without-pip .venv
        "$python" -m pip --python .venv/bin/python install --quiet --require-hashes --no-deps -r "$1"
    else
        fail "$python has neither ensurepip nor pip; on Debian: apt-get install python3-venv"
    fi
}

# One at a time: several makes of one clone may start together.
exec 9>.setup.lock
if command -v flock >/dev/null; then flock 9; fi

stamp=.venv/nianlun-setup
wanted="$(cat requirements.lock pyproject.toml deploy/local/setup.sh deploy/local/java.py deploy/local/train.py | cksum) $PWD"
if [ -x .venv/bin/python ] && .venv/bin/python -c '' && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi

if ! { [ -x .venv/bin/uv ] && .venv/bin/python -c '' && .venv/bin/uv --version; } >/dev/null 2>&1; then
    echo "setup: making .venv"
    only_uv=$(mktemp)
    trap 'rm -f "$only_uv"' EXIT
    awk '/^[^ ]/ { inside = /^uv==/ } inside' requirements.lock >"$only_uv"
    make_environment "$only_uv"
fi
echo "setup: installing what requirements.lock names"
export VIRTUAL_ENV="$PWD/.venv" UV_LINK_MODE="${UV_LINK_MODE:-copy}"
.venv/bin/uv pip sync --quiet --require-hashes --compile-bytecode requirements.lock
.venv/bin/uv pip install --quiet --no-deps --no-build-isolation --editable .
# Where Python is told to write none of it, each process of a stack would compile all that it imports, for a second.
.venv/bin/python -m compileall -q audit deploy nianlun rehearsal services shared
echo "setup: fetching the broker, and keeping what its Java loads, once for this user"
.venv/bin/python -m deploy.local.train
echo "$wanted" >"$stamp"
