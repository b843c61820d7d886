// SPDX-License-Identifier: GPL-3.0-or-later
// The study of one-step generation: closed forms of one Gaussian and of two modes, and sessions of
// other kinds.
#include "core/metric/distilled_map.h"
#include "core/metric/one_step_map.h"
#include "core/session/lane_plan.h"
#include "tests/support/compare.h"
#include "tests/support/laws.h"
#include "tests/support/mixtures.h"
#include "tests/support/studies.h"

#include <QTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

Result<Table> table(const Session& session, const std::vector<std::string>& texts)
{
    const StudyKind& kind = **findStudy("one-step");
    std::vector<Sweep> sweeps;
    for (const std::string& text : texts) {
        auto sweep = parseSweep(session, text, kind.own);
        if (!sweep)
            return sweep.error();
        sweeps.push_back(std::move(*sweep));
    }
    WorkerPool pool(2);
    return runStudy(kind, session, sweeps, pool);
}

const std::vector<double>& column(const Table& table, const std::string& id)
{
    static const std::vector<double> none;
    const Column* const found = table.find("lanes.0." + id);
    return found != nullptr ? found->values : none;
}

bool says(const Table& table, const std::string& words)
{
    for (const std::string& note : table.notes)
        if (note.find(words) != std::string::npos)
            return true;
    return false;
}

} // namespace

class TestOneStep : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// The map of one Gaussian is linear: tables lose nothing, and L_f is sqrt(v_delta/v_T).
    void aGaussianIsItsClosedForm()
    {
        const Session session = oneLane(gaussian1d(),
                                        1000,
                                        {{"process", "vp:horizon=4,stop=0.02"},
                                         {"grid", "power:a=3"},
                                         {"sampler", "ddim"},
                                         {"guidance", "none"}});
        const auto found = table(session, {"lanes.0.grid.steps=16:128:4:log"});
        QVERIFY2(found.ok(), found ? "" : found.error().sentence().c_str());
        const auto process = makeProcess(session.lanes[0].process).value();
        const PathCoefficients first = process->at(4), last = process->at(.02);
        const auto variance = [](const PathCoefficients& at) {
            return at.alpha * at.alpha * kVariance + at.sigma * at.sigma;
        };
        const double stretch = std::sqrt(variance(last) / variance(first));
        const std::vector<double> steps = found->columns[0].values;
        for (std::size_t row = 0; row < 4; ++row) {
            COMPARE_CLOSE(column(*found, "stretch")[row], stretch, 1e-5, 0);
            COMPARE_CLOSE(
                column(*found, "distilled")[row], column(*found, "distilled.steps")[row], 1e-6, 0);
            QVERIFY(column(*found, "distilled.interpolation")[row] < 1e-5);
            QVERIFY(column(*found, "largest")[row] >= column(*found, "distilled")[row]);
            COMPARE_CLOSE(column(*found, "w2.bound")[row],
                          oneStepBound(stretch, 4 / .02, 3, .02, steps[row]),
                          1e-4,
                          0);
            QVERIFY(column(*found, "w2.floor")[row] > 0);
            QVERIFY(column(*found, "w2.exact")[row] > 0);
        }
        for (const SlopeFit& fit : found->slopes)
            if (fit.column == "lanes.0.distilled")
                COMPARE_CLOSE(fit.slope, -1, 0, .2); // DDIM is of order one
        QVERIFY(!found->slopes.empty());
        const Column* const bound = found->find("lanes.0.w2.bound");
        QVERIFY(bound->hiddenConstant && bound->role == ColumnRole::Bound);
    }

    /// Two modes from N(0,1) to the data: 77.6, by the study as by the formula.
    void twoModesStretchAsTheFormula()
    {
        MixtureSpec spec = gaussian1d(-1, .09);
        spec.components.push_back(gaussian1d(1, .09).components[0]);
        const Session session = oneLane(spec,
                                        500,
                                        {{"process", "rf:stop=0.000001"},
                                         {"grid", "uniform:steps=8"},
                                         {"sampler", "heun"},
                                         {"guidance", "none"}});
        const auto found = table(session, {"lanes.0.grid.steps=8:16:2"});
        QVERIFY2(found.ok(), found ? "" : found.error().sentence().c_str());
        COMPARE_CLOSE(column(*found, "stretch")[0], twoModeStretch(1, .3), 1e-3, 0);
        QCOMPARE(column(*found, "stretch")[0], column(*found, "stretch")[1]); // not of the steps
    }

    void otherSessionsSayWhatIsMissing()
    {
        Session space = oneLane(randomMixture(3, 6, 3, 6),
                                300,
                                {{"process", "vp:horizon=4,stop=0.02"},
                                 {"grid", "power:a=3"},
                                 {"sampler", "heun"},
                                 {"guidance", "none"}});
        const auto found = table(space, {"lanes.0.grid.steps=4:8:2"});
        QVERIFY2(found.ok(), found ? "" : found.error().sentence().c_str());
        QVERIFY(std::isnan(column(*found, "distilled")[0]));
        QVERIFY(column(*found, "distilled.steps")[0] > column(*found, "distilled.steps")[1]);
        QVERIFY(column(*found, "w2")[0] > 0 && column(*found, "stretch")[0] > 0);
        QVERIFY(says(*found, "one or two dimensions"));
        Session bare = oneLane(gaussian1d(),
                               200,
                               {{"process", "vp:horizon=4"},
                                {"grid", "karras:final=denoise"},
                                {"sampler", "ddim"},
                                {"guidance", "none"}});
        const auto unbounded = table(bare, {"lanes.0.grid.steps=4:8:2"});
        QVERIFY2(unbounded.ok(), unbounded ? "" : unbounded.error().sentence().c_str());
        QVERIFY(says(*unbounded, "δ > 0"));
    }
};

QTEST_APPLESS_MAIN(TestOneStep)
#include "tst_one_step.moc"
