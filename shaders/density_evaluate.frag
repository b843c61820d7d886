#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
// log q at the centre of every texel.
#include "common_view.glsl"
#include "common_density.glsl"
uniform float uTexelPixels; // edge of a texel in pixels
out float oLogDensity;

void main()
{
    oLogDensity = logDensityOf((gl_FragCoord.xy * uTexelPixels - uPixels.yz) / uPixels.x);
}
