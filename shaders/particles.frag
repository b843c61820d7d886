#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
// A soft-edged marker: signed distance of its shape in pixels, a rim of canvas colour that keeps it readable on any density.
uniform float uDiameter;
uniform float uRim;
uniform float uOpacity;
uniform vec3 uCanvas;
flat in vec3 vColor;
flat in int vShape;
flat in float vSize;
out vec4 oColor;

float signedDistance(vec2 p, float r)
{
#ifndef DISCS_ONLY
    vec2 a = abs(p);
    if (vShape == 1)
        return max(a.x, a.y) - 0.88 * r; // square
    if (vShape == 2)
        return max(0.866 * a.x + 0.5 * p.y, -p.y) - 0.62 * r; // triangle, point up
    if (vShape == 3)
        return (a.x + a.y) * 0.7071 - 0.84 * r; // diamond
    if (vShape == 4)
        return max(min(a.x, a.y) - 0.34 * r, max(a.x, a.y) - 1.02 * r); // cross
    if (vShape == 5)
        return min(abs(length(p) - 0.84 * r) - 0.16 * r, length(p) - 0.36 * r); // ring around a dot
#endif
    return length(p) - r;
}

void main()
{
    vec2 p = vec2(gl_PointCoord.x - 0.5, 0.5 - gl_PointCoord.y) * vSize;
    float distance = signedDistance(p, 0.5 * uDiameter * (vShape == 0 ? 1.0 : vShape == 5 ? 2.2 : 1.2));
    float inside = uOpacity * (1.0 - smoothstep(-0.5, 0.5, distance));
    float rim = 0.6 * uOpacity * (1.0 - smoothstep(uRim - 0.5, uRim + 0.5, distance)) * step(0.01, uRim);
    oColor = vec4(vColor * inside, inside) + vec4(uCanvas * rim, rim) * (1.0 - inside);
}
