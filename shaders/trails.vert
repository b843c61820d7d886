#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
// One instance per chord of a trail: a thin quad from a particle's state at step s to that at s + uStride, or at the present for the newest one.
#include "common_view.glsl"
layout(location = 0) in vec2 aFrom; // per instance
layout(location = 1) in vec2 aTo;
uniform samplerBuffer uColors; // per trail, or per chord and trail
uniform int uColorRows;        // 1: per chord
uniform int uTrails;
uniform int uFirstStep; // of the first row of instances
uniform int uStride;    // steps between rows
uniform float uStep;   // now
uniform float uLength; // steps over which a trail fades
uniform float uWidth;  // pixels
out float vAcross;
out float vAge; // in trail lengths
flat out vec3 vColor;

void main()
{
    float end = float(gl_VertexID >> 1);             // 0 at the older end, 1 at the newer
    float side = float(gl_VertexID & 1) * 2.0 - 1.0; // left or right edge
    float s = float(uFirstStep + gl_InstanceID / uTrails * uStride);
    vec2 older = toPixels(relativeToCentre(aFrom));
    vec2 newer = toPixels(relativeToCentre(aTo));
    vec2 along = newer - older;
    float lengthPx = length(along);
    vec2 normal = lengthPx > 1e-6 ? vec2(-along.y, along.x) / lengthPx : vec2(0.0);
    float halfExtent = 0.5 * uWidth + 0.5; // half a pixel more for the soft edge
    gl_Position = toClip(mix(older, newer, end) + normal * side * halfExtent);
    vAcross = side * halfExtent;
    vAge = (uStep - min(s + end * float(uStride), uStep)) / uLength;
    int row = uColorRows * (uFirstStep / uStride + gl_InstanceID / uTrails);
    vColor = texelFetch(uColors, row * uTrails + gl_InstanceID % uTrails).rgb;
}
