// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/metric_inputs.h"

#include "app/array_files.h"
#include "app/noised_mixture_options.h"
#include "app/output.h"
#include "app/session_source.h"
#include "core/base/text.h"
#include "core/metric/mixture_divergence.h"
#include "core/session/lane_plan.h"
#include "core/session/session_json.h"

#include <algorithm>
#include <cmath>

namespace scorefield::app {

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Points [n,d], or a list [n] of numbers.
Result<Cloud> readCloud(const std::string& path)
{
    const auto array = readNpy(path);
    if (!array)
        return array.error();
    const auto& shape = array->shape;
    if (shape.empty() || shape.size() > 2 || array->size() == 0)
        return Error{path,
                     "has the shape " + shapeText(shape)
                         + ", must be [n, d] with at least one row, or a list [n] of numbers"};
    const auto n = static_cast<Eigen::Index>(shape[0]);
    const auto d = static_cast<Eigen::Index>(shape.size() == 2 ? shape[1] : 1);
    if (d > kMaxDimension)
        return Error{path,
                     "has " + std::to_string(d) + " dimensions, the most is "
                         + std::to_string(kMaxDimension)};
    return Cloud{Eigen::Map<const RowMajor>(array->values.data(), n, d), {}};
}

Status readWeights(const Arguments& arguments, const std::string& option, Cloud& cloud)
{
    const auto path = arguments.value(option);
    if (!path)
        return success();
    if (cloud.points.size() == 0)
        return Error{option, "goes with a cloud, which is missing"};
    const auto array = readNpy(*path);
    if (!array)
        return array.error();
    if (array->size() != static_cast<std::size_t>(cloud.points.rows()))
        return Error{*path,
                     "holds " + std::to_string(array->size()) + " weights for "
                         + std::to_string(cloud.points.rows()) + " points"};
    cloud.weights = Eigen::Map<const Eigen::VectorXd>(array->values.data(), cloud.points.rows());
    Eigen::Index row = 0;
    if (cloud.weights.minCoeff(&row) < 0)
        return Error{*path,
                     "weight " + std::to_string(row) + " is " + formatNumber(cloud.weights(row))
                         + ", must be at least 0"};
    if (cloud.weights.sum() <= 0)
        return Error{*path, "all weights are 0; one must be above it"};
    cloud.weights /= cloud.weights.sum();
    return success();
}

bool hasNoise(const Arguments& arguments)
{
    return arguments.has("--alpha") || arguments.has("--sigma") || arguments.has("--process")
           || arguments.has("--time");
}

/// The mixture of a JSON file, a session or a preset, with the noise of the command line.
Result<std::shared_ptr<const GaussianMixture>> readLaw(const Arguments& arguments,
                                                       const std::string& option)
{
    const auto name = arguments.value(option);
    if (!name)
        return std::shared_ptr<const GaussianMixture>();
    MixtureSpec spec;
    if (hasExtension(*name, ".json")) {
        auto loaded = loadMixture(*name);
        if (!loaded)
            return loaded.error();
        spec = std::move(loaded).value();
    } else {
        const auto found = findSession(*name);
        if (!found)
            return found.error();
        spec = *found->session.data;
    }
    auto mixture = GaussianMixture::create(spec);
    if (!mixture)
        return Error{*name, mixture.error().sentence()};
    if (!hasNoise(arguments))
        return std::make_shared<const GaussianMixture>(std::move(mixture).value());
    const auto level = chosenNoiseLevel(arguments);
    if (!level)
        return level.error();
    return std::make_shared<const GaussianMixture>(noised(*mixture, level->alpha, level->sigma));
}

/// All states of a run, and the levels its session has them at.
Result<MetricSubject> readRun(const Arguments& arguments, const MetricKind& kind)
{
    const auto path = arguments.positional(1), name = arguments.value("--session");
    if (!path || !name)
        return Error{kind.info.id,
                     "takes all states of a run and its session: ALL.npy --session SESSION"};
    const auto array = readNpy(*path);
    if (!array)
        return array.error();
    if (array->shape.size() != 3 || array->size() == 0 || array->shape[0] < 2)
        return Error{*path,
                     "has the shape " + shapeText(array->shape)
                         + ", must be [K+1, n, d], all states of a run"};
    auto found = findSession(*name);
    if (!found)
        return found.error();
    Session& session = found->session;
    const auto lane =
        arguments.wholeNumber("--lane", 0, static_cast<long long>(session.lanes.size()) - 1, 0);
    if (!lane)
        return lane.error();
    if (auto status = applyLaneOptions(arguments, session, static_cast<int>(*lane)); !status)
        return status.error();
    auto mixture = GaussianMixture::create(*session.data);
    if (!mixture)
        return mixture.error();
    const auto plan = planLane(session,
                               static_cast<int>(*lane),
                               std::make_shared<const GaussianMixture>(std::move(mixture).value()));
    if (!plan)
        return plan.error();
    if (plan->levels.size() != array->shape[0])
        return Error{*path,
                     "holds " + std::to_string(array->shape[0]) + " states, the session's lane "
                         + std::to_string(*lane) + " has " + std::to_string(plan->levels.size())};
    MetricSubject subject;
    subject.form = MetricForm::Run;
    subject.levels = plan->levels;
    subject.run.steps = static_cast<int>(array->shape[0]) - 1;
    subject.run.particles = array->shape[1];
    subject.run.dimension = static_cast<int>(array->shape[2]);
    subject.run.values.resize(array->size());
    const std::size_t d = array->shape[2], n = array->shape[1];
    for (int k = 0; k <= subject.run.steps; ++k)
        for (std::size_t axis = 0; axis < d; ++axis) {
            const auto states = subject.run.coordinate(k, static_cast<int>(axis));
            for (std::size_t i = 0; i < n; ++i)
                states[i] = array->values[(static_cast<std::size_t>(k) * n + i) * d + axis];
        }
    return subject;
}

Result<MetricForm> formOf(const Arguments& arguments, const MetricKind& kind)
{
    const std::size_t clouds = arguments.positionals().size() - 1;
    const bool p = arguments.has("--p"), q = arguments.has("--q");
    if (clouds == 2 && !p && !q)
        return MetricForm::TwoClouds;
    if (clouds == 1 && p && !q)
        return MetricForm::CloudAndMixture;
    if (clouds == 0 && p && q)
        return MetricForm::TwoMixtures;
    if (clouds == 1 && !p && !q)
        return MetricForm::OneCloud;
    if (clouds == 0 && p)
        return MetricForm::OneMixture;
    std::string taken;
    for (const MetricForm form : kind.forms)
        taken += (taken.empty() ? "" : ", or ") + formText(form);
    return Error{kind.info.id,
                 "takes " + taken + ": A.npy B.npy, A.npy --p P.json, or --p P.json --q Q.json"};
}

Status readProjections(const Arguments& arguments, const MetricKind& kind, MetricSubject& subject)
{
    const auto path = arguments.value("--projections");
    if (!path)
        return success();
    if (!kind.takesProjections)
        return Error{"--projections", kind.info.id + " takes none"};
    if (arguments.has("--directions"))
        return Error{"--directions", "stands beside --projections; give one of them"};
    const auto array = readNpy(*path);
    if (!array)
        return array.error();
    const auto d = static_cast<std::size_t>(subject.a.points.cols());
    if (array->shape.size() != 2 || array->shape[0] != d || array->shape[1] == 0)
        return Error{*path,
                     "has the shape " + shapeText(array->shape) + ", must be [" + std::to_string(d)
                         + ", count], unit vectors in columns"};
    subject.projections = Eigen::Map<const RowMajor>(array->values.data(),
                                                     static_cast<Eigen::Index>(d),
                                                     static_cast<Eigen::Index>(array->shape[1]));
    for (Eigen::Index j = 0; j < subject.projections->cols(); ++j) {
        constexpr double rounding = 1e-5; // of unit vectors stored as f4
        const double length = subject.projections->col(j).norm();
        if (std::abs(length - 1) > rounding)
            return Error{*path,
                         "column " + std::to_string(j) + " has length " + formatNumber(length)
                             + ", must be 1"};
    }
    return success();
}

Status checkDimensions(const Arguments& arguments, const MetricSubject& subject)
{
    struct Side {
        std::string name;
        Eigen::Index dimension;
    };
    std::vector<Side> sides;
    if (subject.a.points.size() > 0)
        sides.push_back({*arguments.positional(1), subject.a.points.cols()});
    if (subject.b.points.size() > 0)
        sides.push_back({*arguments.positional(2), subject.b.points.cols()});
    if (subject.p)
        sides.push_back({*arguments.value("--p"), subject.p->dimension()});
    if (subject.q)
        sides.push_back({*arguments.value("--q"), subject.q->dimension()});
    for (const Side& side : sides)
        if (side.dimension != sides.front().dimension)
            return Error{side.name,
                         "has " + std::to_string(side.dimension) + " dimensions, "
                             + sides.front().name + " has "
                             + std::to_string(sides.front().dimension)};
    return success();
}

} // namespace

