// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/lane_ridge.h"

#include "core/field/score_error.h"
#include "core/geometry/eigenframe.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

constexpr double kGrid = 8;          // a box snaps to this part of its size, or less
constexpr double kMargin = 1.0 / 16; // of the box beyond what is visible
constexpr double kLikeSizes = 8;     // lanes with views of like size share one ridge
constexpr double kSameNoise = 1e-9;  // levels of one clock agree but for rounding
constexpr double kDeviations = 2.5, kRoom = 4.0 / 3; // of the square around the data
constexpr double kLeastAlpha = 1e-9; // below it x/alpha has no digits of the data left

PlaneBox scaled(const PlaneBox& box, double factor)
{
    return {box.left * factor, box.bottom * factor, box.width * factor, box.height * factor};
}

PlaneBox united(const PlaneBox& a, const PlaneBox& b)
{
    const double left = std::min(a.left, b.left), bottom = std::min(a.bottom, b.bottom);
    return {left,
            bottom,
            std::max(a.left + a.width, b.left + b.width) - left,
            std::max(a.bottom + a.height, b.bottom + b.height) - bottom};
}

/// Its edges on the lines of a grid whose size goes in powers of two, with a margin.
PlaneBox snapped(const PlaneBox& box)
{
    const double size = std::max(box.width, box.height);
    const double cell = std::exp2(std::floor(std::log2(size / kGrid)));
    const auto down = [&](double value) { return cell * std::floor(value / cell); };
    const auto up = [&](double value) { return cell * std::ceil(value / cell); };
    const double margin = kMargin * size;
    const double left = down(box.left - margin), bottom = down(box.bottom - margin);
    return {left,
            bottom,
            up(box.left + box.width + margin) - left,
            up(box.bottom + box.height + margin) - bottom};
}

double longer(const PlaneBox& box)
{
    return std::max(box.width, box.height);
}

/// The requests of all lanes, brought together by noise level and size.
class SharedRequests {
public:
    SharedRequests(RidgeThresholds thresholds, int resolution)
        : m_thresholds(thresholds)
        , m_resolution(resolution)
    {
    }

    /// A number to ask for the request by, once all are known.
    std::size_t add(double noise, const PlaneBox& visible)
    {
        for (std::size_t i = 0; i < m_requests.size(); ++i) {
            RidgeRequest& request = m_requests[i];
            const double ratio = longer(request.box) / longer(visible);
            if (std::abs(noise / request.noise - 1) > kSameNoise || ratio > kLikeSizes
                || ratio < 1 / kLikeSizes)
                continue;
            request.box = united(request.box, visible);
            return i;
        }
        m_requests.push_back({noise, m_thresholds, visible, m_resolution});
        return m_requests.size() - 1;
    }

    RidgeRequest at(std::size_t number) const
    {
        RidgeRequest request = m_requests[number];
        request.box = snapped(request.box);
        return request;
    }

private:
    RidgeThresholds m_thresholds;
    int m_resolution;
    std::vector<RidgeRequest> m_requests;
};

std::string whyNoRidge(const RunProduct& run, const PathCoefficients& level)
{
    if (run.mixture->dimension() == 1)
        return "data of one dimension have no ridge";
    if (level.alpha < kLeastAlpha)
        return "at pure noise there is no ridge";
    if (!(level.sigma > 0))
        return "without noise κ = σ²λ is 0 everywhere: there is no ridge";
    return {};
}

/// The noise levels of the ghosts, evenly in log sigma~ inside the run.
std::vector<double> ghostNoises(const RunProduct& run, int count)
{
    const auto levels = run.levels();
    std::vector<double> noises;
    for (int i = 1; i <= count; ++i)
        noises.push_back(noiseAtPosition(static_cast<double>(i) / (count + 1), levels));
    return noises;
}

/// Around all components with their spread and a third more on every side.
PlaneBox dataSquare(const GaussianMixture& plane)
{
    Eigen::Vector2d low = Eigen::Vector2d::Constant(std::numeric_limits<double>::infinity()),
                    high = -low;
    for (const auto& component : plane.components()) {
        const Eigen::Vector2d variances =
            component.eigenvectors.cwiseAbs2() * component.eigenvalues.cwiseMax(0);
        const Eigen::Vector2d reach = kDeviations * variances.cwiseSqrt();
        low = low.cwiseMin(component.mean - reach);
        high = high.cwiseMax(component.mean + reach);
    }
    const Eigen::Vector2d centre = (low + high) / 2;
    const double half = std::max(kRoom * (high - low).maxCoeff() / 2, 1e-9); // a single point
    return {centre[0] - half, centre[1] - half, 2 * half, 2 * half};
}

/// Where the lane's run has this level.
bool passes(const LaneProduct& lane, double noise)
{
    const auto& levels = lane.plan.levels;
    return noise <= levels.front().sigmaTilde() && noise >= levels.back().sigmaTilde();
}

} // namespace

RidgeSubject ridgeSubject(const RunProduct& run)
{
    return {run.mixture, run.plane.axes, run.plane.origin};
}

