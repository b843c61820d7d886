// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield ridge: points projected onto the ridge of a noised mixture, or the ridge itself as
// lines. Files hold x_t; the ridge is found in x~ = x_t/alpha.
#include "app/array_files.h"
#include "app/commands.h"
#include "app/noised_mixture_options.h"
#include "app/output.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/geometry/ridge.h"
#include "core/geometry/ridge_projection.h"
#include "core/session/export_table.h"
#include "core/session/ridge_data.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

namespace scorefield::app {

namespace {

struct RidgeJob {
    MixtureSpec spec;
    std::shared_ptr<const GaussianMixture> mixture;
    double alpha = 1, noise = 1;
    std::string output;
    Eigen::MatrixXd starts; ///< x_t
    ProjectionOptions projection;
    int pathSteps = 10;
    RidgeRequest request;
};

/// Error for an option of the other mode.
Status onlyFor(const Arguments& arguments,
               const std::string& mode,
               const std::vector<std::string>& options)
{
    for (const std::string& option : options)
        if (arguments.has(option) && !arguments.has(mode))
            return Error{option, "goes with " + mode};
    return success();
}

Status readLevel(const Arguments& arguments, RidgeJob& job)
{
    if (arguments.has("--noise")) {
        for (const char* other : {"--alpha", "--sigma", "--process", "--time"})
            if (arguments.has(other))
                return Error{other,
                             "cannot be given with --noise, which is sigma/alpha in x_0's units"};
        const auto noise = arguments.number("--noise", 1e-9, 1e9, 1);
        if (!noise)
            return noise.error();
        job.noise = *noise;
        return success();
    }
    const auto level = chosenNoiseLevel(arguments);
    if (!level && level.error().path.empty())
        return Error{"", "give one of --alpha A --sigma S, --process P --time T, --noise S"};
    if (!level)
        return level.error();
    if (level->alpha == 0 || level->sigma == 0)
        return Error{arguments.has("--time") ? "--time"
                     : level->alpha == 0     ? "--alpha"
                                             : "--sigma",
                     std::string("gives ") + (level->alpha == 0 ? "alpha" : "sigma")
                         + " = 0, where there is no ridge"};
    job.alpha = level->alpha;
    job.noise = level->sigma / level->alpha;
    return success();
}

Status readProjection(const Arguments& arguments, RidgeJob& job)
{
    const int d = job.mixture->dimension();
    const auto points = readPoints(*arguments.value("--project"), d);
    if (!points)
        return points.error();
    job.starts = *points;
    const auto dimension = arguments.wholeNumber("--dimension", 0, d - 1, d > 1 ? 1 : 0);
    if (!dimension)
        return dimension.error();
    job.projection.dimension = static_cast<int>(*dimension);
    const std::string hessian = arguments.value("--hessian").value_or("log");
    if (hessian != "log" && hessian != "density")
        return Error{"--hessian", "is '" + hessian + "'; it is log or density"};
    job.projection.hessian = hessian == "log" ? RidgeHessian::Log : RidgeHessian::Density;
    const auto steps = arguments.wholeNumber("--steps", 1, 100000, 10);
    if (!steps)
        return steps.error();
    if (arguments.has("--steps") && !arguments.has("--path"))
        return Error{"--steps", "goes with --path"};
    job.pathSteps = static_cast<int>(*steps);
    if (const auto path = arguments.value("--path")) {
        if (auto writable = checkWritable(*path); !writable)
            return writable.error();
        if (!hasExtension(*path, ".npy"))
            return Error{"--path", "'" + *path + "' does not end in .npy"};
    }
    if (!hasExtension(job.output, ".npy") && !hasExtension(job.output, ".csv"))
        return Error{"-o", "'" + job.output + "' ends in neither .npy nor .csv"};
    return success();
}

Result<PlaneBox> readBox(const std::string& text, double alpha)
{
    const auto words = splitText(text, ',');
    std::array<double, 4> values{};
    bool valid = words.size() == values.size();
    for (std::size_t i = 0; valid && i < values.size(); ++i) {
        const auto number = parseNumber(trimmed(words[i]));
        valid = number && std::isfinite(*number);
        if (valid)
            values[i] = *number / alpha;
    }
    if (!valid || values[2] <= 0 || values[3] <= 0)
        return Error{"--box",
                     "is '" + text
                         + "'; it is left,bottom,width,height with a width and a height above 0"};
    return PlaneBox{values[0], values[1], values[2], values[3]};
}

Status readTrace(const Arguments& arguments, RidgeJob& job)
{
    if (job.mixture->dimension() < 2)
        return Error{"--trace", "needs data of two dimensions or more; these have one"};
    const auto beta = arguments.number("--beta", 0, .999, job.request.thresholds.beta);
    if (!beta)
        return beta.error();
    const auto gamma = arguments.number("--gamma", 1e-6, 10, job.request.thresholds.gamma);
    if (!gamma)
        return gamma.error();
    const auto resolution = arguments.wholeNumber("--resolution", 8, 2048, job.request.resolution);
    if (!resolution)
        return resolution.error();
    job.request.noise = job.noise;
    job.request.thresholds = {*beta, *gamma};
    job.request.resolution = static_cast<int>(*resolution);
    job.request.box = boxAroundData(*job.mixture, job.noise);
    if (const auto text = arguments.value("--box")) {
        const auto box = readBox(*text, job.alpha);
        if (!box)
            return box.error();
        job.request.box = *box;
    }
    if (!isDataFile(job.output))
        return Error{"-o", "'" + job.output + "' must end in .csv, .json or .npy"};
    return success();
}

Result<RidgeJob> readJob(const Arguments& arguments)
{
    RidgeJob job;
    const bool project = arguments.has("--project");
    if (project == arguments.has("--trace"))
        return Error{"", "'ridge' needs either --project X.npy or --trace"};
    for (const auto& status :
         {onlyFor(arguments, "--project", {"--dimension", "--hessian", "--path", "--steps"}),
          onlyFor(arguments, "--trace", {"--beta", "--gamma", "--box", "--resolution"})})
        if (!status)
            return status.error();
    const auto spec = chosenMixture(arguments, "ridge");
    if (!spec)
        return spec.error();
    job.spec = *spec;
    auto mixture = GaussianMixture::create(*spec);
    if (!mixture)
        return mixture.error();
    job.mixture = std::make_shared<const GaussianMixture>(std::move(*mixture));
    if (auto status = readLevel(arguments, job); !status)
        return status.error();
    if (!arguments.has("--output"))
        return Error{"-o", "is missing; give the file to write"};
    job.output = *arguments.value("--output");
    if (auto writable = checkWritable(job.output); !writable)
        return writable.error();
    if (auto status = project ? readProjection(arguments, job) : readTrace(arguments, job); !status)
        return status.error();
    return job;
}

std::vector<std::string> coordinateNames(const RidgeJob& job)
{
    std::vector<std::string> names;
    for (int j = 0; j < job.mixture->dimension(); ++j)
        names.push_back(job.spec.coordinateName(j));
    return names;
}

/// NPY bytes [steps+1,n,d].
std::string pathBytes(const std::vector<Eigen::MatrixXd>& path, double alpha)
{
    const auto n = static_cast<std::size_t>(path.front().rows());
    const auto d = static_cast<std::size_t>(path.front().cols());
    std::vector<double> values;
    for (const Eigen::MatrixXd& states : path)
        for (Eigen::Index i = 0; i < states.rows(); ++i)
            for (Eigen::Index j = 0; j < states.cols(); ++j)
                values.push_back(alpha * states(i, j));
    const std::array<std::size_t, 3> shape{path.size(), n, d};
    return npyBytes(shape, std::span<const double>(values));
}

Ending project(const Arguments& arguments, const RidgeJob& job)
{
    const Interruption interruption;
    WorkerPool pool;
    const RidgeField field(job.mixture, job.noise);
    const Eigen::MatrixXd starts = job.starts / job.alpha;
    const auto projection =
        projectOntoRidge(field, starts, job.projection, pool, interruption.token());
    if (!projection)
        return wrong(projection.error());
    if (interruption.token().stop_requested())
        return failed("interrupted; nothing was written");
    const Eigen::MatrixXd points = job.alpha * projection->points;
    if (!points.allFinite())
        return failed("a point went beyond double precision: it starts too far from the data");
    if (const auto path = arguments.value("--path")) {
        const auto states = projectionPath(field, starts, job.projection, job.pathSteps);
        if (auto status = writeFileAtomically(*path, pathBytes(states, job.alpha)); !status)
            return failed(status.error().sentence());
    }
    const std::string bytes = hasExtension(job.output, ".npy")
                                  ? matrixBytes<double>(points)
                                  : csvBytes(coordinateNames(job), points);
    if (auto status = writeFileAtomically(job.output, bytes); !status)
        return failed(status.error().sentence());
    const auto open = std::count(projection->settled.begin(), projection->settled.end(), false);
    say(arguments,
        std::to_string(points.rows()) + " points, at most "
            + std::to_string(projection->steps.maxCoeff()) + " steps"
            + (open > 0 ? "; " + std::to_string(open) + " did not settle" : ""));
    return {};
}

Ending trace(const Arguments& arguments, const RidgeJob& job)
{
    const Interruption interruption;
    WorkerPool pool;
    const Ridge ridge =
        findRidge(ridgeOfCoordinates(job.mixture), job.request, pool, interruption.token());
    if (interruption.token().stop_requested())
        return failed("interrupted; nothing was written");
    const std::string bytes =
        ridgeBytes({ridge, job.alpha, coordinateNames(job)}, dataFormat(job.output));
    if (auto status = writeFileAtomically(job.output, bytes); !status)
        return failed(status.error().sentence());
    say(arguments,
        std::to_string(ridge.lines.size()) + (ridge.lines.size() == 1 ? " line" : " lines")
            + ", length " + formatNumber(job.alpha * ridge.length));
    return {};
}

Ending runRidge(const Arguments& arguments)
{
    const auto job = readJob(arguments);
    if (!job)
        return wrong(job.error());
    return arguments.has("--project") ? project(arguments, *job) : trace(arguments, *job);
}

} // namespace

Command ridgeCommand()
{
    CommandSpec spec;
    spec.name = "ridge";
    spec.arguments = "--mixture M.json|SESSION";
    spec.summary = "projects points onto the ridge of a noised mixture, or traces the ridge";
    spec.mostPositionals = 1;
    spec.options = noisedMixtureOptions();
    spec.options.insert(
        spec.options.end(),
        {{"--noise", "S", "sigma/alpha: x = x_0 + S eps"},
         {"--project", "X.npy", "moves these points x [n,d] onto the ridge"},
         {"--dimension", "D", "with --project: of the ridge, 0 (modes) to d-1; 1"},
         {"--hessian", "log|density", "with --project: whose Hessian gives the normals; log"},
         {"--path", "PATH.npy", "with --project: also writes the states on the way [N+1,n,d]"},
         {"--steps", "N", "with --path: how many; 10"},
         {"--trace", "", "writes the one-dimensional ridge as lines"},
         {"--beta", "B", "with --trace: kappa_2 <= -B; 0.3"},
         {"--gamma", "G", "with --trace: kappa_1 - kappa_2 >= G; 0.2"},
         {"--box", "L,B,W,H", "with --trace: left, bottom, width and height of x; all data"},
         {"--resolution", "N", "with --trace: cells along the longer side; 192"},
         {"--output", "FILE", "points as .npy or .csv; lines as .csv, .json or .npy", "-o"}});
    spec.notes = "Points and lines are x_t, in the coordinates of the process. In more than two "
                 "dimensions the box\nlimits the first two coordinates of the lines.";
    return {spec, runRidge};
}

} // namespace scorefield::app
