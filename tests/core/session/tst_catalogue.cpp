// SPDX-License-Identifier: GPL-3.0-or-later
// Every sampler on every process and grid, on every shipped session: it runs from T to the end
// without a NaN, or says in a sentence why it does not.
#include "core/field/model_library.h"
#include "core/process/time_grid.h"
#include "core/session/lane_plan.h"
#include "core/session/session_json.h"
#include "tests/support/variants.h"

#include <QDir>
#include <QTest>

#include <algorithm>

using namespace scorefield;
using namespace scorefield::test;

namespace {

const QString kFolder = QStringLiteral(SCOREFIELD_SOURCE_DIR "/resources/sessions");

Session sessionOf(const QString& file)
{
    auto session = loadSession((kFolder + QLatin1Char('/') + file).toStdString());
    if (!session)
        qFatal("%s", session.error().sentence().c_str());
    return std::move(*session);
}

/// The default values of a kind; few steps where it counts them.
template <class Kind>
Choice fewSteps(const Kind& kind)
{
    Choice choice = makeChoice(kind.info);
    if (choice.values.contains("steps"))
        choice.values.set("steps", 4);
    return choice;
}

} // namespace

class TestCatalogue : public QObject {
    Q_OBJECT

    WorkerPool m_pool{1};
    std::shared_ptr<ModelLibrary> m_models = std::make_shared<ModelLibrary>();
    int m_diverged = 0;

    /// What is wrong with the run of lane 0 of this session, or nothing.
    QString faultOf(const Session& session, const std::shared_ptr<const GaussianMixture>& mixture)
    {
        auto plan = planLane(session, 0, mixture, m_models);
        if (!plan)
            return plan.error().message.size() > 20 && !plan.error().path.empty()
                       ? QString()
                       : QStringLiteral("refused without a sentence");
        plan->particles = 4;
        const auto result = simulate<float>(*plan, m_pool);
        switch (result.outcome.kind) {
        case Outcome::Kind::Completed:
            break;
        case Outcome::Kind::Refused:
            return result.outcome.message.size() > 20
                       ? QString()
                       : QStringLiteral("refused without a sentence");
        case Outcome::Kind::NonFinite:
            ++m_diverged;
            return QString::fromStdString(result.outcome.message);
        case Outcome::Kind::Cancelled:
            return QStringLiteral("cancelled");
        }
        for (const float value : result.trajectories.values)
            if (!std::isfinite(value))
                return QStringLiteral("not finite");
        return {};
    }

private Q_SLOTS:
    void everySamplerRunsOrRefuses_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("sampler");
        QTest::addColumn<int>("turn");
        const QStringList files =
            QDir(kFolder).entryList({QStringLiteral("*.scorefield.json")}, QDir::Files);
        QVERIFY(files.size() >= 10);
        for (const QString& file : files)
            for (const SamplerKind& sampler : samplerKinds())
                QTest::addRow("%s %s",
                              qPrintable(file.section(QLatin1Char('.'), 0, 0)),
                              sampler.info.id.c_str())
                    << file << QString::fromStdString(sampler.info.id)
                    << static_cast<int>(files.indexOf(file));
    }
    void everySamplerRunsOrRefuses()
    {
        QFETCH(QString, file);
        QFETCH(QString, sampler);
        QFETCH(int, turn);
        Session session = sessionOf(file);
        session.view.matchNoise = 0;
        const auto mixture =
            std::make_shared<const GaussianMixture>(GaussianMixture::create(*session.data).value());
        Lane& lane = session.lanes[0];
        for (const SamplerKind& kind : samplerKinds())
            if (kind.info.id == sampler.toStdString()) {
                lane.sampler = fewSteps(kind);
                // Strong guidance is stiff: an adaptive method then takes very many steps.
                if (kind.evaluationsPerStep == 0 && lane.guidance.values.contains("w"))
                    lane.guidance.values.set("w", std::min(lane.guidance.values.at("w"), 4.0));
            }
        lane.eta = 1;
        if (lane.error.values.contains("width") && lane.error.kind == "random-features")
            lane.error.values.set("width", 32); // a network is trained for each session
        // A thousand components take as long as all other sessions together: one grid for each
        // process, in turn.
        const bool large = mixture->componentCount() > 500;
        QStringList faults;
        for (std::size_t p = 0; p < processKinds().size(); ++p)
            for (std::size_t g = 0; g < gridKinds().size(); ++g) {
                // Every pair meets every sampler, in a third of the sessions each.
                const bool isOurs = (p + g + static_cast<std::size_t>(turn)) % 3 == 0;
                if (large ? g != p % gridKinds().size() : !isOurs)
                    continue;
                const ProcessKind& process = processKinds()[p];
                const GridKind& grid = gridKinds()[g];
                lane.process = makeChoice(process.info);
                lane.grid = fewSteps(grid);
                if (const QString fault = faultOf(session, mixture); !fault.isEmpty())
                    faults << QStringLiteral("%1 × %2: %3")
                                  .arg(QString::fromStdString(process.info.id),
                                       QString::fromStdString(grid.info.id),
                                       fault);
            }
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join(QLatin1Char('\n'))));
    }

    void randomValuesRunOrRefuse_data()
    {
        QTest::addColumn<QString>("sampler");
        for (const SamplerKind& sampler : samplerKinds())
            QTest::newRow(sampler.info.id.c_str()) << QString::fromStdString(sampler.info.id);
    }
    void randomValuesRunOrRefuse()
    {
        QFETCH(QString, sampler);
        Session session = sessionOf(QStringLiteral("three-modes.scorefield.json"));
        session.view.matchNoise = 0;
        const auto mixture =
            std::make_shared<const GaussianMixture>(GaussianMixture::create(*session.data).value());
        Lane& lane = session.lanes[0];
        QStringList faults;
        int overflows = 0;
        for (std::uint32_t seed = 1; seed <= 200; ++seed) {
            RandomNumbers random(seed);
            const auto pick = [&](const auto& kinds) -> const VariantInfo& {
                return kinds[static_cast<std::size_t>(random.below(static_cast<int>(kinds.size())))]
                    .info;
            };
            for (const SamplerKind& kind : samplerKinds())
                if (kind.info.id == sampler.toStdString())
                    // An adaptive method with random gains and tolerances may take for ever.
                    lane.sampler = randomChoice(kind.info, kind.evaluationsPerStep > 0 ? seed : 0);
            lane.process = randomChoice(pick(processKinds()), seed);
            lane.grid = randomChoice(pick(gridKinds()), seed);
            if (lane.grid.values.contains("steps"))
                lane.grid.values.set("steps", 1 + random.below(40));
            lane.eta = 1.5 * random.uniform();
            const int diverged = m_diverged;
            const QString fault = faultOf(session, mixture);
            // An explicit method with a few vast steps may overflow; the outcome says at which
            // step.
            if (m_diverged > diverged && fault.contains(QStringLiteral("step"))) {
                ++overflows;
                continue;
            }
            if (!fault.isEmpty())
                faults << QStringLiteral("seed %1, %2 × %3: %4")
                              .arg(seed)
                              .arg(QString::fromStdString(lane.process.kind),
                                   QString::fromStdString(lane.grid.kind),
                                   fault);
        }
        QVERIFY2(overflows <= 4, qPrintable(QString::number(overflows)));
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join(QLatin1Char('\n'))));
    }
};

QTEST_APPLESS_MAIN(TestCatalogue)
#include "tst_catalogue.moc"