std::vector<Option> metricInputOptions()
{
    std::vector<Option> options{
        {"--p", "P.json", "a mixture: a file, or a session or preset that holds one"},
        {"--q", "Q.json", "the other mixture"},
        {"--alpha", "A", "of mixtures: the law of A x_0 + S eps"},
        {"--sigma", "S", "of mixtures: the law of A x_0 + S eps"},
        {"--time", "T", "the same at a time of --process"},
        {"--weights-a", "W.npy", "weights of the points of A [n], made to sum 1"},
        {"--weights-b", "W.npy", "weights of the points of B [n]"},
        {"--projections", "V.npy", "unit vectors in columns [d,count], for sliced metrics"},
        {"--session", "SESSION", "whose lane the states of a run are of"},
        {"--lane", "N", "that lane, counted from 0 (0)"}};
    for (const Option& option : laneOptions())
        options.push_back(option);
    return options;
}

Result<MetricSubject> readMetricSubject(const Arguments& arguments, const MetricKind& kind)
{
    const bool ofRun = kind.forms.front() == MetricForm::Run;
    if (ofRun) {
        for (const char* option : {"--p", "--q", "--weights-a", "--weights-b", "--projections"})
            if (arguments.has(option))
                return Error{option, kind.info.id + " takes none"};
        return readRun(arguments, kind);
    }
    for (const char* option :
         {"--session", "--lane", "--grid", "--sampler", "--guidance", "--error"})
        if (arguments.has(option))
            return Error{option, "is for metrics of a run"};
    const auto form = formOf(arguments, kind);
    if (!form)
        return form.error();
    if (hasNoise(arguments) && !arguments.has("--p"))
        return Error{"--p", "is missing; noise goes with a mixture"};
    MetricSubject subject;
    subject.form = *form;
    const std::size_t clouds = arguments.positionals().size() - 1;
    for (std::size_t i = 0; i < clouds; ++i) {
        auto cloud = readCloud(*arguments.positional(i + 1));
        if (!cloud)
            return cloud.error();
        (i == 0 ? subject.a : subject.b) = std::move(cloud).value();
    }
    for (const bool isP : {true, false}) {
        auto law = readLaw(arguments, isP ? "--p" : "--q");
        if (!law)
            return law.error();
        (isP ? subject.p : subject.q) = std::move(law).value();
    }
    if (auto status = checkDimensions(arguments, subject); !status)
        return status.error();
    if (auto status = readWeights(arguments, "--weights-a", subject.a); !status)
        return status.error();
    if (auto status = readWeights(arguments, "--weights-b", subject.b); !status)
        return status.error();
    if (auto status = readProjections(arguments, kind, subject); !status)
        return status.error();
    return subject;
}

} // namespace scorefield::app
