// SPDX-License-Identifier: GPL-3.0-or-later
// The shape of a run's trajectories by name.
#include "core/metric/metric_parts.h"
#include "core/metric/path_shape.h"

#include <cmath>

namespace scorefield {

namespace {

constexpr const char* kCoordinateNames[] = {
    "native coordinates", "x/alpha", "coordinates of the rectified flow"};

template <Estimate PathShape::*quantity>
Result<MetricReading> pathMetric(const MetricSubject& subject,
                                 const ParameterValues& values,
                                 WorkerPool&,
                                 std::stop_token)
{
    const auto coordinate = static_cast<PathCoordinate>(values.at("coordinate"));
    const PathShape shape = pathShape(subject.run, subject.levels, coordinate);
    MetricReading reading;
    reading.value = shape.*quantity;
    reading.hasError = true;
    reading.estimator = "chords between " + std::to_string(subject.run.steps + 1) + " states of "
                        + std::to_string(shape.particles) + " particles in "
                        + kCoordinateNames[static_cast<std::size_t>(values.at("coordinate"))];
    reading.numbers.emplace_back("excess_length", shape.excess.value);
    reading.numbers.emplace_back("bend", shape.bend.value);
    return reading;
}

MetricKind pathKind(const char* id,
                    const char* label,
                    const char* formula,
                    const char* help,
                    const char* source,
                    const char* unit,
                    decltype(MetricKind::measure) measure)
{
    const ParameterDescriptor coordinate{
        .key = "coordinate",
        .label = "Coordinate",
        .type = ParameterType::Choice,
        .maximum = 2,
        .choices = {{"native", "Native", "x against the process's time"},
                    {"scaled", "Scaled", "x/α against σ̃"},
                    {"rf", "Rectified flow", "x/(α + σ) against σ/(α + σ)"}},
        .help = "The same paths differ between coordinates; in the last all processes agree."};
    return {
        {id, label, formula, help, source, {coordinate}}, unit, {MetricForm::Run}, false, measure};
}

} // namespace

std::vector<MetricKind> pathMetrics()
{
    return {pathKind("straightness",
                     "Straightness",
                     "∫₀¹ E|dx/du − (x₁ − x₀)|² du",
                     "Zero for straight lines of constant speed; by chords, so from below.",
                     "Liu, Gong and Liu 2022, arXiv:2209.03003",
                     "length²",
                     pathMetric<&PathShape::straightness>),
            pathKind("curvature",
                     "Total curvature",
                     "E Σ angle between chords",
                     "How far the paths turn in all; in one dimension turns are none or by π.",
                     "Milnor 1950, Ann. of Math. 52",
                     "rad",
                     pathMetric<&PathShape::curvature>),
            pathKind("path-length",
                     "Path length",
                     "E Σ |x_{k+1} − x_k|",
                     "Of the chords; over the distance of the ends it is the excess length.",
                     "Ours",
                     "length",
                     pathMetric<&PathShape::length>)};
}

} // namespace scorefield
