#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
// Segments of polylines with their arc length in pixels, for dashes: two triangles each, read from a texture. An instance for each segment costs a software
// renderer far more than the segment.
#include "common_view.glsl"
uniform samplerBuffer uPoints; // relative to the camera's centre (xy), arc length, 1 where the next point ends a segment
uniform float uWidth;
out float vAcross;
out float vArc;

void main()
{
    int segment = gl_VertexID / 6, part = gl_VertexID - 6 * segment;
    int corner = part < 3 ? part : part == 5 ? 3 : 5 - part; // 0 1 2 and 2 1 3
    vec4 first = texelFetch(uPoints, segment), second = texelFetch(uPoints, segment + 1);
    if (first.w == 0.0)
        second = first; // another polyline begins there
    float end = float(corner >> 1);
    float side = float(corner & 1) * 2.0 - 1.0;
    vec2 from = toPixels(first.xy), to = toPixels(second.xy);
    vec2 along = to - from;
    float lengthPx = length(along);
    vec2 normal = lengthPx > 1e-6 ? vec2(-along.y, along.x) / lengthPx : vec2(0.0);
    float halfExtent = lengthPx > 1e-6 ? 0.5 * uWidth + 0.5 : 0.0;
    gl_Position = toClip(mix(from, to, end) + normal * side * halfExtent);
    vAcross = side * halfExtent;
    vArc = mix(first.z, second.z, end);
}
