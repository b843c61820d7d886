// SPDX-License-Identifier: GPL-3.0-or-later
// The view of one lane; mirrored by ViewBlock in ui/render/layer.h. Pixels are device pixels of the plot, origin bottom left.
layout(std140) uniform View {
    vec4 uCentre; // camera centre in data units: high parts (xy), low parts (zw), so that far cameras keep float's full precision
    vec4 uPixels; // pixels per data unit, pixel position of the centre (yz), 0
    vec4 uPlot;   // width and height in pixels, size of one designed pixel of lines, 0
};

vec2 relativeToCentre(vec2 data)
{
    return (data - uCentre.xy) - uCentre.zw;
}

vec2 toPixels(vec2 relative)
{
    return uPixels.yz + uPixels.x * relative;
}

vec4 toClip(vec2 pixels)
{
    return vec4(2.0 * pixels / uPlot.xy - 1.0, 0.0, 1.0);
}
