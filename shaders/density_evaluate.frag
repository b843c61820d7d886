#version 330 core
// SPDX-License-Identifier: GPL-3.0-or-later
// log q(x) = log sum_k exp(c_k - |W_k (x - m_k)|^2 / 2) at the centre of every texel, by a running log-sum-exp (one exp per component).
// Two texels of uComponents per component: (m_x, m_y, c, 0) relative to the camera's centre, and the rows of W.
#include "common_view.glsl"
uniform samplerBuffer uComponents;
uniform int uCount;
uniform float uTexelPixels; // edge of a texel in pixels
out float oLogDensity;

void main()
{
    vec2 x = (gl_FragCoord.xy * uTexelPixels - uPixels.yz) / uPixels.x;
    float top = -3.0e38, sum = 0.0;
    for (int k = 0; k < uCount; ++k) {
        vec4 place = texelFetch(uComponents, 2 * k);
        vec4 whiten = texelFetch(uComponents, 2 * k + 1);
        vec2 r = x - place.xy;
        vec2 z = vec2(dot(whiten.xy, r), dot(whiten.zw, r));
        float term = place.z - 0.5 * dot(z, z);
        float ratio = exp(-abs(term - top));
        sum = term > top ? sum * ratio + 1.0 : sum + ratio;
        top = max(top, term);
    }
    oLogDensity = top + log(sum);
}
