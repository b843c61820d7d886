#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
// Six vertices per chord of a trail: a thin quad from a particle's state at step s to that at s + uStride, or at the present for the newest one. The states
// are read from a texture: an instance for each chord costs a software renderer more than the chord.
#include "common_view.glsl"
uniform samplerBuffer uPoints; // [row][trail] positions
uniform int uFirstRow;
uniform samplerBuffer uColors; // per trail, or per chord and trail
uniform int uColorRows;        // 1: per chord
uniform int uTrails;
uniform int uFirstStep; // of the first row that is drawn
uniform int uStride;    // steps between rows
uniform float uStep;   // now
uniform float uLength; // steps over which a trail fades
uniform float uWidth;  // pixels
out float vAcross;
out float vAge; // in trail lengths
flat out vec3 vColor;

void main()
{
    int chord = gl_VertexID / 6, part = gl_VertexID - 6 * chord;
    int corner = part < 3 ? part : part == 5 ? 3 : 5 - part; // 0 1 2 and 2 1 3
    int past = chord / uTrails, trail = chord - uTrails * past;
    float end = float(corner >> 1);             // 0 at the older end, 1 at the newer
    float side = float(corner & 1) * 2.0 - 1.0; // left or right edge
    float s = float(uFirstStep + past * uStride);
    int point = (uFirstRow + past) * uTrails + trail;
    vec2 older = toPixels(relativeToCentre(texelFetch(uPoints, point).rg));
    vec2 newer = toPixels(relativeToCentre(texelFetch(uPoints, point + uTrails).rg));
    vec2 along = newer - older;
    float lengthPx = length(along);
    vec2 normal = lengthPx > 1e-6 ? vec2(-along.y, along.x) / lengthPx : vec2(0.0);
    float halfExtent = 0.5 * uWidth + 0.5; // half a pixel more for the soft edge
    gl_Position = toClip(mix(older, newer, end) + normal * side * halfExtent);
    vAcross = side * halfExtent;
    vAge = (uStep - min(s + end * float(uStride), uStep)) / uLength;
    int row = uColorRows * (uFirstStep / uStride + past);
    vColor = texelFetch(uColors, row * uTrails + trail).rgb;
}
