// SPDX-License-Identifier: GPL-3.0-or-later
// Other programs' results: k-diffusion and diffusers step by step at given levels and noise,
// scipy's adaptive solver for guided flows.
#include "tests/support/mixtures.h"
#include "tests/support/runs.h"

#include <QtTest>

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace scorefield;
using namespace scorefield::test;

namespace {

/// The number after "key": in the case's meta.json.
double metaNumber(const std::string& folder, const std::string& key)
{
    std::ifstream file(std::string(SCOREFIELD_REFERENCE_DIR) + "/" + folder + "/meta.json");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const auto place = text.find("\"" + key + "\":");
    return place == std::string::npos ? std::nan("")
                                      : std::stod(text.substr(place + key.size() + 3));
}

/// VP levels from a table of sigma~ = sqrt((1 - acp)/acp), the last step to acp = 1.
std::vector<PathCoefficients> vpLevels(const std::vector<double>& sigmaTilde)
{
    std::vector<PathCoefficients> levels;
    for (const double s : sigmaTilde) {
        const double alpha = 1 / std::sqrt(1 + s * s);
        levels.push_back({s, alpha, s * alpha, 0, 0}); // DDIM asks for no derivative
    }
    levels.push_back({0, 1, 0, 0, 0});
    return levels;
}

std::vector<double> withoutRepeats(std::vector<double> values)
{
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
}

} // namespace

