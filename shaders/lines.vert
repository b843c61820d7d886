#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
// One instance per segment of a polyline with its arc length in pixels, for dashes.
#include "common_view.glsl"
layout(location = 0) in vec3 aFrom; // relative to the camera's centre, arc length
layout(location = 1) in vec3 aTo;
uniform float uWidth;
out float vAcross;
out float vArc;

void main()
{
    float end = float(gl_VertexID >> 1);
    float side = float(gl_VertexID & 1) * 2.0 - 1.0;
    vec2 from = toPixels(aFrom.xy), to = toPixels(aTo.xy);
    vec2 along = to - from;
    float lengthPx = length(along);
    vec2 normal = lengthPx > 1e-6 ? vec2(-along.y, along.x) / lengthPx : vec2(0.0);
    float halfExtent = 0.5 * uWidth + 0.5;
    gl_Position = toClip(mix(from, to, end) + normal * side * halfExtent);
    vAcross = side * halfExtent;
    vArc = mix(aFrom.z, aTo.z, end);
}
