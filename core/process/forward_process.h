// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A forward process is a pair of functions (alpha_t, sigma_t): x_t = alpha_t x_0 + sigma_t eps, t
// from data (0) to noise (T). Everything else follows: sigma~ = sigma/alpha, lambda =
// log(alpha/sigma), f = alpha'/alpha, g^2 = 2 sigma sigma' - 2 f sigma^2. A new process is one file
// that derives from ForwardProcess, and a line in process/registry.cpp.
#include "core/base/parameter.h"

#include <limits>
#include <memory>
#include <vector>

namespace scorefield {

struct PathCoefficients {
    double t = 0;
    double alpha = 1, sigma = 0;   ///< x_t = alpha x_0 + sigma eps
    double dAlpha = 0, dSigma = 0; ///< derivatives in t

    double sigmaTilde() const
    {
        return alpha > 0 ? sigma / alpha : std::numeric_limits<double>::infinity();
    }
    double lambda() const; ///< log(alpha/sigma), ±inf at the ends
    double drift() const;  ///< f = alpha'/alpha; infinite at alpha = 0
    double diffusionSquared()
        const; ///< g^2 = 2 sigma (sigma' - (alpha'/alpha) sigma); infinite at alpha = 0
};

class ForwardProcess {
public:
    virtual ~ForwardProcess() = default;
    /// t in [0, T]; formulas hold beyond T where the process allows (VP, VE).
    virtual PathCoefficients at(double t) const = 0;
    /// The time at which sigma/alpha has this value, in [0, inf]; exact inverse of
    /// at(t).sigmaTilde().
    virtual double timeAt(double sigmaTilde) const = 0;
    /// Where sigma is 0: at(0) if it is there, else alpha = 1, sigma = 0 at t = 0 (ve-geometric and
    /// custom curves end at a positive noise level; a last step onto the posterior mean goes here).
    PathCoefficients dataLevel() const;
    double horizon() const { return m_horizon; } ///< T
    double stop() const { return m_stop; }       ///< delta, the early stop
protected:
    ForwardProcess(double horizon, double stop) : m_horizon(horizon), m_stop(stop) {}

private:
    double m_horizon, m_stop;
};

struct ProcessKind {
    VariantInfo info;
    /// Values and points have been validated; the Error (path = key) is for what they must satisfy
    /// together.
    Result<std::shared_ptr<const ForwardProcess>> (*make)(const Choice&);
};
/// All declare "horizon" (T) and "stop" (delta).
const std::vector<ProcessKind>& processKinds();
/// Validates every value against its descriptor; Error.path is the key.
Result<std::shared_ptr<const ForwardProcess>> makeProcess(const Choice& choice);

} // namespace scorefield
