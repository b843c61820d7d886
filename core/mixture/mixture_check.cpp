// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/mixture_check.h"

#include "core/base/text.h"
#include "core/mixture/gaussian_mixture.h"

#include <cmath>
#include <set>

namespace scorefield {

namespace {

// Squares of larger numbers, divided by the smallest noise variances, would overflow.
constexpr double kLargestNumber = 1e100;
constexpr double kSymmetry =
    1e-9; // of the largest entry: hand-typed decimals agree, typing errors do not
constexpr double kNegative = 1e-10; // of the largest eigenvalue: rounding of a singular covariance
constexpr int kLargestLabel = 4095; // as many classes as components

std::string pointer(std::size_t k, const std::string& field)
{
    return "/components/" + std::to_string(k) + "/" + field;
}

std::string number(double value)
{
    return formatNumber(value, 6);
}

std::string nameOf(std::size_t k)
{
    return "Component " + std::to_string(k);
}

bool usable(double value)
{
    return std::isfinite(value) && std::abs(value) <= kLargestNumber;
}

Status checkMean(const ComponentSpec& component, int dimension, std::size_t k)
{
    if (component.mean.size() != dimension)
        return Error{pointer(k, "mean"),
                     nameOf(k) + " has a mean of " + std::to_string(component.mean.size())
                         + " numbers; the dimension is " + std::to_string(dimension) + "."};
    for (Eigen::Index i = 0; i < component.mean.size(); ++i)
        if (!usable(component.mean(i)))
            return Error{pointer(k, "mean") + "/" + std::to_string(i),
                         nameOf(k) + " has " + number(component.mean(i))
                             + " in its mean; allowed are finite numbers up to 1e+100."};
    return success();
}

Status checkCovariance(const ComponentSpec& component, int dimension, std::size_t k)
{
    const Eigen::MatrixXd& Sigma = component.covariance;
    const std::string path = pointer(k, "covariance");
    if (Sigma.rows() != dimension || Sigma.cols() != dimension)
        return Error{path,
                     nameOf(k) + " has a covariance of " + std::to_string(Sigma.rows()) + " × "
                         + std::to_string(Sigma.cols()) + " numbers; it must be "
                         + std::to_string(dimension) + " × " + std::to_string(dimension) + "."};
    for (Eigen::Index i = 0; i < dimension; ++i)
        for (Eigen::Index j = 0; j < dimension; ++j)
            if (!usable(Sigma(i, j)))
                return Error{path,
                             nameOf(k) + " has " + number(Sigma(i, j))
                                 + " in its covariance; allowed are finite numbers up to "
                                   "1e+100."};
    const double largest = Sigma.cwiseAbs().maxCoeff();
    for (Eigen::Index i = 0; i < dimension; ++i)
        for (Eigen::Index j = 0; j < i; ++j)
            if (std::abs(Sigma(i, j) - Sigma(j, i)) > kSymmetry * largest)
                return Error{path,
                             nameOf(k)
                                 + " has a covariance that is not symmetric: " + number(Sigma(j, i))
                                 + " in row " + std::to_string(j) + ", column " + std::to_string(i)
                                 + " but " + number(Sigma(i, j)) + " in row " + std::to_string(i)
                                 + ", column " + std::to_string(j) + "."};
    return success();
}

Status checkComponent(const ComponentSpec& component, int dimension, std::size_t k)
{
    if (!usable(component.weight) || component.weight < 0)
        return Error{pointer(k, "weight"),
                     nameOf(k) + " has the weight " + number(component.weight)
                         + "; a weight must be a finite number, at least 0 and at most 1e+100."};
    if (component.classLabel < 0 || component.classLabel > kLargestLabel)
        return Error{pointer(k, "class"),
                     nameOf(k) + " has the class " + std::to_string(component.classLabel)
                         + "; classes are numbered 0 to 4095."};
    if (auto checked = checkMean(component, dimension, k); !checked)
        return checked;
    return checkCovariance(component, dimension, k);
}

Status checkImage(const ImageDecoder& image, int dimension)
{
    if (image.width < 1 || image.height < 1 || image.width > 512 || image.height > 512)
        return Error{"/image",
                     "The image is " + std::to_string(image.width) + " × "
                         + std::to_string(image.height) + " pixels; each side must have 1 to 512."};
    const Eigen::Index pixels = static_cast<Eigen::Index>(image.width) * image.height;
    if (image.mean.size() != pixels)
        return Error{"/image/mean",
                     "The mean image has " + std::to_string(image.mean.size())
                         + " numbers; it must have one per pixel, " + std::to_string(pixels) + "."};
    if (image.axes.rows() != pixels || image.axes.cols() != dimension)
        return Error{"/image/axes",
                     "The image axes are " + std::to_string(image.axes.rows()) + " × "
                         + std::to_string(image.axes.cols()) + " numbers; they must be "
                         + std::to_string(pixels) + " × " + std::to_string(dimension)
                         + " (pixels × coordinates)."};
    if (!image.mean.allFinite() || !image.axes.allFinite())
        return Error{"/image", "The image mean and axes must be finite numbers."};
    if (!std::isfinite(image.low) || !std::isfinite(image.high) || image.low == image.high)
        return Error{"/image",
                     "The image values drawn as black and white are " + number(image.low) + " and "
                         + number(image.high) + "; they must be two different finite numbers."};
    return success();
}

Status checkSets(const MixtureSpec& spec)
{
    if (spec.sets.size() > static_cast<std::size_t>(kMaxClassSets))
        return Error{"/sets",
                     "There are " + std::to_string(spec.sets.size()) + " sets of classes; at most "
                         + std::to_string(kMaxClassSets) + " are allowed."};
    std::set<std::string> names;
    for (std::size_t i = 0; i < spec.sets.size(); ++i) {
        const auto& [name, classes] = spec.sets[i];
        const std::string path = "/sets/" + std::to_string(i);
        if (trimmed(name).empty())
            return Error{path + "/name",
                         "Set " + std::to_string(i)
                             + " of classes needs a name that is not empty."};
        if (!names.insert(name).second)
            return Error{path + "/name",
                         "Two sets of classes are called '" + name + "'; each needs its own name."};
        if (classes.empty())
            return Error{path + "/classes",
                         "The set '" + name + "' has no class; it must have at least one."};
        std::set<int> seen;
        for (const int label : classes) {
            if (label < 0 || label >= spec.classCount())
                return Error{path + "/classes",
                             "The set '" + name + "' has the class " + std::to_string(label)
                                 + "; the classes of this mixture are numbered 0 to "
                                 + std::to_string(spec.classCount() - 1) + "."};
            if (!seen.insert(label).second)
                return Error{path + "/classes",
                             "The set '" + name + "' has the class '" + spec.className(label)
                                 + "' twice."};
        }
    }
    return success();
}

} // namespace

Status checkMixtureSpec(const MixtureSpec& spec)
{
    const std::size_t count = spec.components.size();
    if (count < 1 || count > static_cast<std::size_t>(kMaxComponents))
        return Error{"/components",
                     "The mixture has " + std::to_string(count) + " components; it must have 1 to "
                         + std::to_string(kMaxComponents) + "."};
    if (spec.dimension < 1 || spec.dimension > kMaxDimension)
        return Error{"/dimension",
                     "The dimension is " + std::to_string(spec.dimension) + "; it must be 1 to "
                         + std::to_string(kMaxDimension) + "."};
    double total = 0;
    for (std::size_t k = 0; k < count; ++k) {
        if (auto checked = checkComponent(spec.components[k], spec.dimension, k); !checked)
            return checked;
        total += spec.components[k].weight;
    }
    if (total <= 0)
        return Error{"/components",
                     "The weights of the components sum to 0; at least one must be positive."};
    if (spec.coordinateNames.size() > static_cast<std::size_t>(spec.dimension))
        return Error{"/coordinates",
                     "There are " + std::to_string(spec.coordinateNames.size())
                         + " coordinate names for " + std::to_string(spec.dimension)
                         + " coordinates."};
    if (spec.classNames.size() > static_cast<std::size_t>(kMaxComponents))
        return Error{"/classes",
                     "There are " + std::to_string(spec.classNames.size())
                         + " class names; at most " + std::to_string(kMaxComponents)
                         + " are allowed."};
    if (auto checked = checkSets(spec); !checked)
        return checked;
    return spec.image ? checkImage(*spec.image, spec.dimension) : success();
}

Status checkEigenvalues(const Eigen::VectorXd& eigenvalues, std::size_t component)
{
    const double largest = eigenvalues.cwiseAbs().maxCoeff();
    const double smallest = eigenvalues.minCoeff();
    if (smallest < -kNegative * largest)
        return Error{pointer(component, "covariance"),
                     nameOf(component)
                         + " has a covariance that is not positive semi-definite: its smallest "
                           "eigenvalue is "
                         + number(smallest) + ", it must be at least 0."};
    return success();
}

} // namespace scorefield
