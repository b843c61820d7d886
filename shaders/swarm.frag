#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
// One more particle in this pixel.
out vec4 oColor;

void main()
{
    oColor = vec4(1.0);
}
