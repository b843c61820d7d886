#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
// The rectangles of all tiles of a density, two triangles each. Three entries per tile: corners of what is evaluated, corners of what is painted (texels), its list.
uniform isamplerBuffer uTiles;
uniform int uCorners;       // 0: evaluated, 1: painted
uniform vec4 uTargetTexels; // size of the viewport in texels (xy)
uniform float uMargin;      // texels of the target before the plot's first
flat out ivec2 vList;

void main()
{
    int tile = gl_VertexID / 6, part = gl_VertexID - 6 * tile;
    int corner = part < 3 ? part : part == 5 ? 3 : 5 - part; // 0 1 2 and 2 1 3
    ivec4 box = texelFetch(uTiles, 3 * tile + uCorners);
    vec2 at = vec2((corner & 1) == 0 ? box.x : box.z, corner < 2 ? box.y : box.w) + uMargin;
    gl_Position = vec4(2.0 * at / uTargetTexels.xy - 1.0, 0.0, 1.0);
    vList = texelFetch(uTiles, 3 * tile + 2).xy;
}
