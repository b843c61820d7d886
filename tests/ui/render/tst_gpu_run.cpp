// SPDX-License-Identifier: GPL-3.0-or-later
// Runs of the compute shader against the same runs on the CPU, in double.
#include "core/session/parameter_table.h"
#include "tests/support/mixtures.h"
#include "tests/support/render.h"
#include "ui/render/gpu_run.h"

#include <QTest>

#include <limits>

using namespace scorefield;
using namespace scorefield::render;
using namespace scorefield::test;

namespace {

constexpr double kAll = std::numeric_limits<double>::infinity();
constexpr std::size_t kParticles = 1000;

std::shared_ptr<const GaussianMixture> mixtureOf(int components)
{
    if (components == 3)
        return makeMixture(referenceM1());
    return makeMixture(randomMixture(5, 2, components, 2));
}

SimulationPlan
planOf(const QString& sampler, double eta, int components, double weight, const QString& process)
{
    const auto law = test::process(process.toStdString());
    auto plan = makePlan(
        mixtureOf(components), levelsOn(*law, "karras", 24, 1), sampler.toStdString(), eta, law);
    if (weight != 1)
        plan.guidance = guided(weight, 0);
    plan.particles = kParticles;
    plan.seed = 0x1234567890abcdefULL >> 11; // uses both words of the key
    return plan;
}

} // namespace

class GpuRunTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("SCOREFIELD_GPU", "force");
        auto context = OffscreenContext::create();
        if (!context)
            QSKIP(context.error().sentence().c_str());
        m_context = std::move(*context);
        if (const auto reason = whyNoGpuRuns(true))
            QSKIP(reason->c_str());
        auto program = GpuRun::compile();
        QVERIFY2(program.ok(), program.ok() ? "" : program.error().sentence().c_str());
        m_program = std::move(*program);
    }

    void agreesWithTheCpu_data()
    {
        QTest::addColumn<QString>("sampler");
        QTest::addColumn<double>("eta");
        QTest::addColumn<int>("components");
        QTest::addColumn<double>("weight");
        QTest::addColumn<QString>("process");
        for (const char* process : {"vp", "rf"})
            for (const int components : {1, 3, 25})
                for (const double weight : {1., 0., 2.5})
                    for (const auto& [sampler, eta] : {std::pair{"euler", 0.},
                                                       {"heun", 0.},
                                                       {"ddim", 0.},
                                                       {"ddim", 1.},
                                                       {"euler-maruyama", 1.}}) {
                        if (components == 1 && weight != 1)
                            continue; // one class
                        QTest::addRow("%s %s eta %g, %d components, w %g",
                                      process,
                                      sampler,
                                      eta,
                                      components,
                                      weight)
                            << sampler << eta << components << weight << process;
                    }
    }

    void agreesWithTheCpu()
    {
        QFETCH(QString, sampler);
        QFETCH(double, eta);
        QFETCH(int, components);
        QFETCH(double, weight);
        QFETCH(QString, process);
        const SimulationPlan plan = planOf(sampler, eta, components, weight, process);
        QCOMPARE(plan.levels.back().sigma, 0.);
        WorkerPool pool;
        const auto exact = simulate<double>(plan, pool);
        QCOMPARE(exact.outcome.kind, Outcome::Kind::Completed);
        auto run = gpuRun(plan);
        QVERIFY(run);
        const int last = run->steps();
        for (const int step : {0, 1, last / 2, last}) {
            run->advance(step, kAll);
            QCOMPARE(run->ready(step), kParticles);
            const double scale = std::hypot(plan.levels[static_cast<std::size_t>(step)].alpha
                                                * plan.mixture->scale(),
                                            plan.levels[static_cast<std::size_t>(step)].sigma);
            const auto states = run->read(0, kParticles);
            if (step > 0)
                QVERIFY(errorOf(states, 0, exact.trajectories, step - 1) / scale < kMeanError);
            const double error = errorOf(states, 2, exact.trajectories, step) / scale;
            QVERIFY2(error < kMeanError, qPrintable(QString::number(error)));
        }
    }

    void everySamplerThatItTakesAgrees_data()
    {
        QTest::addColumn<QString>("sampler");
        int count = 0;
        for (const SamplerKind& kind : samplerKinds()) {
            const QString id = QString::fromStdString(kind.info.id);
            if (!DeviceRun::create(planOf(id, 1, 3, 2, QStringLiteral("rf"))))
                continue;
            QTest::newRow(kind.info.id.c_str()) << id;
            ++count;
        }
        QVERIFY(count >= 4);
    }

    void everySamplerThatItTakesAgrees()
    {
        QFETCH(QString, sampler);
        const SimulationPlan plan = planOf(sampler, 1, 3, 2, QStringLiteral("rf"));
        WorkerPool pool;
        const auto exact = simulate<double>(plan, pool);
        QCOMPARE(exact.outcome.kind, Outcome::Kind::Completed);
        auto run = gpuRun(plan);
        QVERIFY(run);
        run->advance(run->steps(), kAll);
        const double error = errorOf(run->read(0, kParticles), 2, exact.trajectories, run->steps())
                             / plan.mixture->scale();
        QVERIFY2(error < kMeanError, qPrintable(QString::number(error)));
    }

    void startsInTheExactLaw()
    {
        // The components of the class alone, chosen by the same uniforms.
        SimulationPlan plan = planOf(QStringLiteral("ddim"), 1, 25, 2, QStringLiteral("vp"));
        plan.levels = levelsOn(*plan.process, "karras", 6, 1);
        plan.levels.erase(plan.levels.begin(), plan.levels.begin() + 2); // noise as wide as data
        plan.prior = Prior::Exact;
        WorkerPool pool;
        const auto exact = simulate<double>(plan, pool);
        auto run = gpuRun(plan);
        QVERIFY(run);
        run->advance(0, kAll);
        const double scale = plan.mixture->scale();
        QVERIFY(errorOf(run->read(0, kParticles), 2, exact.trajectories, 0) / scale < kMeanError);
        run->advance(run->steps(), kAll);
        QVERIFY(errorOf(run->read(0, kParticles), 2, exact.trajectories, run->steps()) / scale
                < kMeanError);
    }

    void weightsThatChangeWithTheNoiseAreFollowed()
    {
        SimulationPlan plan = planOf(QStringLiteral("euler"), 0, 3, 1, QStringLiteral("vp"));
        plan.guidance =
            makeGuidance(choose(guidanceKinds(), "interval", {{"w", 3}, {"target", 0}})).value();
        QVERIFY(plan.guidance->isLinear());
        WorkerPool pool;
        const auto exact = simulate<double>(plan, pool);
        auto run = gpuRun(plan);
        QVERIFY(run);
        run->advance(run->steps(), kAll);
        QVERIFY(errorOf(run->read(0, kParticles), 2, exact.trajectories, run->steps())
                    / plan.mixture->scale()
                < kMeanError);
    }

    void theWayThereLeavesNoTrace()
    {
        // All at once, in small parts, and after a visit of the end: the same bits.
        const SimulationPlan plan =
            planOf(QStringLiteral("euler-maruyama"), 1, 3, 2, QStringLiteral("vp"));
        constexpr std::size_t kMany = 40000, kStep = 7;
        auto whole = gpuRun(plan, kMany), parts = gpuRun(plan, kMany), few = gpuRun(plan);
        QVERIFY(whole && parts && few);
        whole->advance(kStep, kAll);
        const auto wanted = whole->read(0, kMany);
        int calls = 0;
        std::size_t there = 0;
        while (parts->advance(kStep, 0) > 0) {
            QVERIFY(parts->ready(kStep) >= there);
            there = parts->ready(kStep);
            ++calls;
        }
        QCOMPARE(there, kMany);
        QVERIFY(calls > 7); // one step of one part at a time
        QVERIFY(parts->read(0, kMany) == wanted);
        whole->advance(whole->steps(), kAll);
        QCOMPARE(whole->ready(kStep), std::size_t(0));
        QVERIFY(whole->read(0, kMany) != wanted);
        whole->advance(kStep, kAll);
        QVERIFY(whole->read(0, kMany) == wanted);
        // Fewer particles are the first of them.
        few->advance(kStep, kAll);
        QVERIFY(std::equal(
            wanted.begin(), wanted.begin() + 4 * kParticles, few->read(0, kParticles).begin()));
    }

    void anotherRunStartsAgain()
    {
        const SimulationPlan first = planOf(QStringLiteral("euler"), 0, 3, 1, QStringLiteral("vp"));
        const SimulationPlan second =
            planOf(QStringLiteral("heun"), 0, 25, 2, QStringLiteral("rf"));
        auto run = gpuRun(first), fresh = gpuRun(second);
        QVERIFY(run && fresh);
        run->advance(run->steps(), kAll);
        QVERIFY(run->follow(*DeviceRun::create(second)).ok());
        QCOMPARE(run->ready(run->steps()), std::size_t(0));
        run->advance(run->steps(), kAll);
        fresh->advance(fresh->steps(), kAll);
        QVERIFY(run->read(0, kParticles) == fresh->read(0, kParticles));
    }

    void refusesWhatItCannotDo()
    {
        const SimulationPlan plan = planOf(QStringLiteral("ddim"), 1, 3, 1, QStringLiteral("vp"));
        const auto refusal = [](const SimulationPlan& asked) {
            const auto run = DeviceRun::create(asked);
            return run ? QString() : QString::fromStdString(run.error().message);
        };
        QCOMPARE(refusal(plan), QString());
        SimulationPlan other = plan;
        other.sampler = choose(samplerKinds(), "rk4");
        QVERIFY(refusal(other).contains(QStringLiteral("Euler, Heun, DDIM and Euler–Maruyama")));
        other = plan;
        other.noise = NoisePolicy::BrownianTree;
        QVERIFY(refusal(other).contains(QStringLiteral("Brownian tree")));
        other.eta = 0; // draws nothing
        QCOMPARE(refusal(other), QString());
        other = plan;
        other.guidance =
            makeGuidance(choose(guidanceKinds(), "predictor-corrector", {{"target", 0}})).value();
        QVERIFY(refusal(other).contains(QStringLiteral("rule")));
        other = plan;
        other.error = makeScoreError(choose(scoreErrorKinds(), "gain", {})).value();
        QVERIFY(refusal(other).contains(QStringLiteral("exact score")));
        other = plan;
        other.mixture = makeMixture(randomMixture(1, 3, 2, 3));
        QVERIFY(refusal(other).contains(QStringLiteral("two dimensions")));
    }

    void tellsWhyThereIsNone()
    {
        qputenv("SCOREFIELD_GPU", "");
        QVERIFY(!whyNoGpuRuns(false)); // this context has OpenGL 4.3
        QVERIFY(whyNoGpuRuns(true)->find("software") != std::string::npos);
        qputenv("SCOREFIELD_GPU", "off");
        QVERIFY(whyNoGpuRuns(false)->find("SCOREFIELD_GPU") != std::string::npos);
        qputenv("SCOREFIELD_GPU", "force");
        QVERIFY(!whyNoGpuRuns(true));
    }

    void theSwarmIsDrawnWhereTheParticlesAre()
    {
        Session session = defaultSession();
        session.lanes.resize(1);
        QVERIFY(setVariantText(session, 0, "sampler", "euler").ok());
        session.particles.count = 300;
        WorkerPool pool;
        const auto product = runSession(session, pool);
        QVERIFY(product.ok());
        auto renderer = LaneRenderer::create();
        QVERIFY(renderer.ok());
        (*renderer)->setExact(true);
        const QSize size(480, 420);
        auto view = plainView(*product, 30.5);
        view.densityTop = sharedDensityTop({view});
        draw(*m_context, **renderer, view, size);
        QVERIFY(!(*renderer)->swarm(0)); // the layer is hidden
        view.session.view.swarm = {{1, 1}, 20000};
        const QImage picture = draw(*m_context, **renderer, view, size);
        const SwarmStatus all{20000, 20000, {}};
        QVERIFY((*renderer)->swarm(0) == all);

        const QRectF plot = plotRectangle(QRectF({0, 0}, QSizeF(size)), view.scale, view.parts);
        const ViewTransform transform(
            resolvedCamera(view.session, **product, 0, plot.width() / plot.height()), plot);
        const auto isInked = [&](QPointF at) {
            for (int dx = -1; dx <= 1; ++dx)
                for (int dy = -1; dy <= 1; ++dy) {
                    const QPoint pixel(int(std::floor(at.x())) + dx, int(std::floor(at.y())) + dy);
                    if (picture.rect().contains(pixel)
                        && picture.pixelColor(pixel) != view.theme.canvas)
                        return true;
                }
            return false;
        };
        int inside = 0;
        for (std::size_t i = 0; i < 300; ++i) {
            const QPointF at = transform.toPixels(particlePosition(view, i));
            if (!plot.adjusted(2, 2, -2, -2).contains(at))
                continue;
            ++inside;
            QVERIFY2(isInked(at), qPrintable(QString::number(i)));
        }
        QVERIFY(inside > 200);
        // Far from every mode there is nothing.
        QVERIFY(!isInked(transform.toPixels({0, 3.4})));

        // In the window what does not fit into a frame comes with the next ones.
        view.step = 2;
        (*renderer)->setExact(false);
        for (int frame = 0; frame < 1000 && (*renderer)->swarm(0) != all; ++frame)
            draw(*m_context, **renderer, view, size);
        QVERIFY((*renderer)->swarm(0) == all);

        // A lane that the GPU cannot follow says so.
        QVERIFY(setVariantText(session, 0, "sampler", "rk4").ok());
        const auto other = runSession(session, pool);
        QVERIFY(other.ok());
        view.run = *other;
        draw(*m_context, **renderer, view, size);
        QVERIFY((*renderer)->swarm(0)->refusal.find("RK4") != std::string::npos
                || (*renderer)->swarm(0)->refusal.find("Runge") != std::string::npos);
    }

private:
    /// Mean over particles and coordinates; a float has 24 binary digits, and every step rounds.
    static constexpr double kMeanError = 2e-6;

    std::unique_ptr<GpuRun> gpuRun(const SimulationPlan& plan, std::size_t particles = kParticles)
    {
        const auto device = DeviceRun::create(plan);
        if (!device)
            return nullptr;
        auto run = GpuRun::create(m_program, *device, particles);
        return run ? std::move(*run) : nullptr;
    }

    static double errorOf(const std::vector<float>& states,
                          std::size_t offset,
                          const BasicTrajectories<double>& exact,
                          int step)
    {
        double sum = 0;
        for (int axis = 0; axis < 2; ++axis)
            for (std::size_t i = 0; i < exact.particles; ++i)
                sum += std::abs(
                    static_cast<double>(states[4 * i + offset + static_cast<std::size_t>(axis)])
                    - exact.coordinate(step, axis)[i]);
        return sum / static_cast<double>(2 * exact.particles);
    }

    std::unique_ptr<OffscreenContext> m_context;
    std::shared_ptr<const Program> m_program;
};

QTEST_GUILESS_MAIN(GpuRunTest)
#include "tst_gpu_run.moc"
