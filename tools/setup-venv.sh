#!/bin/sh
# setup-venv.sh DIR REQUIREMENT...: make the virtual environment DIR if need be and install into it, for example
#
#     sh tools/setup-venv.sh .venv -e '.[dev]'
#
# With uv where uv works; else with venv and pip, which need neither ensurepip nor leave to touch the system's packages
# (PEP 668): the environment is made without pip and a pip from outside installs into it. PYTHON names the interpreter
# to use; without it the newest on PATH is taken. Interpreters are chosen by running them: a name on PATH proves little.
set -eu

dir=$1
shift
names="python3.14 python3.13 python3.12 python3.11 python3 python"

say() { printf 'setup: %s\n' "$*" >&2; }

fail() {
    say "$@"
    exit 1
}

main() {
    interpreter=$(interpreter) || exit 1
    if uv --version >/dev/null 2>&1; then
        with_uv "$@" && return
        say "uv did not manage; trying venv and pip"
    fi
    with_pip "$@"
}

# The path of the interpreter; nothing if none is fit.
interpreter() {
    for name in ${PYTHON:-$names}; do
        "$name" -c 'import sys; assert sys.version_info >= (3, 11); print(sys.executable)' 2>/dev/null && return
    done
    [ -z "${PYTHON:-}" ] || fail "PYTHON=$PYTHON is no Python 3.11 or newer that runs"
}

with_uv() {
    if [ ! -x "$dir/bin/python" ]; then
        # Without an interpreter of the machine's own, uv may know or fetch one.
        uv venv --quiet --python "${interpreter:->=3.11}" "$dir" || return
    fi
    announce uv
    uv pip install --quiet --python "$dir/bin/python" "$@"
}

with_pip() {
    if [ ! -x "$dir/bin/python" ]; then
        [ -n "$interpreter" ] || fail "no Python 3.11 or newer runs here (tried: $names): install one, or uv, and try again"
        "$interpreter" -m venv --clear --without-pip "$dir" || fail "$interpreter cannot make a virtual environment: install its venv module, or uv"
    fi
    owner=$(pip_owner) || fail "no pip 22.3 or newer found: install pip for $interpreter, or uv, and try again"
    announce pip
    "$owner" -m pip --quiet --python "$dir/bin/python" install "$@" || fail "pip could not install: its message stands above"
}

# An interpreter whose pip can install into DIR.
pip_owner() {
    for name in $interpreter $names; do
        "$name" -m pip --python "$dir/bin/python" --version >/dev/null 2>&1 && echo "$name" && return
    done
    # A pip of its own for DIR, where the others are missing or too old.
    "$dir/bin/python" -m ensurepip >/dev/null 2>&1 && echo "$dir/bin/python"
}

announce() { say "installing into $dir with $1 and $("$dir/bin/python" --version)"; }

main "$@"
