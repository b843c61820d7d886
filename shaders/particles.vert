#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
// One point per particle, on the straight line between its stored states of steps k and k+1.
#include "common_view.glsl"
layout(location = 0) in float aFromX;
layout(location = 1) in float aFromY;
layout(location = 2) in float aToX;
layout(location = 3) in float aToY;
layout(location = 4) in vec4 aCode; // colour, and the marker shape in alpha
uniform float uFraction;
uniform float uDiameter; // pixels
uniform float uRim;      // pixels of canvas colour around each marker
flat out vec3 vColor;
flat out int vShape;
flat out float vSize;

void main()
{
    vec2 from = relativeToCentre(vec2(aFromX, aFromY));
    vec2 to = relativeToCentre(vec2(aToX, aToY));
    gl_Position = toClip(toPixels(mix(from, to, uFraction)));
    vColor = aCode.rgb;
    vShape = int(aCode.a * 255.0 + 0.5);
    vSize = uDiameter * (vShape == 0 ? 1.0 : vShape == 5 ? 2.2 : 1.2) + 2.0 * uRim + 1.0; // a pixel for the soft edge
    gl_PointSize = vSize;
}
