#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
// A chord of a trail: from a particle's state at one step to that at a later one, or at the present for the newest. The states and the list of chords are
// read from textures: an instance for each chord costs a software renderer more than the chord. Six vertices make a thin quad of it; with WIDE_LINES it is a line
// of two vertices, of which a software renderer shades every pixel once and not twice along the diagonal.
#include "common_view.glsl"
uniform samplerBuffer uPoints; // [row][trail] positions
uniform usamplerBuffer uChords; // trail, older row | newer row << 16
uniform int uFirstChord;       // -1: every trail has one, from row 0 to row 1
uniform int uFirstRow;         // chords that end here or before are too old
uniform int uLastRow;          // chords end here at the latest
uniform samplerBuffer uColors; // per trail, or per chord and trail
uniform int uColorRows;        // 1: per chord
uniform int uTrails;
uniform int uFirstStep; // of row 0
uniform int uStride;    // steps between rows
uniform float uStep;   // now
uniform float uLength; // steps over which a trail fades
uniform float uWidth;  // pixels
#ifdef WIDE_LINES
uniform vec4 uOrigin; // pixel of the plot's lower left corner in the framebuffer (xy)
flat out vec4 vEnds;  // in the framebuffer's pixels
#else
out float vAcross;
#endif
out float vAge; // in trail lengths
flat out vec3 vColor;

void main()
{
#ifdef WIDE_LINES
    int chord = gl_VertexID / 2;
    float end = float(gl_VertexID & 1); // 0 at the older end, 1 at the newer
#else
    int chord = gl_VertexID / 6, part = gl_VertexID - 6 * chord;
    int corner = part < 3 ? part : part == 5 ? 3 : 5 - part; // 0 1 2 and 2 1 3
    float end = float(corner >> 1);
    float side = float(corner & 1) * 2.0 - 1.0; // left or right edge
#endif
    int trail = chord;
    ivec2 rows = ivec2(0, 1);
    if (uFirstChord >= 0) {
        uvec2 entry = texelFetch(uChords, uFirstChord + chord).rg;
        trail = int(entry.r);
        rows = ivec2(int(entry.g & 0xffffu), min(int(entry.g >> 16), uLastRow));
    }
    float s = float(uFirstStep) + mix(float(rows.x), float(rows.y), end) * float(uStride);
    vec2 older = toPixels(relativeToCentre(texelFetch(uPoints, rows.x * uTrails + trail).rg));
    vec2 newer = toPixels(relativeToCentre(texelFetch(uPoints, rows.y * uTrails + trail).rg));
    if (rows.y <= uFirstRow)
        older = newer; // nothing of it is left
#ifdef WIDE_LINES
    vEnds = vec4(older + uOrigin.xy, newer + uOrigin.xy);
    gl_Position = toClip(mix(older, newer, end));
#else
    vec2 along = newer - older;
    float lengthPx = length(along);
    vec2 normal = lengthPx > 1e-6 ? vec2(-along.y, along.x) / lengthPx : vec2(0.0);
    float halfExtent = 0.5 * uWidth + 0.5; // half a pixel more for the soft edge
    gl_Position = toClip(mix(older, newer, end) + normal * side * halfExtent);
    vAcross = side * halfExtent;
#endif
    vAge = (uStep - min(s, uStep)) / uLength;
    int row = uColorRows * (uFirstStep / uStride + rows.x);
    vColor = texelFetch(uColors, row * uTrails + trail).rgb;
}
