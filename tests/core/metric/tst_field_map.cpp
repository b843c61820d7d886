// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metric/field_map.h"
#include "core/mixture/noised_mixture.h"
#include "tests/support/guided.h"
#include "tests/support/mixtures.h"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>

#include <QTest>

#include <numbers>

using namespace scorefield;
using namespace scorefield::test;

namespace {

MapSubject subjectOf(std::shared_ptr<const GaussianMixture> mixture,
                     std::shared_ptr<const GuidanceRule> guidance,
                     const std::string& id,
                     double horizon,
                     double stop)
{
    MapSubject subject;
    subject.axes =
        Eigen::MatrixXd::Identity(mixture->dimension(), std::min(mixture->dimension(), 2));
    subject.origin = Eigen::VectorXd::Zero(mixture->dimension());
    subject.ode.mixture = std::move(mixture);
    subject.ode.guidance = std::move(guidance);
    subject.ode.process = process(id, {{"horizon", horizon}});
    subject.ode.noise = subject.ode.process->at(horizon);
    subject.ode.data = subject.ode.process->at(stop);
    subject.ode.tolerance = 1e-11; // identities, not speed
    return subject;
}

/// The middle of a cell of the grid, in the coordinates of a level.
Eigen::VectorXd placeOf(const MapSubject& subject, const PlaneGrid& grid, double alpha, int cell)
{
    const int column = cell % grid.columns, row = cell / grid.columns;
    Eigen::VectorXd y(subject.axes.cols());
    y(0) = grid.left + (column + 0.5) * grid.width / grid.columns;
    if (y.size() > 1)
        y(1) = grid.bottom + (row + 0.5) * grid.height / grid.rows;
    return alpha * subject.origin + subject.axes * y;
}

/// A random plane in three dimensions, away from the origin.
void tiltPlane(MapSubject& subject)
{
    const Eigen::MatrixXd random =
        Eigen::MatrixXd::NullaryExpr(3, 2, [](Eigen::Index i, Eigen::Index j) {
            return testNormal(3, static_cast<int>(i), static_cast<int>(j));
        });
    subject.axes = Eigen::HouseholderQR<Eigen::MatrixXd>(random).householderQ()
                   * Eigen::MatrixXd::Identity(3, 2);
    subject.origin = Eigen::Vector3d(0.4, -0.7, 0.2);
}

class Ramp final : public GuidanceRule {
public:
    double weight(const PathCoefficients& level) const override
    {
        return 1 + 3 * level.sigmaTilde() / (1 + level.sigmaTilde());
    }
    std::optional<int> target() const override { return 0; }
};

class NotLinear final : public GuidanceRule {
public:
    double weight(const PathCoefficients&) const override { return 1; }
    std::optional<int> target() const override { return 0; }
    GuidanceForm form() const override { return GuidanceForm::Pointwise; }
};

bool allZero(const FieldMap& map)
{
    return std::all_of(map.values.begin(), map.values.end(), [](float v) { return v == 0; });
}

} // namespace

