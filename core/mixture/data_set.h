// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Points from files: CSV (RFC 4180) and NPY, with an optional label column; projection onto principal axes.
#include "core/base/npy.h"
#include "core/base/result.h"

#include <Eigen/Core>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace scorefield {

struct DataSet {
    Eigen::MatrixXd points; ///< [n,d], rows as in the file
    std::vector<std::string> columnNames;
    std::vector<int> labels;             ///< [n] or empty
    std::vector<std::string> labelNames; ///< by label, in order of first appearance
};

struct ReadOptions {
    std::vector<std::string> columns; ///< by name or 1-based number; empty: all but the label
    std::string label;                ///< name or number of the label column; empty: none ("auto": the only non-numeric column)
};

/// Reads by extension (.csv, .npy). A header is a first line without a number; a first line of names and numbers is data if the second has them in the same columns
/// (labels), else refused. Missing values, text in a number column and ragged rows are errors that name file, line and column; so are fewer than 2 rows or more than 64 columns left. NPY: [n,d].
Result<DataSet> readDataSet(const std::filesystem::path& path, const ReadOptions& options = {});
/// The same from the text of a CSV file, and from an array [n,d]; Error.path is "line N" or empty.
Result<DataSet> dataSetFromCsv(std::string_view text, const ReadOptions& options = {});
Result<DataSet> dataSetFromNpy(const NpyArray& array, const ReadOptions& options = {});

/// Means and the leading principal axes: x ≈ mean + axes y; y = axes^T (x - mean).
struct PrincipalAxes {
    Eigen::VectorXd mean;      ///< [p]
    Eigen::MatrixXd axes;      ///< [p,d], orthonormal; the largest entry of each is positive, so the sign is defined
    Eigen::VectorXd variances; ///< [d], descending, with divisor n - 1
};
Result<PrincipalAxes> principalAxes(const Eigen::MatrixXd& points, int dimension);

} // namespace scorefield
