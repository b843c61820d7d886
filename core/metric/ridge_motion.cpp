// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/ridge_motion.h"

#include "core/metric/plane_offsets.h"

#include <cassert>
#include <cmath>
#include <limits>

namespace scorefield {

namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
/// Of log sigma~, for the ridge's own speed: late in a run responsibilities change by a factor e
/// over 1e-3, and rounding leaves ten digits of the score's change.
constexpr double kNoiseStep = 1e-4;
/// Of sigma~, for the slope of the followed mean: well inside the width over which it changes.
constexpr double kPlaceStep = 1e-3;

} // namespace

void RidgeMotion::resize(Eigen::Index rows, Eigen::Index levels)
{
    for (Values* values : {&distance,
                           &speed,
                           &kappa1,
                           &kappa2,
                           &gap,
                           &normalError,
                           &tangentError,
                           &rate,
                           &across,
                           &along})
        values->setConstant(rows, levels, kNone);
}

/// A field other than the exact mean of the data.
struct RidgeMotionReader::Followed {
    std::unique_ptr<ScoreField<double>> field;
    const std::vector<PathCoefficients>& levels;

    /// D at x~ [n,d].
    void at(std::size_t level, const Eigen::ArrayXXd& x, Eigen::ArrayXXd& denoised) const
    {
        const PathCoefficients& here = levels[level];
        denoised.resize(x.rows(), x.cols());
        field->denoise(here, here.alpha * x, denoised);
    }
};

/// Of one level, in the plane: the law there and a little before and after.
struct RidgeMotionReader::Planar {
    struct Level {
        PlaneRidge here, noisier, cleaner;
    };
    std::vector<std::unique_ptr<const Level>> levels;
};

struct RidgeMotionReader::Spatial {
    struct Level {
        RidgeField here, noisier, cleaner;
    };
    std::vector<std::unique_ptr<const Level>> levels;
};

RidgeMotionReader::RidgeMotionReader(const SimulationPlan& plan, const Trajectories& run)
    : m_plan(plan)
    , m_run(run)
{
    assert(run.dimension >= 2);
    for (int k = 0; k <= run.steps; ++k)
        m_noise.push_back(plan.levels[static_cast<std::size_t>(k)].sigmaTilde());
    const double more = std::exp(kNoiseStep), less = std::exp(-kNoiseStep);
    if (run.dimension == 2)
        m_planar = std::make_unique<Planar>();
    else
        m_spatial = std::make_unique<Spatial>();
    for (std::size_t k = 0; k < m_noise.size(); ++k) {
        const double noise = m_noise[k];
        if (m_planar)
            m_planar->levels.push_back(hasRidge(k) ? std::unique_ptr<const Planar::Level>(
                                           new Planar::Level{{plan.mixture, noise},
                                                             {plan.mixture, more * noise},
                                                             {plan.mixture, less * noise}})
                                                   : nullptr);
        else
            m_spatial->levels.push_back(hasRidge(k) ? std::unique_ptr<const Spatial::Level>(
                                            new Spatial::Level{{plan.mixture, noise},
                                                               {plan.mixture, more * noise},
                                                               {plan.mixture, less * noise}})
                                                    : nullptr);
    }
    const bool guided = plan.guidance && plan.guidance->target();
    if (plan.error || guided)
        m_followed = std::make_unique<Followed>(Followed{
            makeLearnedField<double>({plan.mixture, plan.guidance, plan.levels}, plan.error.get()),
            plan.levels});
}

RidgeMotionReader::~RidgeMotionReader() = default;

bool RidgeMotionReader::followsExactMean() const
{
    return m_followed == nullptr;
}

namespace {

/// States of some particles at one level, x~ [rows,d].
void statesAt(const Trajectories& run,
              const PathCoefficients& level,
              int k,
              std::size_t first,
              std::size_t stride,
              Eigen::ArrayXXd& x)
{
    for (int c = 0; c < run.dimension; ++c) {
        const auto values = run.coordinate(k, c);
        for (Eigen::Index i = 0; i < x.rows(); ++i)
            x(i, c) = values[first + static_cast<std::size_t>(i) * stride] / level.alpha;
    }
}

/// Everything of one level in the plane but the step to the next.
class PlaneLevel {
public:
    PlaneOffsets offsets;
    Eigen::ArrayXd speed;    ///< V_n, per unit of nu
    Eigen::ArrayXd v0, v1;   ///< turned so that they agree with the level before
    Eigen::ArrayXd distance; ///< along the turned normal

