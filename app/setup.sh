# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by app/run and tests/run: installs what is missing (Debian), configures and builds the release preset.
# Messages go to stderr, so that the standard output of a sub-command stays data only.

build_packages="cmake ninja-build g++ pkg-config qt6-base-dev libqt6opengl6-dev qt6-svg-dev libeigen3-dev
libepoxy-dev libegl-dev libgl-dev libgl1-mesa-dri libegl1 libglx-mesa0 libxsimd-dev librandom123-dev
nlohmann-json3-dev zlib1g-dev libqcustomplot-dev libavformat-dev libavcodec-dev libavfilter-dev libavutil-dev libswscale-dev fonts-inter fonts-dejavu-core"
test_packages="mold xvfb xauth python3-numpy libopenmpi-dev openmpi-bin"

say() { echo "scorefield: $*" >&2; }

# need_packages NAME...: installs those that are not there, with apt and, unless root, sudo.
need_packages() {
    missing=""
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    command -v apt-get >/dev/null || {
        say "these packages are missing and there is no apt-get to install them:$missing"
        return 1
    }
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            say "these packages are missing; install them as root: apt-get install$missing"
            return 1
        }
        as_root="sudo"
    fi
    say "installing with apt${as_root:+ (through sudo)}:$missing"
    $as_root apt-get update -qq >&2 &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2 &&
        rm -f build/release/build.ninja # what is optional (MPI) may be there now: configure again
}

# build TARGET...: configures once, then builds only what changed.
build() {
    log="build/release.log"
    mkdir -p build
    if [ ! -f build/release/build.ninja ]; then
        say "configuring (log: $log)"
        cmake --preset release >"$log" 2>&1 || { tail -n 30 "$log" >&2; say "configuring failed"; return 1; }
    fi
    if [ ! -f build/release/.built ] || [ -t 2 ]; then
        [ -f build/release/.built ] || say "building; the first time takes some minutes"
    fi
    if [ "${CI:-}" = true ] || [ ! -t 2 ]; then
        cmake --build --preset release --target "$@" >>"$log" 2>&1 || { tail -n 60 "$log" >&2; say "building failed"; return 1; }
    else
        cmake --build --preset release --target "$@" >&2 || { say "building failed"; return 1; }
    fi
    touch build/release/.built
}
