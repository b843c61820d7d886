// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Every metric by name: what it is, what it compares, its options. `scorefield metric` and
// `list metrics` read it; a new metric is one function and one entry in the file of its family.
#include "core/base/parameter.h"
#include "core/base/worker_pool.h"
#include "core/metric/estimate.h"
#include "core/metric/transport.h"
#include "core/mixture/gaussian_mixture.h"
#include "core/process/forward_process.h"
#include "core/sampler/simulate.h"

#include <Eigen/Core>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace scorefield {

/// What a metric is given.
enum class MetricForm { TwoClouds, CloudAndMixture, TwoMixtures, OneCloud, OneMixture, Run };
/// "two clouds", "a cloud and a mixture" …
std::string formText(MetricForm form);

/// All dimensions agree; weights sum to 1.
struct MetricSubject {
    MetricForm form = MetricForm::TwoClouds;
    Cloud a, b;                                  ///< clouds; b of TwoClouds alone
    std::shared_ptr<const GaussianMixture> p, q; ///< laws, noise included; q of TwoMixtures alone
    std::optional<Eigen::MatrixXd> projections;  ///< unit vectors in columns [d,count]
    BasicTrajectories<double> run;               ///< of Run: all states, noise first
    std::vector<PathCoefficients> levels;        ///< of Run [K+1]
};

struct MetricReading {
    Estimate value;
    bool hasError = false;       ///< of sampling, or of the quadrature
    std::optional<double> floor; ///< what equal laws score at this size
    std::string floorOf;         ///< "as many exact draws of p"
    std::string estimator;       ///< "exact assignment", "quadrature, 801 nodes along an axis"
    std::vector<std::pair<std::string, double>> numbers{}; ///< more of the same: "squared"
    std::vector<std::pair<std::string, Eigen::MatrixXd>> matrices{};
};

struct MetricKind {
    VariantInfo info; ///< formula, help, source and options
    std::string unit; ///< "nats", "length" (that of x), "share", …
    std::vector<MetricForm> forms;
    bool takesProjections = false;
    Result<MetricReading> (*measure)(const MetricSubject& subject,
                                     const ParameterValues& values,
                                     WorkerPool& pool,
                                     std::stop_token stop);
};
const std::vector<MetricKind>& metricKinds();
/// Error: an unknown name, with the nearest one.
Result<const MetricKind*> findMetric(const std::string& name);
/// Checks the form and the values of every option first; Error.path names the option.
Result<MetricReading> measureMetric(const MetricKind& kind,
                                    const MetricSubject& subject,
                                    const ParameterValues& values,
                                    WorkerPool& pool,
                                    std::stop_token stop = {});

} // namespace scorefield