    void measure(const PlaneRidge& here, const PlaneRidge& noisier, const PlaneRidge& cleaner)
    {
        here.offsets(x, offsets);
        const PlaneFrames& frames = offsets.frames;
        noisier.offsets(x, m_other);
        const Eigen::ArrayXd above = alignedDistance(frames);
        cleaner.offsets(x, m_other);
        // V_n = -d delta/d nu at this place: on the ridge -d_nu f/(n.grad f). Off it, f changes
        // with sigma~ also where the ridge stands still.
        speed = (alignedDistance(frames) - above) / (2 * kNoiseStep);
        const bool isFirst = v0.size() != frames.v0.size();
        if (isFirst) {
            v0 = frames.v0;
            v1 = frames.v1;
        }
        m_sign = ((v0 * frames.v0 + v1 * frames.v1) < 0)
                     .select(Eigen::ArrayXd::Constant(v0.size(), -1), 1);
        v0 = m_sign * frames.v0;
        v1 = m_sign * frames.v1;
        distance = m_sign * offsets.distance;
        speed *= m_sign;
    }

    Eigen::ArrayXXd x;

private:
    /// delta at the other level, with its normal on this one's side.
    Eigen::ArrayXd alignedDistance(const PlaneFrames& frames) const
    {
        const PlaneFrames& other = m_other.frames;
        return (other.v0 * frames.v0 + other.v1 * frames.v1 < 0)
            .select(-m_other.distance, m_other.distance);
    }

    PlaneOffsets m_other;
    Eigen::ArrayXd m_sign;
};

} // namespace

void RidgeMotionReader::readPlane(std::size_t first,
                                  std::size_t stride,
                                  Eigen::Index rows,
                                  RidgeMotion& motion) const
{
    PlaneLevel now;
    Eigen::ArrayXXd next(rows, 2), mean, shifted, other;
    now.x.resize(rows, 2);
    for (std::size_t k = 0; k < m_noise.size(); ++k) {
        if (!hasRidge(k))
            continue;
        const auto column = static_cast<Eigen::Index>(k);
        const Planar::Level& level = *m_planar->levels[k];
        statesAt(m_run, m_plan.levels[k], static_cast<int>(k), first, stride, now.x);
        now.measure(level.here, level.noisier, level.cleaner);
        const PlaneFrames& frames = now.offsets.frames;
        motion.distance.col(column) = now.distance.cast<float>();
        motion.speed.col(column) = now.speed.cast<float>();
        motion.kappa1.col(column) = frames.kappa1.cast<float>();
        motion.kappa2.col(column) = frames.kappa2.cast<float>();
        motion.gap.col(column) = (frames.kappa1 - frames.kappa2).cast<float>();
        motion.rate.col(column) = -motion.kappa1.col(column);
        motion.normalError.col(column).setZero();
        motion.tangentError.col(column).setZero();
        if (m_followed) {
            m_followed->at(k, now.x, mean);
            const double noise = m_noise[k], h = kPlaceStep * noise;
            // D = x~ + sigma~^2 s~.
            const Eigen::ArrayXd e0 = mean.col(0) - now.x.col(0) - noise * noise * frames.s0;
            const Eigen::ArrayXd e1 = mean.col(1) - now.x.col(1) - noise * noise * frames.s1;
            motion.normalError.col(column) = (now.v0 * e1 - now.v1 * e0).cast<float>();
            motion.tangentError.col(column) = (now.v0 * e0 + now.v1 * e1).cast<float>();
            shifted.resize(rows, 2);
            shifted.col(0) = now.x.col(0) + h * now.v0;
            shifted.col(1) = now.x.col(1) + h * now.v1;
            m_followed->at(k, shifted, other);
            shifted = 2 * now.x - shifted;
            m_followed->at(k, shifted, mean);
            motion.rate.col(column) =
                (1
                 - (now.v0 * (other.col(0) - mean.col(0)) + now.v1 * (other.col(1) - mean.col(1)))
                       / (2 * h))
                    .cast<float>();
        }
        if (k + 1 >= m_noise.size() || !hasRidge(k + 1))
            continue;
        statesAt(m_run, m_plan.levels[k + 1], static_cast<int>(k) + 1, first, stride, next);
        next -= now.x;
        const double dNu = std::log(m_noise[k + 1] / m_noise[k]);
        motion.across.col(column) =
            (now.v0 * next.col(1) - now.v1 * next.col(0) - dNu * now.speed).abs().cast<float>();
        motion.along.col(column) =
            (now.v0 * next.col(0) + now.v1 * next.col(1)).abs().cast<float>();
    }
}

