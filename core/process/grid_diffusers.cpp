// SPDX-License-Identifier: GPL-3.0-or-later
// The levels of diffusers' schedulers: 1000 train steps with a table of rates, from which a spacing
// rule picks N; sigma~ = sqrt((1 - abar)/abar).
#include "core/base/text.h"
#include "core/process/grid_parts.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace scorefield {

namespace {

constexpr int kTrainSteps = 1000;
enum class Table { Linear, ScaledLinear, Cosine };
enum class Spacing { Leading, Trailing, Linspace };
enum class Scheduler { Ddim, DpmSolver, Euler };

/// sigma~ at the train steps, rising.
std::vector<double> trainNoise(Table table, double betaStart, double betaEnd)
{
    const auto cosine = [](double t) {
        const double c = std::cos((t + 0.008) / 1.008 * std::numbers::pi / 2);
        return c * c;
    };
    std::vector<double> noise;
    double kept = 1; // abar
    for (int i = 0; i < kTrainSteps; ++i) {
        const double place = static_cast<double>(i) / (kTrainSteps - 1);
        double beta = betaStart + place * (betaEnd - betaStart);
        if (table == Table::ScaledLinear) {
            const double root =
                std::sqrt(betaStart) + place * (std::sqrt(betaEnd) - std::sqrt(betaStart));
            beta = root * root;
        } else if (table == Table::Cosine) {
            const double from = static_cast<double>(i) / kTrainSteps;
            const double to = static_cast<double>(i + 1) / kTrainSteps;
            beta = std::min(1 - cosine(to) / cosine(from), 0.999);
        }
        kept *= 1 - beta;
        noise.push_back(std::sqrt((1 - kept) / kept));
    }
    return noise;
}

/// The N train steps that the spacing rule lists, falling; only Euler's linspace is not whole
/// numbers. nearbyint rounds halves to even, as the program does.
std::vector<double> listedSteps(Scheduler scheduler, Spacing spacing, int count, int offset)
{
    const bool dpm = scheduler == Scheduler::DpmSolver; // one more is listed, the last is dropped
    std::vector<double> steps;
    for (int i = 0; i < count; ++i) {
        const int left = dpm ? count - i : count - 1 - i;
        if (spacing == Spacing::Leading) {
            const int ratio = kTrainSteps / (dpm ? count + 1 : count);
            steps.push_back(left * ratio + offset);
        } else if (spacing == Spacing::Trailing) {
            const double ratio = static_cast<double>(kTrainSteps) / count;
            steps.push_back(std::nearbyint(kTrainSteps - i * ratio) - 1);
        } else {
            const int pieces = dpm ? count : count - 1;
            const double step =
                pieces > 0 ? left * (static_cast<double>(kTrainSteps - 1) / pieces) : 0;
            steps.push_back(scheduler == Scheduler::Euler ? step : std::nearbyint(step));
        }
    }
    return steps;
}

/// The table at a train step that need not be a whole number.
double interpolated(const std::vector<double>& table, double step)
{
    const double below = std::min(std::floor(step), static_cast<double>(kTrainSteps - 2));
    const auto i = static_cast<std::size_t>(below);
    return table[i] + (step - below) * (table[i + 1] - table[i]);
}

Result<std::vector<double>> diffusersTimes(const ForwardProcess& process, const Choice& grid)
{
    const ParameterValues& values = grid.values;
    const auto option = [&](const char* key) { return static_cast<int>(values.at(key)); };
    const auto scheduler = static_cast<Scheduler>(option("scheduler"));
    const auto spacing = static_cast<Spacing>(option("spacing"));
    const auto table = trainNoise(
        static_cast<Table>(option("table")), values.at("beta_start"), values.at("beta_end"));
    const int steps = stepsOf(values);
    const auto listed = [&](int count) {
        return listedSteps(scheduler, spacing, count, option("steps_offset"));
    };
    // With a last step to 0 there are as many listed steps as steps. Without it the run ends at the
    // first train step (final_sigmas_type = sigma_min), which may itself be listed.
    std::vector<double> trainSteps = listed(values.at("final") == 1 ? steps + 1 : steps);
    if (values.at("final") == 0) {
        if (trainSteps.back() == 0)
            trainSteps = listed(steps + 1);
        else
            trainSteps.push_back(0);
    }
    std::vector<double> levels;
    for (std::size_t k = 0; k < trainSteps.size(); ++k) {
        if (trainSteps[k] > kTrainSteps - 1 || (k > 0 && trainSteps[k] >= trainSteps[k - 1]))
            return Error{"steps",
                         "ask for " + std::to_string(trainSteps.size())
                             + " levels, more than this spacing finds in 1000 train steps"};
        levels.push_back(interpolated(table, trainSteps[k]));
    }
    return timesAtNoise(process, levels);
}

std::vector<ParameterDescriptor> diffusersParameters()
{
    ParameterDescriptor final = finalParameter();
    final.choices[0] = {"stop",
                        "Stop at the first train step",
                        "final_sigmas_type = sigma_min: the last level is that of train step 0"};
    final.defaultValue = 1; // the program's default
    return {
        stepsParameter(),
        final,
        {.key = "table",
         .symbol = "β",
         .label = "Rates",
         .type = ParameterType::Choice,
         .maximum = 2,
         .choices = {{"linear", "Linear", "β from 0.0001 to 0.02, DDPM's"},
                     {"scaled-linear", "Scaled linear", "√β in equal steps, Stable Diffusion's"},
                     {"cosine", "Squared cosine", "squaredcos_cap_v2, β at most 0.999"}},
         .help = "Table of 1000 rates β; ᾱ is the product of 1 − β. diffusers, beta_schedule."},
        {.key = "spacing",
         .symbol = "",
         .label = "Spacing",
         .type = ParameterType::Choice,
         .maximum = 2,
         .choices = {{"leading", "Leading", "multiples of ⌊1000/N⌋ from 0"},
                     {"trailing", "Trailing", "1000 − i·1000/N, rounded, less 1"},
                     {"linspace", "Linspace", "equal distances from 999 to 0"}},
         .help = "How the N train steps are listed. diffusers, timestep_spacing; Lin et al. 2023, "
                 "arXiv:2305.08891, table 2."},
        {.key = "scheduler",
         .symbol = "",
         .label = "Scheduler",
         .type = ParameterType::Choice,
         .maximum = 2,
         .choices = {{"ddim", "DDIM, DDPM", "N steps, rounded"},
                     {"dpm-solver",
                      "DPM-Solver++, UniPC, DEIS",
                      "leading and linspace list N + 1 and drop the last"},
                     {"euler",
                      "Euler, Euler ancestral, Heun",
                      "linspace is not rounded: σ̃ is interpolated in the table"}},
         .help =
             "The schedulers read the same spacing in three ways. With linspace, diffusers' DDIM "
             "steps to t − 1000/N and not to the next listed step; here it goes to the next."},
        {.key = "beta_start",
         .symbol = "β₁",
         .label = "First rate",
         .minimum = 1e-5,
         .maximum = 0.01,
         .defaultValue = 1e-4,
         .scale = Scale::Logarithmic,
         .help = "First of the linear rates; Stable Diffusion has 0.00085. diffusers, beta_start."},
        {.key = "beta_end",
         .symbol = "β₁₀₀₀",
         .label = "Last rate",
         .minimum = 0.01,
         .maximum = 0.1,
         .defaultValue = 0.02,
         .scale = Scale::Logarithmic,
         .help = "Last of the linear rates; Stable Diffusion has 0.012. diffusers, beta_end."},
        {.key = "steps_offset",
         .symbol = "",
         .label = "Offset",
         .type = ParameterType::Integer,
         .maximum = 1,
         .step = 1,
         .help =
             "Added to the steps of leading; Stable Diffusion has 1. diffusers, steps_offset."}};
}

} // namespace

GridKind diffusersGrid()
{
    GridKind kind{};
    kind.info = {
        "diffusers",
        "diffusers tables",
        "σ̃ = √((1 − ᾱ)/ᾱ),  ᾱ_t = ∏(1 − β_i) over 1000 train steps",
        "Exactly the levels of diffusers' schedulers, on any process that has them; T and δ "
        "have no effect.",
        "huggingface/diffusers, schedulers; Ho et al. 2020, arXiv:2006.11239",
        diffusersParameters(),
        kProgramGridGroup};
    kind.times = diffusersTimes;
    return kind;
}

} // namespace scorefield