std::vector<LaneRidgePlan> planLaneRidges(const RunProduct& run,
                                          const ViewSpec& view,
                                          const std::vector<RidgeWindow>& windows,
                                          int resolution)
{
    struct Numbers {
        std::vector<std::size_t> now, ghosts;
    };
    SharedRequests shared({view.ridge.beta, view.ridge.gamma}, resolution);
    const std::vector<double> noises = ghostNoises(run, static_cast<int>(view.ridge.ghosts));
    std::vector<LaneRidgePlan> plans(std::min(windows.size(), run.lanes.size()));
    std::vector<Numbers> numbers(plans.size());
    for (std::size_t i = 0; i < plans.size(); ++i) {
        const LaneProduct& lane = *run.lanes[i];
        LaneRidgePlan& plan = plans[i];
        plan.level = levelAtStep(*lane.process, lane.plan.levels, windows[i].step);
        plan.note = whyNoRidge(run, plan.level);
        if (plan.note.empty())
            numbers[i].now.push_back(shared.add(plan.level.sigmaTilde(),
                                                scaled(windows[i].visible, 1 / plan.level.alpha)));
        for (const double noise : noises) {
            if (run.mixture->dimension() == 1 || !passes(lane, noise))
                continue;
            const PathCoefficients level = lane.process->at(lane.process->timeAt(noise));
            if (level.alpha < kLeastAlpha)
                continue;
            plan.ghosts.push_back({level.alpha, {}});
            numbers[i].ghosts.push_back(
                shared.add(noise, scaled(windows[i].visible, 1 / level.alpha)));
        }
    }
    for (std::size_t i = 0; i < plans.size(); ++i) {
        for (const std::size_t number : numbers[i].now)
            plans[i].now.push_back(shared.at(number));
        for (std::size_t g = 0; g < plans[i].ghosts.size(); ++g)
            plans[i].ghosts[g].request = shared.at(numbers[i].ghosts[g]);
    }
    return plans;
}

Result<ScaleSpaceRequest> planScaleSpace(const RunProduct& run, const ViewSpec& view)
{
    if (run.mixture->dimension() == 1)
        return Error{"", "data of one dimension have no ridge"};
    const auto levels = run.levels();
    ScaleSpaceRequest request;
    request.highest = noiseAtPosition(0, levels);
    request.lowest = noiseAtPosition(1, levels);
    if (!(request.lowest > 0) || !(request.highest > request.lowest))
        return Error{"", "the run has no range of noise levels"};
    request.thresholds = {view.ridge.beta, view.ridge.gamma};
    request.box = dataSquare(*run.planeMixture);
    return request;
}

std::shared_ptr<const RidgeTube>
ridgeTube(const LaneProduct& product, const PathCoefficients& level, const Ridge& ridge)
{
    const SimulationPlan& plan = product.plan;
    if (!plan.error || plan.mixture->dimension() != 2)
        return nullptr;
    const ErrorFacts facts{plan.mixture, plan.guidance, {}};
    const auto learned = makeLearnedField<double>(facts, plan.error.get());
    // A model that knows no classes is held against the field without guidance.
    const auto exact = makeExactField<double>(
        plan.mixture, plan.error->ignoresGuidance() ? makeUnguided() : plan.guidance, {});
    const RidgeField field(plan.mixture, ridge.request.noise);
    auto tube = std::make_shared<RidgeTube>();
    PlaneFrames frames;
    for (const RidgeLine& line : ridge.lines) {
        RidgeTube::Line widths;
        const Block<double> x = level.alpha * line.points.array();
        Block<double> imperfect(x.rows(), 2), mean(x.rows(), 2);
        learned->denoise(level, x, imperfect);
        exact->denoise(level, x, mean);
        field.planeFrames(line.points.array(), frames);
        widths.normal.resize(x.rows(), 2);
        widths.normal << -frames.v1.matrix(), frames.v0.matrix();
        widths.error = (widths.normal.array() * (imperfect - mean)).rowwise().sum();
        tube->lines.push_back(std::move(widths));
    }
    return tube;
}

std::vector<RidgePicture> computeLaneRidges(const RunProduct& run,
                                            const ViewSpec& view,
                                            const std::vector<RidgeWindow>& windows,
                                            WorkerPool& pool,
                                            int resolution,
                                            std::stop_token stop)
{
    std::vector<RidgePicture> pictures;
    if (view.ridge.layer.visible == 0)
        return pictures;
    const RidgeSubject subject = ridgeSubject(run);
    std::vector<std::shared_ptr<const Ridge>> done;
    const auto ridgeOf = [&](const RidgeRequest& request) {
        const auto found = std::find_if(
            done.begin(), done.end(), [&](const auto& ridge) { return ridge->request == request; });
        if (found != done.end())
            return *found;
        done.push_back(std::make_shared<const Ridge>(findRidge(subject, request, pool, stop)));
        return done.back();
    };
    for (const LaneRidgePlan& plan : planLaneRidges(run, view, windows, resolution)) {
        RidgePicture picture;
        picture.note = plan.note;
        if (!plan.now.empty())
            picture.ridge = ridgeOf(plan.now.front());
        for (const GhostRequest& ghost : plan.ghosts)
            picture.ghosts.push_back({ghost.alpha, ridgeOf(ghost.request)});
        if (picture.ridge && view.ridge.tube != 0)
            picture.tube = ridgeTube(*run.lanes[pictures.size()], plan.level, *picture.ridge);
        pictures.push_back(std::move(picture));
    }
    return pictures;
}

} // namespace scorefield
