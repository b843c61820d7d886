// SPDX-License-Identifier: GPL-3.0-or-later
// Distances by sums over pairs of points, by name: MMD and energy distance.
#include "core/base/text.h"
#include "core/metric/kernel_discrepancy.h"
#include "core/metric/metric_parts.h"

#include <cmath>

namespace scorefield {

namespace {

constexpr Eigen::Index kMostPoints = 50'000; ///< of which all pairs take ten seconds or so

Status checkSize(const MetricSubject& subject, const std::string& metric, Eigen::Index fewest)
{
    for (const Cloud* cloud : {&subject.a, &subject.b}) {
        const Eigen::Index n = cloud->points.rows();
        if (n > 0 && n < fewest)
            return Error{metric, "needs two points in each cloud"};
        if (n > kMostPoints && cloud->points.cols() > 1)
            return Error{metric,
                         "takes " + std::to_string(kMostPoints) + " points at most, a cloud has "
                             + std::to_string(n)};
        if (fewest > 1 && cloud->weights.size() > 0 && cloud->weights.squaredNorm() >= 1)
            return Error{metric, "needs two points of weight in each cloud"};
    }
    return success();
}

Result<MetricReading> discrepancyMetric(const MetricSubject& subject,
                                        const ParameterValues& values,
                                        WorkerPool& pool,
                                        std::stop_token stop)
{
    if (auto status = checkSize(subject, "mmd", 2); !status)
        return status.error();
    double bandwidth = values.at("bandwidth");
    auto reading =
        measureClouds(subject, values, [&](const Cloud& a, const Cloud& b) -> Result<Estimate> {
            if (bandwidth == 0)
                bandwidth = medianDistance(a, b); // the floor is that of the same kernel
            return meanDiscrepancySquared(a, b, bandwidth, pool, stop);
        });
    if (!reading)
        return reading;
    reading->estimator = "all pairs, unbiased; Gaussian kernel of width " + formatNumber(bandwidth)
                         + (values.at("bandwidth") == 0 ? ", the median distance" : "");
    reading->numbers.emplace_back("bandwidth", bandwidth);
    reading->numbers.emplace_back("root", std::sqrt(std::max(0.0, reading->value.value)));
    return reading;
}

Result<MetricReading> energyMetric(const MetricSubject& subject,
                                   const ParameterValues& values,
                                   WorkerPool& pool,
                                   std::stop_token stop)
{
    if (auto status = checkSize(subject, "energy-distance", 1); !status)
        return status.error();
    auto reading =
        measureClouds(subject, values, [&](const Cloud& a, const Cloud& b) -> Result<Estimate> {
            return energyDistance(a, b, pool, stop);
        });
    if (!reading)
        return reading;
    reading->estimator = subject.a.points.cols() == 1 ? "sorted sums, exact" : "all pairs";
    reading->numbers.emplace_back("squared", reading->value.value * reading->value.value);
    return reading;
}

} // namespace

std::vector<MetricKind> pairMetrics()
{
    const std::vector<MetricForm> clouds{MetricForm::TwoClouds, MetricForm::CloudAndMixture};
    return {
        {{"mmd",
          "Maximum mean discrepancy, squared",
          "MMD² = E k(x,x′) + E k(y,y′) − 2E k(x,y), k = exp(−|x−y|²/2h²)",
          "Unbiased, so chance makes it negative where the laws agree.",
          "Gretton et al. 2012, J. Mach. Learn. Res. 13",
          {{.key = "bandwidth",
            .symbol = "h",
            .label = "Bandwidth",
            .unit = "length",
            .minimum = 0,
            .maximum = 1e9,
            .defaultValue = 0,
            .help = "Of the kernel; 0: the median distance between all points."},
           seedOption()}},
         "",
         clouds,
         false,
         discrepancyMetric},
        {{"energy-distance",
          "Energy distance",
          "√(2E|x−y| − E|x−x′| − E|y−y′|)",
          "Zero only between equal laws; needs no bandwidth.",
          "Székely and Rizzo 2013, J. Statist. Plann. Inference 143",
          {seedOption()}},
         "length^½",
         clouds,
         false,
         energyMetric},
    };
}

} // namespace scorefield
