// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/runs.h"

namespace scorefield::test {

std::shared_ptr<const GaussianMixture> makeMixture(const MixtureSpec& spec)
{
    return std::make_shared<const GaussianMixture>(GaussianMixture::create(spec).value());
}

std::shared_ptr<const ForwardProcess>
process(const std::string& id, std::initializer_list<std::pair<std::string, double>> values)
{
    return makeProcess(choose(processKinds(), id, values)).value();
}

std::shared_ptr<const GuidanceRule> unguided()
{
    return makeGuidance(choose(guidanceKinds(), "none")).value();
}

std::shared_ptr<const GuidanceRule> guided(double w, int target)
{
    return makeGuidance(choose(guidanceKinds(), "cfg", {{"w", w}, {"target", target}})).value();
}

std::vector<PathCoefficients>
levelsOn(const ForwardProcess& process, const std::string& grid, int steps, double final)
{
    return makeLevels(process, choose(gridKinds(), grid, {{"steps", steps}, {"final", final}}))
        .value();
}

SimulationPlan makePlan(std::shared_ptr<const GaussianMixture> mixture,
                        std::vector<PathCoefficients> levels,
                        const std::string& sampler,
                        double eta,
                        std::shared_ptr<const ForwardProcess> process)
{
    SimulationPlan plan;
    plan.mixture = std::move(mixture);
    plan.guidance = unguided();
    plan.process = std::move(process); // samplers in native time need it
    plan.levels = std::move(levels);
    plan.sampler = choose(samplerKinds(), sampler);
    plan.eta = eta;
    return plan;
}

double largestDifference(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b)
{
    if (a.rows() != b.rows() || a.cols() != b.cols() || a.size() == 0)
        return std::numeric_limits<double>::infinity();
    const double difference = (a - b).cwiseAbs().maxCoeff();
    return std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
}

} // namespace scorefield::test
