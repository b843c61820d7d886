// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the multistep methods in x/alpha share: the values of the last steps, the order that they
// allow, and finite differences in lambda.
#include "core/sampler/stepper_parts.h"

#include <algorithm>
#include <array>
#include <utility>

namespace scorefield {

/// The values (D or eps^) of the last steps with their lambda = log(alpha/sigma), newest first.
template <class Real, std::size_t Depth>
class History {
public:
    /// A new newest entry, to be filled; the oldest one's memory is reused.
    Block<Real>& push(double lambda)
    {
        std::rotate(m_entries.begin(), m_entries.end() - 1, m_entries.end());
        m_entries[0].lambda = lambda;
        m_size = std::min(m_size + 1, static_cast<int>(Depth));
        return m_entries[0].value;
    }
    int size() const { return m_size; }
    const Block<Real>& value(std::size_t back) const { return m_entries[back].value; }
    double lambda(std::size_t back) const { return m_entries[back].lambda; }

private:
    struct Entry {
        double lambda = 0;
        Block<Real> value;
    };
    std::array<Entry, Depth> m_entries;
    int m_size = 0;
};

/// A step from pure noise, where x/alpha and lambda are infinite: DDIM's (or straight to the data),
/// which enters no history. False, and nothing done, elsewhere.
template <class Real>
bool leavePureNoise(const StepContext<Real>& context,
                    Block<Real>& x,
                    Block<Real>& denoised,
                    Block<Real>& scratch)
{
    if (context.from.alpha > 0)
        return false;
    if (!denoiseOrFinish(context, x, denoised))
        ddimStep(context, denoised, x, scratch);
    return true;
}

/// The steps of a run below which diffusers lowers the order at the end.
constexpr int kFewSteps = 15;

/// The order of this step of a method of order `order` with `available` values: the first step has
/// order 1; under `lowerFinal` the last one too and the one before it at most 2, in runs of few
/// steps.
template <class Real>
int multistepOrder(const StepContext<Real>& context, int order, int available, bool lowerFinal)
{
    if (lowerFinal && context.steps() < kFewSteps)
        order = std::min(order, context.steps() - context.step);
    return std::min(order, available);
}

/// The weights of f_0, f_1, f_2 (newest first, at lambda_0 > lambda_1 > lambda_2) in a f_0 + b h f'
/// + c h^2 f''/2, where the derivatives at lambda_0 are those of the polynomial of degree order - 1
/// through the values.
template <class Real, std::size_t Depth>
std::array<double, 3> differenceWeights(
    const History<Real, Depth>& history, int order, double h, double a, double b, double c)
{
    if (order == 1)
        return {a, 0, 0};
    const double r0 = (history.lambda(0) - history.lambda(1)) / h;
    if (order == 2)
        return {a + b / r0, -b / r0, 0};
    const double r1 = (history.lambda(1) - history.lambda(2)) / h;
    // With the divided differences d_01, d_12 and d_012: h f' = d_01 + r0 d_012, h^2 f''/2 = d_012.
    const double second = (b * r0 + c) / (r0 + r1);
    return {a + (b + second) / r0, -(b + second) / r0 - second / r1, second / r1};
}

/// x <- scale x + the values of the history by weight.
template <class Real, std::size_t Depth>
void applyWeights(double scale,
                  const std::array<double, 3>& weights,
                  int order,
                  const History<Real, Depth>& history,
                  Block<Real>& x)
{
    const auto weight = [&weights](std::size_t k) { return static_cast<Real>(weights[k]); };
    x = static_cast<Real>(scale) * x + weight(0) * history.value(0);
    if (order > 1)
        x += weight(1) * history.value(1);
    if (order > 2)
        x += weight(2) * history.value(2);
}

} // namespace scorefield
