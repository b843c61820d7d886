// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/metric_kinds.h"

#include "core/base/text.h"
#include "core/metric/metric_parts.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace {

using Index = Eigen::Index;

/// Every second point, from `first` on.
Cloud halfOf(const Cloud& cloud, Index first)
{
    std::vector<Index> kept;
    for (Index i = first; i < cloud.points.rows(); i += 2)
        kept.push_back(i);
    Cloud half{cloud.points(kept, Eigen::all), {}};
    if (cloud.weights.size() > 0) {
        half.weights = cloud.weights(kept);
        half.weights /= half.weights.sum();
    }
    return half;
}

bool hasWeight(const Cloud& cloud)
{
    return cloud.weights.size() == 0 || cloud.weights.allFinite();
}

} // namespace

std::string formText(MetricForm form)
{
    switch (form) {
    case MetricForm::TwoClouds:
        return "two clouds";
    case MetricForm::CloudAndMixture:
        return "a cloud and a mixture";
    case MetricForm::TwoMixtures:
        return "two mixtures";
    case MetricForm::OneCloud:
        return "a cloud";
    case MetricForm::OneMixture:
        return "a mixture";
    case MetricForm::Run:
        return "all states of a run";
    }
    return "";
}

ParameterDescriptor seedOption()
{
    return {.key = "seed",
            .label = "Seed",
            .type = ParameterType::Integer,
            .minimum = 0,
            .maximum = 4294967295.0,
            .defaultValue = 1,
            .help = "Of random directions and of exact draws."};
}

ParameterDescriptor neighbourOption()
{
    return {.key = "neighbour",
            .symbol = "k",
            .label = "Neighbour",
            .type = ParameterType::Integer,
            .minimum = 1,
            .maximum = 1000,
            .defaultValue = 5,
            .help = "Distances to the k-th nearest neighbour: larger k, less noise and more bias."};
}

Result<MetricReading> measureClouds(const MetricSubject& subject,
                                    const ParameterValues& values,
                                    const CloudDistance& distance)
{
    MetricReading reading;
    reading.hasError = true;
    const auto measure = [&](const Cloud& from, const Cloud& to) -> Status {
        const auto value = distance(from, to);
        if (!value)
            return value.error();
        reading.value = *value;
        return success();
    };
    if (subject.form == MetricForm::TwoClouds) {
        if (auto status = measure(subject.a, subject.b); !status)
            return status.error();
        constexpr Index fewest = 8; // halves below four points say nothing
        const Cloud even = halfOf(subject.b, 0), odd = halfOf(subject.b, 1);
        if (subject.b.points.rows() >= fewest && hasWeight(even) && hasWeight(odd)) {
            if (const auto halves = distance(even, odd); halves) {
                reading.floor = std::abs(halves->value);
                reading.floorOf = "between the halves of B, so of half its size: from above";
            }
        }
        return reading;
    }
    const Index n = subject.a.points.rows();
    const auto seed = static_cast<std::uint64_t>(values.at("seed"));
    const Eigen::MatrixXd draws =
        subject.p->sample(seed, Stream::Data, static_cast<int>(2 * n)).transpose();
    const Cloud law{draws.topRows(n), {}};
    if (auto status = measure(subject.a, law); !status)
        return status.error();
    if (const auto twin = distance({draws.bottomRows(n), {}}, law); twin) {
        reading.floor = std::abs(twin->value);
        reading.floorOf = "of as many exact draws of p";
    }
    reading.numbers.emplace_back("draws", static_cast<double>(n));
    return reading;
}

const std::vector<MetricKind>& metricKinds()
{
    static const std::vector<MetricKind> all = [] {
        std::vector<MetricKind> kinds;
        for (auto family :
             {transportMetrics, divergenceMetrics, pairMetrics, modeMetrics, pathMetrics})
            for (MetricKind& kind : family())
                kinds.push_back(std::move(kind));
        return kinds;
    }();
    return all;
}

Result<const MetricKind*> findMetric(const std::string& name)
{
    std::vector<std::string> names;
    for (const MetricKind& kind : metricKinds()) {
        if (kind.info.id == name)
            return &kind;
        names.push_back(kind.info.id);
    }
    const std::string near = nearestWord(name, names);
    return Error{
        "",
        "'" + name + "' is no metric; "
            + (near.empty() ? "there are " + listOfWords(names) : "did you mean '" + near + "'?")};
}

Result<MetricReading> measureMetric(const MetricKind& kind,
                                    const MetricSubject& subject,
                                    const ParameterValues& values,
                                    WorkerPool& pool,
                                    std::stop_token stop)
{
    if (std::find(kind.forms.begin(), kind.forms.end(), subject.form) == kind.forms.end()) {
        std::string taken;
        for (const MetricForm form : kind.forms)
            taken += (taken.empty() ? "" : ", or ") + formText(form);
        return Error{kind.info.id, "takes " + taken + ", not " + formText(subject.form)};
    }
    for (const ParameterDescriptor& option : kind.info.parameters)
        if (auto status = option.validate(values.at(option.key)); !status)
            return status.error();
    auto reading = kind.measure(subject, values, pool, stop);
    if (stop.stop_requested())
        return Error{"", "stopped"};
    return reading;
}

} // namespace scorefield
