// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield evaluate: the exact score, density, posterior mean … of a noised mixture at given
// points, in double precision.
#include "app/array_files.h"
#include "app/commands.h"
#include "app/noised_mixture_options.h"
#include "app/output.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/mixture/noised_mixture.h"
#include "ui/export/part_file.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>

namespace scorefield::app {

namespace {

/// What of a mixture a quantity is about: its law at this noise, and how its components are
/// numbered in the file.
struct Subject {
    const NoisedMixture& law;
    const MixtureSpec& spec;
    int classes;
};

struct Quantity {
    std::string name;
    std::string help;
    std::vector<std::size_t> (*shape)(const Subject&); ///< of one point's value, without n
    void (*evaluate)(const Subject&, const Eigen::VectorXd& x, double* out);
};

std::size_t dimensionOf(const Subject& subject)
{
    return static_cast<std::size_t>(subject.spec.dimension);
}

void copy(const Eigen::VectorXd& values, double* out)
{
    std::copy(values.begin(), values.end(), out);
}

void copyMatrix(const Eigen::MatrixXd& matrix, double* out)
{
    for (Eigen::Index i = 0; i < matrix.rows(); ++i)
        for (Eigen::Index j = 0; j < matrix.cols(); ++j)
            *out++ = matrix(i, j);
}

/// In the numbering of the file: components of weight 0, which the mixture dropped, get 0.
void copyResponsibilities(const Subject& subject, const Eigen::VectorXd& x, double* out)
{
    const Eigen::VectorXd kept = subject.law.responsibilities(x);
    Eigen::Index next = 0;
    for (const ComponentSpec& component : subject.spec.components)
        *out++ = component.weight > 0 ? kept(next++) : 0;
}

const std::vector<Quantity>& quantities()
{
    static const auto vector = [](const Subject& s) {
        return std::vector<std::size_t>{dimensionOf(s)};
    };
    static const auto matrix = [](const Subject& s) {
        return std::vector<std::size_t>{dimensionOf(s), dimensionOf(s)};
    };
    static const std::vector<Quantity> all = {
        {"score",
         "gradient of log q [n,d]",
         vector,
         [](const Subject& s, const Eigen::VectorXd& x, double* out) {
             copy(s.law.score(x), out);
         }},
        {"log_density",
         "log q [n]",
         [](const Subject&) { return std::vector<std::size_t>{}; },
         [](const Subject& s, const Eigen::VectorXd& x, double* out) {
             *out = s.law.logDensity(x);
         }},
        {"denoised",
         "posterior mean E[x_0|x] [n,d]",
         vector,
         [](const Subject& s, const Eigen::VectorXd& x, double* out) {
             copy(s.law.denoised(x), out);
         }},
        {"hessian",
         "of log q [n,d,d]",
         matrix,
         [](const Subject& s, const Eigen::VectorXd& x, double* out) {
             copyMatrix(s.law.hessian(x), out);
         }},
        {"responsibilities",
         "P(component|x) [n,K]",
         [](const Subject& s) { return std::vector<std::size_t>{s.spec.components.size()}; },
         copyResponsibilities},
        {"class_posterior",
         "P(class|x) [n,C]",
         [](const Subject& s) {
             return std::vector<std::size_t>{static_cast<std::size_t>(s.classes)};
         },
         [](const Subject& s, const Eigen::VectorXd& x, double* out) {
             copy(s.law.classPosterior(x), out);
         }},
        {"posterior_covariance",
         "Cov[x_0|x] [n,d,d]",
         matrix,
         [](const Subject& s, const Eigen::VectorXd& x, double* out) {
             copyMatrix(s.law.posteriorCovariance(x), out);
         }},
    };
    return all;
}

Result<std::vector<const Quantity*>> chosenQuantities(const Arguments& arguments)
{
    std::vector<std::string> names;
    for (const Quantity& quantity : quantities())
        names.push_back(quantity.name);
    const auto list = arguments.value("--what");
    if (!list)
        return Error{"--what", "is missing; name some of " + listOfWords(names)};
    std::vector<const Quantity*> chosen;
    for (const std::string& word : splitText(*list, ',')) {
        const auto found = std::find(names.begin(), names.end(), trimmed(word));
        if (found == names.end()) {
            const std::string near = nearestWord(trimmed(word), names);
            return Error{"--what",
                         "'" + trimmed(word) + "' is none of " + listOfWords(names)
                             + (near.empty() ? "" : "; did you mean '" + near + "'?")};
        }
        chosen.push_back(&quantities()[static_cast<std::size_t>(found - names.begin())]);
    }
    return chosen;
}

/// The values at all points, one file's worth; an Error names the first row that is not finite.
Result<std::string> evaluateAll(const Quantity& quantity,
                                const Subject& subject,
                                const Eigen::MatrixXd& points,
                                WorkerPool& pool,
                                const std::stop_token& stop)
{
    std::vector<std::size_t> shape = quantity.shape(subject);
    std::size_t size = 1;
    for (const std::size_t length : shape)
        size *= length;
    const auto n = static_cast<std::size_t>(points.rows());
    std::vector<double> values(n * size);
    constexpr std::size_t block = 256; // points between two looks at the stop token
    pool.parallelFor((n + block - 1) / block, [&](std::size_t b) {
        for (std::size_t i = b * block; i < std::min(n, (b + 1) * block) && !stop.stop_requested();
             ++i)
            quantity.evaluate(subject,
                              points.row(static_cast<Eigen::Index>(i)).transpose(),
                              values.data() + i * size);
    });
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!std::isfinite(values[i]))
            return Error{quantity.name,
                         "is " + formatNumber(values[i]) + " at row " + std::to_string(i / size)
                             + ": the law has no finite one there (sigma = 0, a singular "
                               "covariance, or a point "
                               "too far away for double precision)"};
    shape.insert(shape.begin(), n);
    return npyBytes(shape, std::span<const double>(values));
}

Ending runEvaluate(const Arguments& arguments)
{
    const auto spec = chosenMixture(arguments, "evaluate");
    if (!spec)
        return wrong(spec.error());
    const auto mixture = GaussianMixture::create(*spec);
    if (!mixture)
        return wrong(mixture.error());
    const auto level = chosenNoiseLevel(arguments);
    if (!level)
        return wrong(level.error());
    const auto chosen = chosenQuantities(arguments);
    if (!chosen)
        return wrong(chosen.error());
    const auto place = arguments.value("--at");
    if (!place)
        return wrong("--at: is missing; give the points as an NPY file [n,d]");
    const auto points = readPoints(*place, mixture->dimension());
    if (!points)
        return wrong(points.error());
    const std::string folder = arguments.value("--output").value_or("");
    if (!arguments.has("--output"))
        return wrong("-o: is missing; give the folder to write to");
    if (auto writable = checkFolderWritable(folder); !writable)
        return wrong(writable.error());

    const NoisedMixture law(*mixture, level->alpha, level->sigma);
    const Subject subject{law, *spec, mixture->classCount()};
    const Interruption interruption;
    WorkerPool pool;
    std::vector<std::string> files;
    for (const Quantity* quantity : *chosen) {
        auto bytes = evaluateAll(*quantity, subject, *points, pool, interruption.token());
        if (interruption.token().stop_requested())
            return failed("interrupted; nothing was written");
        if (!bytes)
            return failed(bytes.error().sentence());
        files.push_back(std::move(bytes).value());
    }
    const auto made = render::MadeFolder::create(folder); // gone again if nothing came of it
    if (!made)
        return failed(made.error().sentence());
    for (std::size_t i = 0; i < files.size(); ++i)
        if (auto status = writeFileAtomically(
                std::filesystem::path(folder) / ((*chosen)[i]->name + ".npy"), files[i]);
            !status)
            return failed(status.error().sentence());
    say(arguments,
        std::to_string(points->rows()) + " points at alpha = " + formatNumber(level->alpha)
            + ", sigma = " + formatNumber(level->sigma));
    return {};
}

} // namespace

Command evaluateCommand()
{
    CommandSpec spec;
    spec.name = "evaluate";
    spec.arguments = "--mixture M.json|SESSION";
    spec.summary = "evaluates score, density, posterior mean … exactly at given points";
    spec.mostPositionals = 1;
    spec.options = noisedMixtureOptions();
    spec.options.insert(spec.options.end(),
                        {{"--at", "X.npy", "the points x [n,d]"},
                         {"--what", "NAME,…", "what to evaluate, see below"},
                         {"--output", "DIR", "the folder for NAME.npy", "-o"}});
    spec.notes = "Quantities:";
    for (const Quantity& quantity : quantities())
        spec.notes += "\n  " + quantity.name + ": " + quantity.help;
    return {spec, runEvaluate};
}

} // namespace scorefield::app
