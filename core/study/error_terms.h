// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the studies of sampling error measure on one lane of one row: how far the run's own law is
// from the data's, what each term contributes by itself, and what the slides bound it by.
#include "core/metric/law_distance.h"
#include "core/metric/sampling_terms.h"
#include "core/study/study.h"

#include <optional>

namespace scorefield {

/// KL(q^ || q_delta) of a run with its terms and bounds, as columns: kl (measured), kl.floor,
/// kl.prior and kl.steps (parts), kl.bound.
enum KlColumn : std::size_t { Kl, KlFloor, KlPrior, KlSteps, KlBound, KlColumnCount };
std::vector<QuantityInfo> klQuantities();
/// W_2(q^, q_0): w2, w2.floor, w2.steps and w2.stop (parts).
enum W2Column : std::size_t { W2, W2Floor, W2Steps, W2Stop, W2ColumnCount };
std::vector<QuantityInfo> w2Quantities();
/// For sweeps over which these are no powers.
std::vector<QuantityInfo> withoutSlopes(std::vector<QuantityInfo> quantities);

/// One lane of one row, run once; what several rows share is looked up in the study's cache.
class ErrorTerms {
public:
    /// Error: the run cannot be made at all. Where it diverges, diverged() says so and nothing is
    /// measured.
    static Result<ErrorTerms>
    measure(const StudyPoint& point, WorkerPool& pool, const std::stop_token& stop);

    /// One sentence, or empty.
    const std::string& note() const { return m_note; }
    bool isComplete() const { return m_complete; }
    double evaluations() const { return m_evaluations; }

    /// In the order of KlColumn. For noise-free runs the density of the run itself, else the
    /// estimator with its floor.
    std::vector<StudyValue> kl();
    /// In the order of W2Column. `withSteps`: also the distance to the converged solution.
    std::vector<StudyValue> w2(bool withSteps);
    /// TV of the mode weights, and its floor.
    std::vector<StudyValue> modeWeights();
    StudyValue prior();
    /// The chain KL of the steps at this eta; 1 where the run itself is noise-free.
    StudyValue chain();

private:
    ErrorTerms(const StudyPoint& point, WorkerPool& pool, std::stop_token stop);
    void run();
    std::shared_ptr<const LawMeter> meterAt(const PathCoefficients& level);
    std::string keyOf(const std::string& what, const PathCoefficients& level) const;
    void addNote(const std::string& sentence);
    StudyValue stepsInW2();

    StudyPoint m_point;
    WorkerPool& m_pool;
    std::stop_token m_stop;
    Result<std::shared_ptr<const GaussianMixture>> m_law;
    Trajectories m_run;
    Eigen::MatrixXd m_ends;
    double m_evaluations = 0;
    bool m_complete = false;
    std::string m_note;
};

/// E|x_0|^2 = |E x_0|^2 + tr Cov: D^2 of the bounds.
double secondMoment(const GaussianMixture& law);

/// The exponent a of a lane's grid t_k = (…)^a, and the ratio of its ends in the coordinate that it
/// spaces: time (power, uniform), sigma~ (karras). Nothing for other grids.
struct GridExponent {
    double a = 1, ratio = 1;
    std::vector<double> nodes{}; ///< the positive, finite places of the levels in that coordinate
};
std::optional<GridExponent>
gridExponent(const Session& session, int lane, const SimulationPlan& plan);

/// The other level of a process's horizon: sigma~ at T, as a parameter that all lanes share. Error
/// (path = key of the lane's horizon): a lane does not reach it.
Status setStartNoise(Session& session, double sigmaTilde);
/// What all lanes can reach; nothing where they have none in common.
std::optional<std::pair<double, double>> commonStartNoise(const Session& session);

/// "lanes.*.KEY" over what all lanes that have it allow within [from, to].
Result<Sweep> commonSweep(
    const Session& session, const std::string& key, double from, double to, std::size_t count);

/// Appends, for studies that measure several groups of columns.
template <class T>
void append(std::vector<T>& to, const std::vector<T>& more)
{
    to.insert(to.end(), more.begin(), more.end());
}

} // namespace scorefield
