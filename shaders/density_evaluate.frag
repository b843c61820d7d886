#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
// log q at the centre of every texel, of the components that the texel's tile lists.
#include "common_view.glsl"
#include "common_density.glsl"
uniform float uTexelPixels; // edge of a texel in pixels
uniform float uMargin;      // texels before the plot's first
flat in ivec2 vList;        // first entry and number
out float oLogDensity;

void main()
{
    oLogDensity = logDensityOf(((gl_FragCoord.xy - uMargin) * uTexelPixels - uPixels.yz) / uPixels.x, vList.x, vList.y);
}