class TestFieldMap : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// alpha |m|/(alpha^2 s^2 + sigma^2) (1 - P(c|x)) for two equal modes: everywhere known by
    /// hand.
    void theStrengthOfTwoModesIsTheirLogisticLaw()
    {
        WorkerPool pool(2);
        const double m = 3, s = 0.5;
        const auto subject = subjectOf(lineOfModes({0, m}, {s, s}), anyWeight(4, 0), "vp", 8, 0.01);
        const PlaneGrid grid{-4, 0, 9, 1, 37, 5};
        for (const double t : {0.01, 0.5, 3.0}) {
            const PathCoefficients level = subject.ode.process->at(t);
            const auto map = strengthMap(subject, level, grid, pool);
            const auto curvature = curvatureMap(subject, level, grid, pool);
            QVERIFY(map.ok() && curvature.ok());
            QCOMPARE(map->grid.rows, 1); // the vertical means nothing on a line
            QCOMPARE(map->values.size(), std::size_t(37));
            const double v = level.alpha * level.alpha * s * s + level.sigma * level.sigma;
            const double slope = level.alpha * m / v;
            for (int i = 0; i < 37; ++i) {
                const double x = placeOf(subject, map->grid, level.alpha, i)(0);
                const double other = 1 / (1 + std::exp(-slope * (x - level.alpha * m / 2)));
                const auto cell = static_cast<std::size_t>(i);
                // Values are floats: 6e-8 of themselves.
                COMPARE_CLOSE(map->values[cell], level.alpha * slope * other, 1e-6, 1e-12);
                // -d^2 log P(0|x)/dx^2 = slope^2 P (1 - P)
                COMPARE_CLOSE(curvature->values[cell],
                              std::pow(level.alpha * slope, 2) * other * (1 - other),
                              1e-5,
                              1e-9 * slope * slope);
            }
        }
    }

    void theGapIsThatOfTheOracleInEveryPlane_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<double>("t");
        QTest::addRow("vp, noisy") << "vp" << 2.;
        QTest::addRow("vp, clean") << "vp" << 0.05;
        QTest::addRow("ve, noisy") << "ve-edm" << 4.;
        QTest::addRow("rf, near noise") << "rf" << 0.98;
    }

    void theGapIsThatOfTheOracleInEveryPlane()
    {
        QFETCH(QString, id);
        QFETCH(double, t);
        WorkerPool pool(2);
        const auto mixture = makeMixture(randomMixture(11, 3, 6, 3));
        auto subject = subjectOf(
            mixture, anyWeight(3, 1), id.toStdString(), id == QStringLiteral("rf") ? 1 : 20, 0);
        tiltPlane(subject);
        const PathCoefficients level = subject.ode.process->at(t);
        const PlaneGrid grid{-5, -4, 10, 8, 9, 7};
        const auto strength = strengthMap(subject, level, grid, pool);
        const auto curvature = curvatureMap(subject, level, grid, pool);
        QVERIFY(strength.ok() && curvature.ok());
        const auto conditional = mixture->conditional(1).value();
        const NoisedMixture all(*mixture, level.alpha, level.sigma),
            target(conditional, level.alpha, level.sigma);
        const double step = 1e-4 * std::hypot(level.alpha, level.sigma);
        for (int cell = 0; cell < 63; ++cell) {
            const Eigen::VectorXd x = placeOf(subject, grid, level.alpha, cell);
            const auto gap = [&](const Eigen::VectorXd& at) -> Eigen::VectorXd {
                return level.alpha * (target.score(at) - all.score(at));
            };
            COMPARE_CLOSE(
                strength->values[static_cast<std::size_t>(cell)], gap(x).norm(), 1e-6, 1e-9);
            // The Jacobian by central differences: error step^2 and rounding/step, below 1e-6 of 1.
            Eigen::Matrix3d jacobian;
            for (int j = 0; j < 3; ++j)
                jacobian.col(j) = (gap(x + step * Eigen::Vector3d::Unit(j))
                                   - gap(x - step * Eigen::Vector3d::Unit(j)))
                                  / (2 * step);
            const Eigen::Matrix3d symmetric = -level.alpha * (jacobian + jacobian.transpose()) / 2;
            const double expected =
                Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(symmetric).eigenvalues().maxCoeff();
            COMPARE_CLOSE(curvature->values[static_cast<std::size_t>(cell)],
                          expected,
                          1e-4,
                          1e-5 * symmetric.norm() + 1e-9);
        }
    }

    /// One level of noise, three processes: the same picture in x/alpha.
    void lanesOfOneNoiseLevelShowTheSameNumbers()
    {
        WorkerPool pool(1);
        const auto mixture = makeMixture(referenceM1());
        std::vector<std::vector<float>> strengths, curvatures;
        for (const char* id : {"vp", "ve-edm", "rf"}) {
            const auto subject =
                subjectOf(mixture, anyWeight(5, 1), id, std::string(id) == "rf" ? 1 : 20, 0);
            const PathCoefficients level =
                subject.ode.process->at(subject.ode.process->timeAt(0.8));
            const PlaneGrid grid{
                -6 * level.alpha, -3 * level.alpha, 12 * level.alpha, 6 * level.alpha, 12, 7};
            strengths.push_back(strengthMap(subject, level, grid, pool)->values);
            curvatures.push_back(curvatureMap(subject, level, grid, pool)->values);
        }
        for (std::size_t lane = 1; lane < 3; ++lane)
            for (std::size_t i = 0; i < strengths[0].size(); ++i) {
                COMPARE_CLOSE(strengths[lane][i], strengths[0][i], 1e-6, 1e-7);
                COMPARE_CLOSE(curvatures[lane][i], curvatures[0][i], 1e-5, 1e-5);
            }
    }

    void limitsAreFinite()
    {
        WorkerPool pool(1);
        const auto subject = subjectOf(makeMixture(referenceM1()), anyWeight(5, 1), "rf", 1, 0);
        const PlaneGrid grid{-6, -3, 12, 6, 12, 6};
        QVERIFY(allZero(*strengthMap(subject, subject.ode.process->at(1), grid, pool)));
        QVERIFY(allZero(*curvatureMap(subject, subject.ode.process->at(1), grid, pool)));
        const auto clean = strengthMap(subject, subject.ode.process->dataLevel(), grid, pool);
        // Far out in the cell of the left mode, the class log-odds fall by |m|/s^2 = 16 per unit.
        COMPARE_CLOSE(clean->values[0], 16, 1e-5, 0);
        QVERIFY(std::isfinite(clean->values[40]));
    }

    void singularDataHaveNoGapAtTheirEnd()
    {
        WorkerPool pool(1);
        const auto subject =
            subjectOf(makeMixture(randomMixture(5, 2, 4, 1)), anyWeight(2, 0), "rf", 1, 0);
        const PlaneGrid grid{-6, -3, 12, 6, 5, 4};
        const auto clean = strengthMap(subject, subject.ode.process->dataLevel(), grid, pool);
        QVERIFY(std::all_of(
            clean->values.begin(), clean->values.end(), [](float v) { return std::isnan(v); }));
        QVERIFY(!tiltMap(subject, grid, pool).ok());
        QVERIFY(!outputMap(subject, grid, pool).ok());
    }

    /// log q^(x_0) = tilt(x_0) + [log prior - log tilt_T](x_T) - penalty(x_0), theory O5.
    void outputIsTiltTimesPriorTimesPenalty_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<double>("horizon");
        QTest::addColumn<double>("w");
        QTest::addRow("vp, w 5") << "vp" << 6. << 5.;
        QTest::addRow("vp, w 0.5") << "vp" << 6. << 0.5;
        QTest::addRow("ve, w 3") << "ve-edm" << 12. << 3.;
        QTest::addRow("rf, w 2") << "rf" << 1. << 2.;
        QTest::addRow("unguided weight") << "rf" << 0.9 << 0.;
    }

    void outputIsTiltTimesPriorTimesPenalty()
    {
        QFETCH(QString, id);
        QFETCH(double, horizon);
        QFETCH(double, w);
        WorkerPool pool(2);
        const auto mixture = makeMixture(isotropicMixture(
            {Eigen::Vector2d(-2, 0), Eigen::Vector2d(0, 0.3), Eigen::Vector2d(2, 0)}, 0.5));
        const auto subject = subjectOf(mixture, anyWeight(w, 1), id.toStdString(), horizon, 0.05);
        const PlaneGrid grid{-1.5, -1, 3, 2, 5, 4};
        const auto output = outputMap(subject, grid, pool), tilt = tiltMap(subject, grid, pool),
                   penalty = penaltyMap(subject, grid, pool);
        QVERIFY(output.ok() && tilt.ok() && penalty.ok());
        Eigen::MatrixXd points(2, 20);
        for (int cell = 0; cell < 20; ++cell)
            points.col(cell) = placeOf(subject, grid, subject.ode.data.alpha, cell);
        const auto particles = guidedDensityAt(subject.ode, points, pool);
        QVERIFY(particles.ok());
        const auto conditional = mixture->conditional(1).value();
        const auto logTilt = [&](const PathCoefficients& level, const Eigen::VectorXd& x) {
            return w * NoisedMixture(conditional, level.alpha, level.sigma).logDensity(x)
                   + (1 - w) * NoisedMixture(*mixture, level.alpha, level.sigma).logDensity(x);
        };
        const double variance = std::pow(subject.ode.noise.sigma, 2);
        for (int i = 0; i < 20; ++i) {
            const auto cell = static_cast<std::size_t>(i);
            const Eigen::VectorXd xT = particles->noise.col(i);
            const double prior =
                -xT.squaredNorm() / (2 * variance) - std::log(2 * std::numbers::pi * variance);
            const double sum = logTilt(subject.ode.data, points.col(i)) + prior
                               - logTilt(subject.ode.noise, xT) - particles->penalty(i);
            // Tolerance of the path: 1e-11 a step, amplified where it expands; of the maps: floats.
            COMPARE_CLOSE(particles->logDensity(i), sum, 1e-6, 1e-6);
            COMPARE_CLOSE(output->values[cell], sum, 1e-6, 1e-6);
            COMPARE_CLOSE(tilt->values[cell], logTilt(subject.ode.data, points.col(i)), 1e-6, 1e-6);
            COMPARE_CLOSE(penalty->values[cell], particles->penalty(i), 1e-6, 1e-6);
            QVERIFY(w * (w - 1) * static_cast<double>(penalty->values[cell]) >= 0);
        }
    }

    /// D_w - D_w' = (w - w') (D_c - D_u) at one process; zero against itself in another process.
    void theDifferenceOfWeightsIsTheirsTimesTheGap()
    {
        WorkerPool pool(2);
        const auto mixture = makeMixture(randomMixture(7, 2, 5, 2));
        const auto strong = subjectOf(mixture, anyWeight(5, 0), "vp", 8, 0),
                   weak = subjectOf(mixture, anyWeight(2, 0), "rf", 1, 0),
                   same = subjectOf(mixture, anyWeight(5, 0), "ve-edm", 20, 0);
        const PlaneGrid grid{-4, -4, 8, 8, 6, 5};
        const PathCoefficients level = strong.ode.process->at(1.3);
        const auto map = differenceMap(strong, level, weak, grid, pool);
        const auto none = differenceMap(strong, level, same, grid, pool);
        QVERIFY(map.ok() && none.ok());
        const auto conditional = mixture->conditional(0).value();
        for (int cell = 0; cell < 30; ++cell) {
            const Eigen::VectorXd x = placeOf(strong, grid, level.alpha, cell);
            const double gap = (NoisedMixture(conditional, level.alpha, level.sigma).denoised(x)
                                - NoisedMixture(*mixture, level.alpha, level.sigma).denoised(x))
                                   .norm();
            COMPARE_CLOSE(map->values[static_cast<std::size_t>(cell)], 3 * gap, 1e-6, 1e-9);
            QVERIFY(none->values[static_cast<std::size_t>(cell)] < 1e-9);
        }
    }

    /// At pure noise both means are constants, also in a process that has no such level.
    void theDifferenceAtPureNoiseIsConstant()
    {
        WorkerPool pool(1);
        const auto mixture = makeMixture(referenceM1());
        const auto subject = subjectOf(mixture, anyWeight(3, 2), "rf", 1, 0);
        for (const char* id : {"vp", "ve-edm"}) {
            const auto other = subjectOf(mixture, unguided(), id, 5, 0);
            const auto map = differenceMap(
                subject, subject.ode.process->at(1), other, {-6, -3, 12, 6, 4, 3}, pool);
            QVERIFY(map.ok());
            for (const float value : map->values) // 3 (mu_c - mean) = 3 (4 - 0)
                COMPARE_CLOSE(value, 12, 1e-6, 0);
        }
    }

    void whatDoesNotExistIsSaidInASentence()
    {
        WorkerPool pool(1);
        const auto mixture = makeMixture(referenceM1());
        const PlaneGrid grid{-1, -1, 2, 2, 2, 2};
        const auto free = subjectOf(mixture, unguided(), "vp", 5, 0.01);
        QVERIFY(!strengthMap(free, free.ode.data, grid, pool).ok());
        QVERIFY(!curvatureMap(free, free.ode.data, grid, pool).ok());
        QVERIFY(!tiltMap(free, grid, pool).ok());
        QVERIFY(!penaltyMap(free, grid, pool).ok());
        QVERIFY(outputMap(free, grid, pool).ok()); // what the unguided ODE samples
        const auto ramp = subjectOf(mixture, std::make_shared<Ramp>(), "vp", 5, 0.01);
        QVERIFY(!tiltMap(ramp, grid, pool).ok());
        QVERIFY(outputMap(ramp, grid, pool).ok());
        QVERIFY(penaltyMap(ramp, grid, pool).ok());
        const auto other = subjectOf(mixture, std::make_shared<NotLinear>(), "vp", 5, 0.01);
        QVERIFY(strengthMap(other, other.ode.data, grid, pool).ok());
        QVERIFY(!tiltMap(other, grid, pool).ok());
        QVERIFY(!outputMap(other, grid, pool).ok());
        QVERIFY(!penaltyMap(other, grid, pool).ok());
    }

    void isTheSameOnAnyNumberOfThreadsAndStopsWhenAsked()
    {
        const auto subject = subjectOf(makeMixture(referenceM1()), anyWeight(5, 1), "vp", 8, 0.01);
        const PlaneGrid grid{-5, -3, 10, 6, 40, 24};
        WorkerPool one(1), three(3);
        const PathCoefficients level = subject.ode.process->at(0.4);
        QCOMPARE(curvatureMap(subject, level, grid, one)->values,
                 curvatureMap(subject, level, grid, three)->values);
        std::stop_source source;
        source.request_stop();
        const auto stopped = curvatureMap(subject, level, grid, one, source.get_token());
        QVERIFY(std::all_of(
            stopped->values.begin(), stopped->values.end(), [](float v) { return std::isnan(v); }));
    }
};

QTEST_GUILESS_MAIN(TestFieldMap)
#include "tst_field_map.moc"
