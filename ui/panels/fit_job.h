// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// From a file to a mixture: what the fit dialog asks for, done on a worker thread. Plain values in
// and out.
#include "core/base/result.h"
#include "core/mixture/mixture_spec.h"

#include <QStringList>

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace scorefield::ui {

enum class FitMethod { Mixture, Classes, Points };

struct FitRequest {
    std::filesystem::path path;
    std::vector<std::string> columns; ///< names or 1-based numbers; empty: all but the label
    std::string label;                ///< name or number of the label column, empty: none
    FitMethod method = FitMethod::Mixture;
    int components = 3;
    double bandwidth = 0; ///< of FitMethod::Points; 0: Silverman's
    int dimension = 0;    ///< onto how many principal axes; 0: none
    std::uint64_t seed = 0;

    bool operator==(const FitRequest&) const = default;
};

struct FitReport {
    MixtureSpec mixture;
    long long points = 0;
    int columns = 0;
    double silverman = 0;
    double keptVariance = 1;  ///< share of the variance along the chosen principal axes
    double logLikelihood = 0; ///< total, of the data under the mixture; EM only
    int iterations = 0;       ///< EM only
    bool converged = true;
};

/// Error: the reader's or the fit's one sentence; an empty message if `stop` asked to.
Result<FitReport> runFit(const FitRequest& request, std::stop_token stop);

/// What can be chosen in a file: its columns, and which of them holds labels by default (text in
/// it), -1: none.
struct FileColumns {
    QStringList names;
    int label = -1;
};
Result<FileColumns> fileColumns(const std::filesystem::path& path);

} // namespace scorefield::ui
