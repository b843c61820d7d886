#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
// Colours the log density and draws its highest-density-region contours. With COARSE the texture has fewer texels than the plot has pixels and is read by
// Catmull-Rom interpolation, which reproduces quadratics: the log density of one Gaussian is exact at any resolution. A program of its own, since a software
// renderer would pay for the sixteen texels of every pixel also where it needs only one. With DIRECT there is no texture: a density that changes from frame to
// frame is evaluated where it is painted.
#include "common_view.glsl"
#ifdef DIRECT
#include "common_density.glsl"
uniform int uCount;
#else
uniform sampler2D uLogDensity;
#endif
uniform sampler2D uMap; // 256x1, low to high, already turned for the theme
uniform vec4 uOrigin; // pixel of the plot's lower left corner in the framebuffer (xy)
uniform float uTexelPixels; // edge of a texel in pixels, with COARSE
uniform float uBorder; // texels around those of the plot, which its edge reads, with COARSE
uniform float uTop;        // log density at the top of the scale
uniform float uLogRange;   // > 0: logarithmic scale over this many nats; 0: linear
uniform float uOpacity;    // of the heat map
uniform vec4 uThresholds;  // log densities of the contours, falling
uniform vec4 uLineColor;   // contour colour, its alpha the opacity
out vec4 oColor;

#if defined(DIRECT)
float logDensityAt(vec2 pixel)
{
    return logDensityOf((pixel - uPixels.yz) / uPixels.x, 0, uCount);
}
#elif defined(COARSE)
vec4 cubicWeights(float f)
{
    float f2 = f * f, f3 = f2 * f;
    return 0.5 * vec4(-f3 + 2.0 * f2 - f, 3.0 * f3 - 5.0 * f2 + 2.0, -3.0 * f3 + 4.0 * f2 + f, f3 - f2);
}

float logDensityAt(vec2 pixel)
{
    ivec2 last = textureSize(uLogDensity, 0) - 1;
    vec2 texel = pixel / uTexelPixels + (uBorder - 0.5);
    ivec2 base = ivec2(floor(texel));
    vec4 wx = cubicWeights(texel.x - float(base.x)), wy = cubicWeights(texel.y - float(base.y));
    float sum = 0.0;
    for (int j = 0; j < 4; ++j)
        for (int i = 0; i < 4; ++i)
            sum += wx[i] * wy[j] * texelFetch(uLogDensity, clamp(base + ivec2(i - 1, j - 1), ivec2(0), last), 0).r;
    return sum;
}
#else
float logDensityAt(vec2 pixel)
{
    ivec2 last = textureSize(uLogDensity, 0) - 1;
    return texelFetch(uLogDensity, clamp(ivec2(floor(pixel)), ivec2(0), last), 0).r; // quads reach over the border
}
#endif

void main()
{
    float logDensity = logDensityAt(gl_FragCoord.xy - uOrigin.xy);
    float above = logDensity - uTop;
    float value = clamp(uLogRange > 0.0 ? 1.0 + above / uLogRange : exp(min(above, 0.0)), 0.0, 1.0);
    // The low end fades into the canvas: the map's first quarter also carries the opacity, smooth at both ends.
    float alpha = uOpacity * smoothstep(0.0, 0.25, value);
    vec3 color = texelFetch(uMap, ivec2(int(value * 255.0 + 0.5), 0), 0).rgb;
    vec4 result = vec4(color * alpha, alpha);

    float perPixel = length(vec2(dFdx(logDensity), dFdy(logDensity)));
    vec4 distance = abs(uThresholds - vec4(logDensity)) / max(perPixel, 1e-12); // pixels to each contour
    float nearest = min(min(distance.x, distance.y), min(distance.z, distance.w));
    float halfWidth = 0.55 * uPlot.z;
    float line = uLineColor.a * (1.0 - smoothstep(halfWidth - 0.5, halfWidth + 0.5, nearest));
    oColor = result * (1.0 - line) + vec4(uLineColor.rgb * line, line);
}
