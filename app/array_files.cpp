// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/array_files.h"

namespace scorefield::app {

std::string shapeText(const std::vector<std::size_t>& shape)
{
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    return text + "]";
}

Result<Eigen::MatrixXd> readPoints(const std::string& path, int dimension)
{
    const auto array = readNpy(path);
    if (!array)
        return array.error();
    const auto d = static_cast<std::size_t>(dimension);
    const std::vector<std::size_t>& shape = array->shape;
    const bool isTable = shape.size() == 2 && shape[1] == d && shape[0] > 0;
    const bool isList = shape.size() == 1 && shape[0] > 0 && (d == 1 || shape[0] == d);
    if (!isTable && !isList)
        return Error{path,
                     "has the shape " + shapeText(shape) + ", must be [n, " + std::to_string(d)
                         + "] with at least one row"};
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const auto n = static_cast<Eigen::Index>(array->size() / d);
    return Eigen::MatrixXd(Eigen::Map<const RowMajor>(array->values.data(), n, dimension));
}

} // namespace scorefield::app
