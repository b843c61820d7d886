// SPDX-License-Identifier: GPL-3.0-or-later
// Randomness as a function: the words of core/base/philox.h bit for bit (Philox4x32-10, Salmon et al. 2011) and its normals in float, by the same
// polynomials as core/field/kernel_normals_impl.h (after Cephes, S. Moshier): the built-in log loses the tail near 1.

uvec4 philoxWords(uvec4 c, uvec2 key)
{
    for (int i = 0; i < 10; ++i) {
        uint high0, low0, high1, low1;
        umulExtended(c.x, 0xD2511F53u, high0, low0);
        umulExtended(c.z, 0xCD9E8D57u, high1, low1);
        c = uvec4(high1 ^ c.y ^ key.x, low1, high0 ^ c.w ^ key.y, low0);
        key += uvec2(0x9E3779B9u, 0xBB67AE85u);
    }
    return c;
}

/// w + 1/2, in two halves: a word has more digits than a float.
float toFloatPlusHalf(uint w)
{
    return fma(float(w >> 16), 65536.0, float(w & 0xffffu) + 0.5);
}

/// sqrt(-2 log u), u = (w + 1/2)/2^32. Near u = 1 the logarithm is taken of 1 - (2^32 - 1 - w + 1/2)/2^32, which loses nothing.
float philoxRadius(uint w)
{
    const float scale = 2.3283064365386963e-10; // 2^-32
    float u = toFloatPlusHalf(w) * scale;
    // u = m 2^e with m in [1/sqrt2, sqrt2)
    int bits = floatBitsToInt(u);
    int e = (bits - 0x3f3504f3) >> 23;
    float m = intBitsToFloat(bits - (e << 23));
    float f = u > 0.75 ? -toFloatPlusHalf(~w) * scale : m - 1.0;
    float p = 7.0376836292e-2;
    p = fma(p, f, -1.1514610310e-1);
    p = fma(p, f, 1.1676998740e-1);
    p = fma(p, f, -1.2420140846e-1);
    p = fma(p, f, 1.4249322787e-1);
    p = fma(p, f, -1.6668057665e-1);
    p = fma(p, f, 2.0000714765e-1);
    p = fma(p, f, -2.4999993993e-1);
    p = fma(p, f, 3.3333331174e-1);
    float square = f * f;
    float tail = fma(square * f, p, -0.5 * square);
    return sqrt(-2.0 * fma(float(e), 0.693147181, f + tail));
}

/// (cos, sin) of 2 pi (w + 1/2)/2^32: the quadrant comes off in whole numbers, so no accuracy is lost.
vec2 philoxCircle(uint w)
{
    uint quadrant = (w + 0x20000000u) >> 30;
    float angle = (float(int(w - (quadrant << 30))) + 0.5) * 1.4629180792671596e-9; // 2 pi / 2^32
    float square = angle * angle;
    float s = fma(fma(-1.9515295891e-4, square, 8.3321608736e-3), square, -1.6666654611e-1);
    s = fma(s * square, angle, angle);
    float c = fma(fma(2.443315711809948e-5, square, -1.388731625493765e-3), square, 4.166664568298827e-2);
    c = fma(c * square, square, fma(-0.5, square, 1.0));
    vec2 place = (quadrant & 1u) != 0u ? vec2(s, c) : vec2(c, s);
    return vec2(((quadrant + 1u) & 2u) != 0u ? -place.x : place.x, (quadrant & 2u) != 0u ? -place.y : place.y);
}

/// The normals of coordinates 0 and 1 of (seed, stream, particle, step).
vec2 philoxNormals(uvec2 seed, uint stream, uint particle, uint step)
{
    uvec4 words = philoxWords(uvec4(particle, 0u, step >> 1, stream), seed);
    uvec2 pair = (step & 1u) == 0u ? words.xy : words.zw;
    return philoxRadius(pair.x) * philoxCircle(pair.y);
}
