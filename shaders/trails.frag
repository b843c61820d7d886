#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
uniform float uWidth;
uniform float uOpacity;
#ifdef WIDE_LINES
flat in vec4 vEnds;
#else
in float vAcross;
#endif
in float vAge;
flat in vec3 vColor;
out vec4 oColor;

void main()
{
#ifdef WIDE_LINES
    vec2 along = vEnds.zw - vEnds.xy, offset = gl_FragCoord.xy - vEnds.xy;
    float across = abs(along.x * offset.y - along.y * offset.x) * inversesqrt(max(dot(along, along), 1e-12));
#else
    float across = abs(vAcross);
#endif
    float youth = 1.0 - clamp(vAge, 0.0, 1.0);
    float alpha = uOpacity * youth * youth * clamp(0.5 * uWidth + 0.5 - across, 0.0, 1.0);
    oColor = vec4(vColor * alpha, alpha);
}
