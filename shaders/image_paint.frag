#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
// A picture with premultiplied colours, pixel for pixel, its first row on top.
uniform sampler2D uImage;
out vec4 oColor;

void main()
{
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    oColor = texelFetch(uImage, ivec2(pixel.x, textureSize(uImage, 0).y - 1 - pixel.y), 0);
}
