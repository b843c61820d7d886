#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Unplugs the display that a window is on, presenting or not, with and without a window manager: tests/trust/unplug.sh [PROGRAM]
# A real X server with two outputs (Debian: xserver-xorg-core, xserver-xorg-video-dummy, x11-xserver-utils, xdotool, x11-utils, openbox).
# Ends with Markdown rows | what | count | outcome |; status 1 if a window is not where it can be seen.
set -eu
program=${1:-build/release/bin/scorefield}
folder=$(mktemp -d)
export DISPLAY=:97 XDG_RUNTIME_DIR="$folder"
cat >"$folder/xorg.conf" <<END
Section "ServerFlags"
  Option "AutoAddDevices" "false"
EndSection
Section "Device"
  Identifier "card"
  Driver "dummy"
  VideoRam 256000
EndSection
Section "Monitor"
  Identifier "any"
  HorizSync 5.0-1000.0
  VertRefresh 5.0-200.0
EndSection
Section "Screen"
  Identifier "screen"
  Device "card"
  Monitor "any"
  DefaultDepth 24
EndSection
END
Xorg "$DISPLAY" -noreset -novtswitch -sharevts -logfile "$folder/log" -config "$folder/xorg.conf" >"$folder/xorg" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || :; rm -rf "$folder"' EXIT
sleep 4
xrandr --addmode DUMMY1 1920x1080

place() { xdotool getwindowgeometry --shell "$1" | awk -F= '/^(X|Y|WIDTH|HEIGHT)=/ { printf "%s%s", sep, $2; sep = " " }'; }
# Whether most of it lies on the screen of 1280 x 800 that is left; a frame takes a few pixels.
isSeen() { echo "$1" | awk '{ exit !($1 >= 0 && $2 >= 0 && $1 + $3 <= 1282 && $2 + $4 <= 840 && $3 > 300) }'; }

failures=0
rows=""
tally() { # what happened, window
    at=$(place "$2")
    outcome="of 1280 x 800 pixels the window has (x y width height) $at"
    if ! isSeen "$at"; then
        failures=$((failures + 1))
        outcome="$outcome, **not all of it to be seen**"
    fi
    rows="$rows| unplugged display, $1 | 1 | $outcome |
"
}
for manager in openbox none; do
    manages=""
    if [ $manager = openbox ]; then
        openbox >"$folder/manager" 2>&1 &
        manages=$!
    fi
    for presents in no yes; do
        xrandr --output DUMMY0 --mode 1280x800 --pos 0x0 --output DUMMY1 --mode 1920x1080 --pos 1280x0
        home=$(mktemp -d -p "$folder") # nothing to be recovered, which the window would ask first
        env HOME="$home" XDG_STATE_HOME="$home" XDG_CONFIG_HOME="$home" XDG_CACHE_HOME="$home" "$program" >"$folder/words" 2>&1 &
        shown=$!
        window=$(timeout 60 xdotool search --sync --onlyvisible --pid $shown | tail -n 1)
        sleep 3
        xdotool windowmove "$window" 1500 100 windowsize "$window" 1500 900 mousemove 2200 500 click 1
        sleep 1
        [ $manager = none ] || xdotool windowactivate --sync "$window"
        [ $presents = no ] || xdotool key F11
        sleep 2
        covers=$(xprop -id "$window" _NET_WM_STATE 2>/dev/null | grep -c FULLSCREEN || :)
        if [ $manager = openbox ] && [ "$covers" != $([ $presents = yes ] && echo 1 || echo 0) ]; then
            echo "unplug.sh: the key for presenting did not arrive" >&2
            exit 1
        fi
        xrandr --output DUMMY1 --off
        sleep 3
        tally "window manager: $manager, presenting: $presents" "$window"
        if [ $presents = yes ]; then
            xdotool mousemove 600 400 key F11
            sleep 3
            tally "window manager: $manager, after presenting" "$window"
        fi
        status=0
        kill -TERM $shown
        wait $shown || status=$?
        if [ $status -ne 143 ] || [ -s "$folder/words" ]; then
            failures=$((failures + 1))
            rows="$rows| unplugged display, the end | 1 | status $status, said: $(cat "$folder/words") |
"
        fi
    done
    [ -z "$manages" ] || kill $manages
done
printf '%s' "$rows"
[ $failures -eq 0 ]
