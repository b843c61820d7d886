// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/noised_mixture_options.h"

#include "app/session_source.h"
#include "core/process/forward_process.h"
#include "core/session/session_json.h"

namespace scorefield::app {

std::vector<Option> noisedMixtureOptions()
{
    return {{"--mixture", "M.json", "the data: weights, means, covariances, classes"},
            {"--alpha", "A", "x = A x_0 + S eps"},
            {"--sigma", "S", "x = A x_0 + S eps"},
            laneOptions().front(),
            {"--time", "T", "the time in that process"}};
}

Result<NoiseLevel> chosenNoiseLevel(const Arguments& arguments)
{
    const bool byPair = arguments.has("--alpha") || arguments.has("--sigma");
    const bool byProcess = arguments.has("--process") || arguments.has("--time");
    if (byPair == byProcess)
        return Error{"", "give either --alpha A --sigma S or --process P --time T"};
    if (byPair) {
        constexpr double largest =
            1e12; // beyond it alpha^2 and sigma^2 leave no digits for the data
        if (!arguments.has("--alpha") || !arguments.has("--sigma"))
            return Error{arguments.has("--alpha") ? "--sigma" : "--alpha", "is missing"};
        const auto alpha = arguments.number("--alpha", 0, largest, 1);
        const auto sigma = arguments.number("--sigma", 0, largest, 0);
        if (!alpha)
            return alpha.error();
        if (!sigma)
            return sigma.error();
        if (*alpha == 0 && *sigma == 0)
            return Error{"--sigma", "is 0 where --alpha is 0: nothing is left to evaluate"};
        return NoiseLevel{*alpha, *sigma};
    }
    if (!arguments.has("--process") || !arguments.has("--time"))
        return Error{arguments.has("--process") ? "--time" : "--process", "is missing"};
    Session session;
    session.lanes = {defaultLane("vp")};
    if (auto status = applyLaneOptions(arguments, session, 0); !status)
        return status.error();
    const auto process = makeProcess(session.lanes[0].process);
    if (!process)
        return process.error();
    const auto time = arguments.number("--time", 0, (*process)->horizon(), 0);
    if (!time)
        return time.error();
    const PathCoefficients at = (*process)->at(*time);
    return NoiseLevel{at.alpha, at.sigma};
}

Result<MixtureSpec> chosenMixture(const Arguments& arguments, const std::string& command)
{
    const auto file = arguments.value("--mixture");
    const auto name = arguments.positional(0);
    if (file.has_value() == name.has_value())
        return Error{"", "'" + command + "' needs either --mixture M.json or a SESSION"};
    if (file)
        return loadMixture(*file);
    const auto found = findSession(*name);
    if (!found)
        return found.error();
    return *found->session.data;
}

} // namespace scorefield::app
