#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
// Colours a map of the plane: values already on the shared scale, 0…1 (−1…1 where signs differ), 1e9 where there is none. Read by Catmull-Rom
// interpolation, which reproduces quadratics; beside a hole by what is there of the four nearest.
#include "common_view.glsl"
uniform sampler2D uValues;
uniform sampler2D uMap; // 256x1, low to high, made for the theme
uniform vec4 uOrigin;   // pixel of the plot's lower left corner in the framebuffer (xy)
uniform vec4 uArea;     // the map's lower left corner (xy) and a cell's size (zw), in pixels of the plot
uniform int uDiverging;
uniform int uCategorical; // values are whole numbers, each with its colour (number modulo 256)
uniform float uOpacity;
out vec4 oColor;

vec4 cubicWeights(float f)
{
    float f2 = f * f, f3 = f2 * f;
    return 0.5 * vec4(-f3 + 2.0 * f2 - f, 3.0 * f3 - 5.0 * f2 + 2.0, -3.0 * f3 + 4.0 * f2 + f, f3 - f2);
}

bool isHole(float value)
{
    return value > 1e6; // others are within a few units
}

float valueAt(ivec2 cell)
{
    return texelFetch(uValues, clamp(cell, ivec2(0), textureSize(uValues, 0) - 1), 0).r;
}

/// What is there of the four nearest cells.
float bilinear(vec2 cell)
{
    ivec2 base = ivec2(floor(cell));
    vec2 f = cell - vec2(base);
    float sum = 0.0, weight = 0.0;
    for (int j = 0; j < 2; ++j)
        for (int i = 0; i < 2; ++i) {
            float value = valueAt(base + ivec2(i, j));
            float w = (i == 0 ? 1.0 - f.x : f.x) * (j == 0 ? 1.0 - f.y : f.y);
            if (!isHole(value)) {
                sum += w * value;
                weight += w;
            }
        }
    return weight >= 0.5 ? sum / weight : 1e9;
}

float bicubic(vec2 cell)
{
    ivec2 base = ivec2(floor(cell));
    vec4 wx = cubicWeights(cell.x - float(base.x)), wy = cubicWeights(cell.y - float(base.y));
    float sum = 0.0;
    for (int j = 0; j < 4; ++j)
        for (int i = 0; i < 4; ++i) {
            float value = valueAt(base + ivec2(i - 1, j - 1));
            if (isHole(value))
                return bilinear(cell);
            sum += wx[i] * wy[j] * value;
        }
    return sum;
}

/// The colour of the number that holds most of the place between the four nearest cells, with an edge a pixel wide.
vec4 category(vec2 cell)
{
    ivec2 base = ivec2(floor(cell));
    vec2 f = cell - vec2(base);
    vec4 weights = vec4((1.0 - f.x) * (1.0 - f.y), f.x * (1.0 - f.y), (1.0 - f.x) * f.y, f.x * f.y);
    vec4 values;
    for (int i = 0; i < 4; ++i)
        values[i] = valueAt(base + ivec2(i & 1, i >> 1));
    vec4 shares;
    for (int i = 0; i < 4; ++i)
        shares[i] = dot(weights, vec4(equal(values, vec4(values[i]))));
    vec3 sum = vec3(0.0);
    float total = 0.0, there = 0.0;
    for (int i = 0; i < 4; ++i) {
        float other = 0.0;
        for (int j = 0; j < 4; ++j)
            if (values[j] != values[i])
                other = max(other, shares[j]);
        // Every number once, however many of the four have it.
        float strength = clamp((shares[i] - other) * 0.5 * uArea.z + 0.5, 0.0, 1.0) * weights[i] / max(shares[i], 1e-6);
        total += strength;
        if (!isHole(values[i])) {
            there += strength;
            sum += strength * texelFetch(uMap, ivec2(int(values[i] + 0.5) & 255, 0), 0).rgb;
        }
    }
    return total > 0.0 ? vec4(sum, there) / total : vec4(0.0);
}

void main()
{
    vec2 cell = (gl_FragCoord.xy - uOrigin.xy - uArea.xy) / uArea.zw;
    vec2 size = vec2(textureSize(uValues, 0));
    bool inside = all(greaterThanEqual(cell, vec2(0.0))) && all(lessThanEqual(cell, size));
    if (uCategorical != 0) {
        oColor = inside ? category(cell - 0.5) * uOpacity : vec4(0.0);
        return;
    }
    bool fine = uArea.z <= 2.5 && uArea.w <= 2.5; // cells of a pixel or two need no curves between them
    float value = fine ? bilinear(cell - 0.5) : bicubic(cell - 0.5);
    if (!inside || isHole(value)) {
        oColor = vec4(0.0);
        return;
    }
    bool diverging = uDiverging != 0;
    value = clamp(value, diverging ? -1.0 : 0.0, 1.0);
    // The scale's zero fades into the canvas: its first quarter also carries the opacity, smooth at both ends.
    float alpha = uOpacity * smoothstep(0.0, 0.25, abs(value));
    float at = diverging ? 0.5 + 0.5 * value : value;
    oColor = vec4(texelFetch(uMap, ivec2(int(at * 255.0 + 0.5), 0), 0).rgb * alpha, alpha);
}