class TestReferences : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void stepByStep_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("kind"); // of levels: ve, vp or rf
        QTest::addColumn<QString>("sampler");
        QTest::addColumn<double>("eta");
        QTest::addColumn<int>("noiseCalls");
        const auto row =
            [](const char* folder, const char* kind, const char* sampler, double eta, int calls) {
                QTest::newRow(folder) << folder << kind << sampler << eta << calls;
            };
        row("kdiff/M1/karras/euler", "ve", "euler", 0, 0);
        row("kdiff/M1/karras/heun", "ve", "heun", 0, 0);
        row("kdiff/M1/karras/euler_ancestral", "ve", "ddim", 1, 19);
        row("kdiff/M1/karras/euler_ancestral_eta05", "ve", "ddim", 0.5, 19);
        row("diffusers/M1/euler_linear_karras_n20", "ve", "euler", 0, 0);
        row("diffusers/M1/heun_linear_karras_n20", "ve", "heun", 0, 0);
        row("diffusers/M1/ddim_linear_leading_n20_eta0", "vp", "ddim", 0, 0);
        row("diffusers/M1/ddim_linear_leading_n20_eta05", "vp", "ddim", 0.5, 20);
        row("diffusers/M1/ddim_linear_leading_n20_eta1", "vp", "ddim", 1, 20);
        row("diffusers/M1/ddim_linear_leading_n50_eta0", "vp", "ddim", 0, 0);
        row("diffusers/M1/ddim_linear_trailing_n20_eta0", "vp", "ddim", 0, 0);
        row("diffusers/M1/ddim_linear_trailing_n20_eta1", "vp", "ddim", 1, 20);
        row("diffusers/M1/flow_euler_shift1_n20", "rf", "euler", 0, 0);
        row("diffusers/M1/flow_euler_shift1_n100", "rf", "euler", 0, 0);
        row("diffusers/M1/flow_euler_shift3_n20", "rf", "euler", 0, 0);
        row("diffusers/M1/flow_heun_shift1_n20", "rf", "heun", 0, 0);
    }
    void stepByStep()
    {
        QFETCH(QString, folder);
        QFETCH(QString, kind);
        QFETCH(QString, sampler);
        QFETCH(double, eta);
        QFETCH(int, noiseCalls);
        const std::string base = folder.toStdString() + "/";
        const auto sigmas = withoutRepeats(
            referenceArray(base + "sigmas.npy").values); // diffusers lists Heun's levels twice
        QVERIFY(sigmas.size() >= 20);
        const auto levels = kind == "vp"   ? vpLevels(sigmas)
                            : kind == "ve" ? levelsAtNoise(*process("ve-edm"), sigmas).value()
                                           : levelsAtTimes(*process("rf"), sigmas).value();
        const auto plan = makePlan(makeMixture(referenceM1()), levels, sampler.toStdString(), eta);
        SimulationInputs inputs;
        inputs.start = asMatrix(referenceArray(base + "x_init.npy"));
        if (noiseCalls > 0) {
            const auto tape = referenceArray("common/noise_d2.npy"); // [128,64,2]
            inputs.noiseCalls = static_cast<std::size_t>(noiseCalls);
            inputs.noise =
                std::vector<double>(tape.values.begin(), tape.values.begin() + noiseCalls * 64 * 2);
        }
        WorkerPool pool(1);
        const auto run = simulate<double>(plan, pool, {}, inputs);
        QCOMPARE(run.outcome.kind, Outcome::Kind::Completed);

        const double tolerance = metaNumber(folder.toStdString(), "tolerance_abs");
        const auto expected = asMatrix(referenceArray(base + "x_final.npy"));
        const double error = largestDifference(statesAt(run.trajectories), expected);
        QVERIFY2(
            error <= tolerance,
            qPrintable(QStringLiteral("end differs by %1, allowed %2").arg(error).arg(tolerance)));
        // States before calls 1, 5, 10, 15 (the fifth is compared where it is a whole step)
        const auto steps = referenceArray(base + "x_steps.npy");
        const bool twoCalls =
            folder.contains("diffusers")
            && sampler == "heun"; // their index counts calls: before call 2k is step k
        for (const auto& [slice, index] : {std::pair{0, 1}, {1, 5}, {2, 10}, {3, 15}}) {
            if (twoCalls && index % 2 == 1)
                continue;
            const Eigen::MatrixXd state =
                Eigen::Map<const Eigen::Matrix<double, 64, 2, Eigen::RowMajor>>(steps.values.data()
                                                                                + slice * 64 * 2);
            const double atStep =
                largestDifference(statesAt(run.trajectories, twoCalls ? index / 2 : index), state);
            QVERIFY2(atStep <= tolerance + 1e-11 * state.cwiseAbs().maxCoeff(),
                     qPrintable(QStringLiteral("step %1: %2").arg(index).arg(atStep)));
        }
    }

    /// scipy's DOP853 at rtol 1e-10 for s_u + w (s_c - s_u), against Heun extrapolated from 500 and
    /// 1000 steps.
    void guidedFlows_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<int>("w");
        for (const char* id : {"vp", "ve", "rf"})
            for (const int w : {0, 3, 10})
                QTest::newRow(qPrintable(QStringLiteral("%1 w=%2").arg(id).arg(w))) << id << w;
    }
    void guidedFlows()
    {
        QFETCH(QString, id);
        QFETCH(int, w);
        const std::string base =
            QStringLiteral("guidance/M1unit_%1_c1_w%2/").arg(id).arg(w).toStdString();
        const auto p = id == "vp"   ? process("vp", {{"horizon", 10}, {"stop", 1e-3}})
                       : id == "ve" ? process("ve-edm", {{"horizon", 80}, {"stop", 1e-3}})
                                    : process("rf", {{"horizon", 1}, {"stop", 1e-3}});
        MixtureSpec spec = isotropicMixture(
            {Eigen::Vector2d(-4, 0), Eigen::Vector2d(0, 0), Eigen::Vector2d(4, 0)}, 1);
        const auto mixture = makeMixture(spec);
        SimulationInputs inputs;
        inputs.start = asMatrix(referenceArray(base + "x_init.npy"));
        WorkerPool pool(2);
        const auto end = [&](int steps) {
            auto plan =
                makePlan(mixture, levelsOn(*p, id == "rf" ? "uniform" : "karras", steps), "heun");
            plan.guidance = guided(w, 1);
            return statesAt(simulate<double>(plan, pool, {}, inputs).trajectories);
        };
        const Eigen::MatrixXd coarse = end(500), fine = end(1000);
        const Eigen::MatrixXd extrapolated = fine + (fine - coarse) / 3;
        const auto expected = asMatrix(referenceArray(base + "x_final.npy"));
        // What remains is of third and fourth order in the step; the points near a boundary between
        // modes magnify it.
        const double error = largestDifference(extrapolated, expected);
        QVERIFY2(error < 3e-6, qPrintable(QString::number(error)));
        QVERIFY2(largestDifference(fine, expected) < 2e-4,
                 qPrintable(QString::number(largestDifference(fine, expected))));
    }
};

QTEST_APPLESS_MAIN(TestReferences)
#include "tst_references.moc"