void RidgeMotionReader::readSpace(std::size_t particle, Eigen::Index row, RidgeMotion& motion) const
{
    const auto d = static_cast<Eigen::Index>(m_run.dimension);
    Eigen::ArrayXXd x(1, d), next(1, d), mean, other;
    for (std::size_t k = 0; k < m_noise.size(); ++k) {
        if (!hasRidge(k))
            continue;
        const auto column = static_cast<Eigen::Index>(k);
        const Spatial::Level& level = *m_spatial->levels[k];
        statesAt(m_run, m_plan.levels[k], static_cast<int>(k), particle, 1, x);
        const Eigen::VectorXd place = x.row(0).matrix().transpose();
        const auto offset = ridgeOffset(level.here, place);
        if (!offset)
            continue;
        const Eigenframe& frame = offset->frame;
        const Eigen::VectorXd v = frame.vectors.col(0);
        const Eigen::MatrixXd E = frame.vectors.rightCols(d - 1);
        motion.distance(row, column) = static_cast<float>(offset->newtonStep.norm());
        motion.speed(row, column) = 0;
        motion.kappa1(row, column) = static_cast<float>(frame.kappa(0));
        motion.kappa2(row, column) = static_cast<float>(frame.kappa(1));
        motion.gap(row, column) = static_cast<float>(frame.kappa(0) - frame.kappa(1));
        motion.rate(row, column) = static_cast<float>(-frame.kappa(0));
        motion.normalError(row, column) = motion.tangentError(row, column) = 0;
        if (m_followed) {
            const double noise = m_noise[k], h = kPlaceStep * noise;
            m_followed->at(k, x, mean);
            const Eigen::VectorXd e =
                mean.row(0).matrix().transpose() - place - noise * noise * frame.score;
            motion.normalError(row, column) = static_cast<float>((E.transpose() * e).norm());
            motion.tangentError(row, column) = static_cast<float>(std::abs(v.dot(e)));
            m_followed->at(k, (place + h * v).transpose().array(), other);
            m_followed->at(k, (place - h * v).transpose().array(), mean);
            const Eigen::VectorXd change = (other - mean).row(0).matrix().transpose();
            motion.rate(row, column) = static_cast<float>(1 - v.dot(change) / (2 * h));
        }
        if (k + 1 >= m_noise.size() || !hasRidge(k + 1))
            continue;
        statesAt(m_run, m_plan.levels[k + 1], static_cast<int>(k) + 1, particle, 1, next);
        const Eigen::VectorXd moved = (next - x).row(0).matrix().transpose();
        motion.along(row, column) = static_cast<float>(std::abs(v.dot(moved)));
        // The ridge's own movement is that of the place a Newton step leads to.
        const auto before = ridgeOffset(level.noisier, place),
                   after = ridgeOffset(level.cleaner, place);
        if (!before || !after)
            continue;
        const double dNu = std::log(m_noise[k + 1] / m_noise[k]);
        // As in the plane: delta along the normals of this level.
        const auto foot = [&](const RidgeOffset& other) -> Eigen::VectorXd {
            const Eigen::VectorXd normal = E.transpose() * other.newtonStep;
            return normal * (other.newtonStep.norm() / std::max(normal.norm(), 1e-300));
        };
        const Eigen::VectorXd ridge = (foot(*before) - foot(*after)) * (dNu / (2 * kNoiseStep));
        motion.across(row, column) = static_cast<float>((E.transpose() * moved - ridge).norm());
    }
}

void RidgeMotionReader::read(std::size_t first,
                             std::size_t stride,
                             Eigen::Index rows,
                             RidgeMotion& motion) const
{
    motion.resize(rows, static_cast<Eigen::Index>(m_noise.size()));
    if (m_planar)
        readPlane(first, stride, rows, motion);
    else
        for (Eigen::Index i = 0; i < rows; ++i)
            readSpace(first + static_cast<std::size_t>(i) * stride, i, motion);
}

} // namespace scorefield
