#version 430 core
// SPDX-License-Identifier: GPL-3.0-or-later
// Steps of a run in two dimensions, a particle per invocation: core/sampler/device_run.h says what the numbers mean, ui/render/gpu_run.cpp hands them in.
// The field is that of core/field/kernel_impl.h: log-sum-exp over rows of floats, the target class and the others in groups of their own.
#include "common_philox.glsl"
layout(local_size_x = 64) in;

struct Stage {
    float state, denoised, noise, kept, keepState, keepDenoised;
    uint level, draw;
};
struct Level {
    float weight;
    uint members, others, form; // form: 1 centred, 2 shared
};
struct Start {
    uint below;
    float meanX, meanY, root00, root01, root11, unused0, unused1;
};
layout(std430, binding = 0) buffer States { vec4 states[]; }; // of each particle: before the last step taken, and after it
layout(std430, binding = 1) readonly buffer Rows { float rows[]; };
layout(std430, binding = 2) readonly buffer Stages { Stage stages[]; };
layout(std430, binding = 3) readonly buffer Begins { uint begins[]; }; // the first stage of every step, and the end
layout(std430, binding = 4) readonly buffer Levels { Level levels[]; };
layout(std430, binding = 5) readonly buffer Starts { Start starts[]; };
uniform uint uFirstParticle; // number of the first particle of this dispatch: that of states[0]
uniform uint uCount;         // of them
uniform int uFrom;           // steps already taken; -1: there is no start yet
uniform int uTo;             // steps to have taken
uniform int uStarts;
uniform int uComponents;     // rows of a level
uniform uint uSeedLow;
uniform uint uSeedHigh;

const int kRow = 11; // constant, linear 2, triangle 3, offset 2, gain 3
const uint kCentred = 1u, kShared = 2u;
const uint kInitialStream = 0u, kStepStream = 1u, kPriorStream = 2u;

struct Sum {
    float maximum, total;
    vec2 offset;
    vec3 gain;
};

/// To base 2.
float logWeight(int row, vec2 x, uint form)
{
    vec3 t = vec3(rows[row + 3], rows[row + 4], rows[row + 5]);
    if ((form & kCentred) != 0u) {
        float z0 = fma(t.y, x.y, fma(t.x, x.x, rows[row + 1])), z1 = fma(t.z, x.y, rows[row + 2]);
        return rows[row] - fma(z0, z0, z1 * z1);
    }
    float linear = fma(rows[row + 2], x.y, fma(rows[row + 1], x.x, rows[row]));
    return (form & kShared) != 0u ? linear : fma(x.x, fma(t.y, x.y, t.x * x.x), fma(t.z, x.y * x.y, linear));
}

/// Twice over the rows: a second look costs less than a second exponential.
Sum sumOf(int first, int count, vec2 x, uint form)
{
    Sum sum = Sum(-3.0e38, 0.0, vec2(0.0), vec3(0.0));
    int end = (first + count) * kRow;
    for (int row = first * kRow; row < end; row += kRow)
        sum.maximum = max(sum.maximum, logWeight(row, x, form));
    for (int row = first * kRow; row < end; row += kRow) {
        float weight = exp2(logWeight(row, x, form) - sum.maximum);
        sum.total += weight;
        sum.offset += weight * vec2(rows[row + 6], rows[row + 7]);
        sum.gain += weight * vec3(rows[row + 8], rows[row + 9], rows[row + 10]);
    }
    return sum;
}

vec2 meanOf(Sum sum, vec2 x)
{
    vec3 g = sum.gain;
    return vec2(fma(g.y, x.y, fma(g.x, x.x, sum.offset.x)), fma(g.z, x.y, fma(g.y, x.x, sum.offset.y))) / sum.total;
}

/// The guided posterior mean. Each group has its own maximum: D_c stays exact where the class has no weight at all.
vec2 denoise(uint number, vec2 x)
{
    Level level = levels[number];
    int first = int(number) * uComponents;
    Sum members = sumOf(first, int(level.members), x, level.form);
    vec2 conditional = meanOf(members, x);
    if (level.others == 0u)
        return conditional;
    Sum others = sumOf(first + int(level.members), int(level.others), x, level.form);
    // D_w = D_c + (w - 1)(1 - p(c|x))(D_c - D_o), D_o the mean of the others.
    float odds = exp2(clamp(others.maximum - members.maximum, -126.0, 126.0)) * (others.total / members.total);
    float otherShare = odds < 1e30 ? odds / (1.0 + odds) : 1.0;
    return conditional + (level.weight - 1.0) * otherShare * (conditional - meanOf(others, x));
}

vec2 startOf(uint particle, uvec2 seed)
{
    vec2 z = philoxNormals(seed, kInitialStream, particle, 0u);
    int low = 0, high = uStarts - 1;
    if (high > 0) {
        uint word = philoxWords(uvec4(particle, 0u, 0u, kPriorStream), seed).x;
        while (low < high) { // the first component that the word is below, or the last
            int middle = (low + high) / 2;
            if (word < starts[middle].below)
                high = middle;
            else
                low = middle + 1;
        }
    }
    Start start = starts[low];
    return vec2(start.meanX + fma(start.root01, z.y, start.root00 * z.x), start.meanY + fma(start.root11, z.y, start.root01 * z.x));
}

void main()
{
    uint own = gl_GlobalInvocationID.x;
    if (own >= uCount)
        return;
    uint particle = uFirstParticle + own;
    uvec2 seed = uvec2(uSeedLow, uSeedHigh);
    vec2 before, x;
    int taken = uFrom;
    if (taken < 0) {
        x = startOf(particle, seed);
        before = x;
        taken = 0;
    } else {
        before = states[own].xy;
        x = states[own].zw;
    }
    for (; taken < uTo; ++taken) {
        before = x;
        vec2 kept = vec2(0.0);
        for (uint i = begins[taken]; i < begins[taken + 1]; ++i) {
            Stage stage = stages[i];
            vec2 mean = denoise(stage.level, x);
            vec2 y = stage.state * x + stage.denoised * mean + stage.kept * kept;
            if (stage.noise > 0.0)
                y += stage.noise * philoxNormals(seed, kStepStream, particle, stage.draw);
            kept = stage.keepState * x + stage.keepDenoised * mean;
            x = y;
        }
    }
    states[own] = vec4(before, x);
}
