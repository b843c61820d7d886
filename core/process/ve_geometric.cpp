// SPDX-License-Identifier: GPL-3.0-or-later
// Variance exploding with geometric noise levels: alpha = 1, sigma = sigma_min
// (sigma_max/sigma_min)^t. There is noise sigma_min even at t = 0.
#include "core/process/process_parts.h"

#include <cmath>

namespace scorefield {

namespace {

class VarianceExplodingGeometric final : public ForwardProcess {
public:
    VarianceExplodingGeometric(double horizon, double stop, double sigmaMin, double sigmaMax)
        : ForwardProcess(horizon, stop)
        , m_sigmaMin(sigmaMin)
        , m_logRatio(std::log(sigmaMax / sigmaMin))
    {
    }

    PathCoefficients at(double t) const override
    {
        const double sigma = m_sigmaMin * std::exp(m_logRatio * t);
        return {t, 1, sigma, 0, m_logRatio * sigma};
    }

    /// Negative below sigma_min: the process has no such level.
    double timeAt(double sigmaTilde) const override
    {
        return std::log(sigmaTilde / m_sigmaMin) / m_logRatio;
    }

private:
    double m_sigmaMin, m_logRatio;
};

} // namespace

ProcessKind veGeometricProcess()
{
    ProcessKind kind{};
    kind.info = {
        "ve-geometric",
        "Variance exploding, geometric",
        "dX = σ√(2 ln(σ_max/σ_min)) dB,  α = 1,  σ = σ_min(σ_max/σ_min)^t",
        "Every unit of time multiplies the noise by the same factor; σ_min is there from the start "
        "and is the smallest level of this process.",
        "Song and Ermon 2020, arXiv:2006.09011; Song et al. 2021, arXiv:2011.13456",
        {{.key = "horizon",
          .symbol = "T",
          .label = "Horizon",
          .minimum = 0.6,
          .maximum = 2,
          .defaultValue = 1,
          .help = "Time at which the reverse run starts; σ is σ_max at t = 1. Song et al. 2021, "
                  "arXiv:2011.13456."},
         {.key = "stop",
          .symbol = "δ",
          .label = "Early stop",
          .minimum = 1e-6,
          .maximum = 0.5,
          .defaultValue = 1e-5,
          .scale = Scale::Logarithmic,
          .help = "Time at which the run ends, with noise σ_min(σ_max/σ_min)^δ. Song et al. 2021, "
                  "arXiv:2011.13456."},
         {.key = "sigma_min",
          .symbol = "σ_min",
          .label = "Smallest noise",
          .minimum = 1e-4,
          .maximum = 0.5,
          .defaultValue = 0.01,
          .scale = Scale::Logarithmic,
          .help = "Noise level at t = 0. Song et al. 2021, arXiv:2011.13456."},
         {.key = "sigma_max",
          .symbol = "σ_max",
          .label = "Largest noise",
          .minimum = 2,
          .maximum = 1e4,
          .defaultValue = 50,
          .scale = Scale::Logarithmic,
          .help =
              "Noise level at t = 1; of the order of the largest distance in the data. Song and "
              "Ermon 2020, arXiv:2006.09011."}}};
    kind.info.group = kVarianceExplodingGroup;
    kind.make = [](const Choice& choice) -> ProcessResult {
        const ParameterValues& values = choice.values;
        return processOf<VarianceExplodingGeometric>(values.at("horizon"),
                                                     values.at("stop"),
                                                     values.at("sigma_min"),
                                                     values.at("sigma_max"));
    };
    return kind;
}

} // namespace scorefield
