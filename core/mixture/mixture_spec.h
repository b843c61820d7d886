// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A Gaussian mixture as people and files write it: not yet validated. GaussianMixture::create makes it exact and usable.
#include <Eigen/Core>

#include <optional>
#include <string>
#include <vector>

namespace scorefield {

struct ComponentSpec {
    double weight = 1;          ///< >= 0; the weights of a mixture are normalised to sum 1
    Eigen::VectorXd mean;       ///< [d]
    Eigen::MatrixXd covariance; ///< [d,d] symmetric, positive semi-definite, may be singular
    int classLabel = 0;         ///< >= 0

    bool operator==(const ComponentSpec& other) const; // size-safe: Eigen's own == asserts on different sizes
};

/// Classes that guidance is sent to together: the union of their components.
struct ClassSet {
    std::string name;
    std::vector<int> classes; ///< labels

    bool operator==(const ClassSet&) const = default;
};

/// What guidance is sent to is one number: a label, or kFirstSetTarget + i for set i.
inline constexpr int kFirstSetTarget = 4096;
inline constexpr int kMaxClassSets = 64;

/// Turns a point x of the mixture back into the picture it was projected from: mean + axes x, row by row.
struct ImageDecoder {
    int width = 0, height = 0;
    double low = 0, high = 1;  ///< the values drawn as black and white
    Eigen::VectorXd mean;      ///< [width*height]
    Eigen::MatrixXd axes;      ///< [width*height, d]

    bool operator==(const ImageDecoder& other) const;
};

struct MixtureSpec {
    int dimension = 2;
    std::vector<ComponentSpec> components;
    std::vector<std::string> classNames;      ///< by label; missing ones are called "class N"
    std::vector<std::string> coordinateNames; ///< by coordinate, empty: "x1", "x2", …
    std::optional<ImageDecoder> image;
    std::vector<ClassSet> sets;

    /// The largest label + 1, at least the number of names.
    int classCount() const;
    std::string className(int target) const; ///< of a label or a set
    std::string coordinateName(int coordinate) const;
    bool operator==(const MixtureSpec&) const = default;
};

/// Sum of N(mean, variance I) components of equal weight, each with its own class: the usual small example.
MixtureSpec isotropicMixture(const std::vector<Eigen::VectorXd>& means, double variance);

} // namespace scorefield
