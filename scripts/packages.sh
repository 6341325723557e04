# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Sourced by the scripts that need something installed.

# Debian keeps ip and its like where an ordinary user's PATH does not look.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# Is that installed? A word is a command; lib:NAME is a library that pkg-config knows.
is_installed() {
    case $1 in
    lib:*) pkg-config --exists "${1#lib:}" 2>/dev/null ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

# need WHAT=PACKAGE...
#
# Installs the Debian package of each WHAT that is missing, and says so. Ends
# the script with the command to run when it may not or cannot do that.
need() {
    local entry missing=() run=()
    for entry in "$@"; do
        is_installed "${entry%%=*}" || missing+=("${entry#*=}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0

    if ! command -v apt-get >/dev/null; then
        printf '%s: missing, by their Debian names: %s\n' "$0" "${missing[*]}" >&2
        printf '%s: there is no apt-get here; install what provides them and run this again\n' "$0" >&2
        exit 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null || { [ ! -t 0 ] && ! sudo -n true 2>/dev/null; }; then
            printf '%s: missing packages; as root, run: apt-get install %s\n' "$0" "${missing[*]}" >&2
            exit 1
        fi
        run=(sudo)
    fi
    printf '%s: installing %s\n' "$0" "${missing[*]}" >&2
    run+=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y)
    "${run[@]}" update >&2
    "${run[@]}" install --no-install-recommends "${missing[@]}" >&2
    for entry in "$@"; do
        is_installed "${entry%%=*}" || {
            printf '%s: package %s is installed, yet %s is not found\n' "$0" "${entry#*=}" "${entry%%=*}" >&2
            exit 1
        }
    done
}

need_swift() {
    command -v swift >/dev/null || {
        printf '%s: Swift 6.3 or later is missing; see https://www.swift.org/install/linux/\n' "$0" >&2
        exit 1
    }
    need git=git readelf=binutils pkg-config=pkg-config lib:libmnl=libmnl-dev lib:yaml-0.1=libyaml-dev \
        lib:libnftnl=libnftnl-dev
}
