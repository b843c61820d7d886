// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/engine.h"

#include "core/base/memory.h"
#include "core/field/trained_error.h"

#include <QElapsedTimer>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace scorefield::ui {

namespace {

constexpr double kFirstGuessMsPerUnit =
    1e-5; ///< 100 M units a second: one slow core; measured from then on
constexpr double kPreviewShare = 0.5;       ///< of the budget: the rest is for drawing
constexpr double kAdaptiveEvaluations = 12; ///< per step, where a tolerance decides
constexpr double kFeaturesPerComponent =
    8;                                 ///< what a feature of a network costs against a component
constexpr double kLongestFrameMs = 80; ///< a hand feels a longer wait, however slow the painting
constexpr std::size_t kLeastPreview = 256; ///< particles: fewer show nothing
constexpr double kManyBytes =
    64e6; ///< of states: so many are not held twice, even if the full run begins a frame later
constexpr std::chrono::milliseconds kShowPatience{200}; ///< with a UI thread that is busy
constexpr std::chrono::seconds kRest{1}; ///< without requests: memory kept for the next goes back

double stepsOf(const Session& session, const Lane& lane)
{
    const Lane& counted = sharedParts(session).steps != 0 ? session.lanes[0] : lane;
    return counted.grid.values.contains("steps") ? counted.grid.values.at("steps") : 100;
}

/// Of the states of a run, about.
double stateBytes(const Session& session)
{
    double states = 0;
    for (std::size_t lane = 0; lane < session.lanes.size(); ++lane)
        states += stepsOf(session, laneAsRun(session, static_cast<int>(lane))) + 1;
    return states * session.particles.count * session.data->dimension * sizeof(float);
}

double laneCost(const Session& session, int number, double components)
{
    const Lane lane = laneAsRun(session, number);
    const auto sampler = findSampler(lane.sampler);
    double evaluations = sampler ? samplerEvaluations(**sampler, lane.sampler.values) : 1;
    if (evaluations == 0)
        evaluations = kAdaptiveEvaluations;
    const double steps = stepsOf(session, lane);
    const int d = session.data->dimension;
    // Two and three dimensions run in the float kernel; beyond that, and where a tolerance asks for
    // double, particles cost about ten times as much, or d² with full covariances.
    const bool inDouble = d > 3 || (sampler && (*sampler)->doubleOnly);
    const double perComponent = inDouble ? std::max(10, d * d) : 1;
    if (lane.error.kind == "random-features")
        components += lane.error.values.at("width") / kFeaturesPerComponent;
    // Three components' worth of noise, stepping and storing, whatever the mixture.
    return session.particles.count * steps * evaluations * (components * perComponent + 3);
}

} // namespace

double runCost(const Session& session)
{
    double cost = 0;
    for (int lane = 0; lane < static_cast<int>(session.lanes.size()); ++lane)
        cost += laneCost(session, lane, static_cast<double>(session.data->components.size()));
    return cost;
}

struct Engine::Private {
    struct Request {
        Session session;
        unsigned long long number = 0;
    };

    Private(Engine& engine,
            std::shared_ptr<ModelLibrary> library,
            unsigned threads,
            double budgetMs)
        : owner(engine)
        , models(std::move(library))
        , pool(threads)
        , patientPool(threads, ThreadPriority::Low)
        , frameBudgetMs(budgetMs)
    {
        // Last: everything the thread reads exists.
        worker = std::jthread([this](const std::stop_token& stop) { loop(stop); });
    }

    ~Private()
    {
        worker.request_stop();
        {
            const std::lock_guard lock(mutex);
            fullRun.request_stop();
        }
        wake.notify_all();
    }

    void loop(const std::stop_token& stop);
    void serve(const Request& request, const std::stop_token& quit);
    /// One run. The product's serial is `serial`; null when it failed, which is reported.
    std::shared_ptr<const RunProduct> run(const Request& request,
                                          WorkerPool& threads,
                                          std::stop_token stop,
                                          std::shared_ptr<const RunProduct> previous,
                                          std::size_t limit,
                                          unsigned long long serial);
    /// The run of all particles, into lastFull; a `patient` one leaves the processors to painting.
    void runAll(const Request& request, bool patient, const std::stop_token& stop);
    void send(const std::shared_ptr<const RunProduct>& product);
    /// Until the UI thread shows the last preview and has let go of what it showed before, whose
    /// memory the full run takes; not for long if that thread is busy, and not while there is a
    /// newer request.
    void waitUntilShown(const std::stop_token& stop);
    std::size_t previewParticles(double wanted);
    void rest();
    void measure(double newestMsPerUnit);

    Engine& owner;
    std::shared_ptr<ModelLibrary> models;
    WorkerPool pool;
    WorkerPool patientPool; ///< for what takes longer than a frame: painting comes first
    double frameBudgetMs;
    std::atomic<double> frameMs{0}; ///< of the newest frame

    // Of the worker alone.
    double msPerUnit = kFirstGuessMsPerUnit;
    std::shared_ptr<const RunProduct> lastPreview, lastFull;
    std::size_t lastLimit = 0; ///< particles of the last preview

    // Shared, under the mutex.
    std::mutex mutex;
    std::condition_variable_any wake;
    std::optional<Request> pending;
    unsigned long long shown =
        0; ///< serial of the newest product that the UI thread has taken over
    std::stop_source fullRun;
    bool fullRunIsCancellable = false;

    std::jthread worker;
};

void Engine::Private::loop(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        Request request;
        {
            std::unique_lock lock(mutex);
            const auto isAsked = [this] { return pending.has_value(); };
            if (!wake.wait_for(lock, stop, kRest, isAsked)) {
                lock.unlock();
                rest();
                lock.lock();
            }
            if (!wake.wait(lock, stop, isAsked))
                return;
            request = std::move(*pending);
            pending.reset();
        }
        serve(request, stop);
        QMetaObject::invokeMethod(
            &owner,
            [engine = &owner, number = request.number] { engine->finish(number); },
            Qt::QueuedConnection);
    }
}

void Engine::Private::serve(const Request& request, const std::stop_token& quit)
{
    const double expectedMs = runCost(request.session) * msPerUnit;
    const double budgetMs = std::max(frameBudgetMs, std::min(frameMs.load(), kLongestFrameMs));
    const bool twoTiers = expectedMs > budgetMs;
    if (twoTiers) {
        const double share = kPreviewShare * budgetMs / expectedMs;
        const auto count = static_cast<std::size_t>(request.session.particles.count);
        const std::size_t limit = previewParticles(share * static_cast<double>(count));
        if (limit < count) {
            lastPreview = run(request, pool, {}, std::move(lastPreview), limit, 2 * request.number);
            if (!lastPreview)
                return;
            send(lastPreview);
            if (stateBytes(request.session) > kManyBytes)
                waitUntilShown(quit);
        }
    }
    std::stop_token stop;
    {
        const std::lock_guard lock(mutex);
        if (quit.stop_requested())
            return;
        if (twoTiers && pending) // what comes next has its own preview
            return;
        fullRun = std::stop_source();
        fullRunIsCancellable = twoTiers;
        stop = fullRun.get_token();
    }
    runAll(request, twoTiers, stop);
    {
        const std::lock_guard lock(mutex);
        fullRunIsCancellable = false;
    }
    if (lastFull && !stop.stop_requested())
        send(lastFull);
}

void Engine::Private::runAll(const Request& request, bool patient, const std::stop_token& stop)
{
    const auto all = [&](WorkerPool& threads) {
        // A run that was cancelled still has the lanes that need not run again.
        lastFull = run(request, threads, stop, std::move(lastFull), 0, 2 * request.number + 1);
    };
    if (!patient)
        return all(pool);
    // A thread of its own: the caller of a pool takes part, and priorities cannot be raised again.
    std::jthread([&] {
        setThreadPriority(ThreadPriority::Low);
        all(patientPool);
    }).join();
}

/// As many as the last preview had unless that is far off: its memory, and the lanes that have not
/// changed, then serve again.
std::size_t Engine::Private::previewParticles(double wanted)
{
    constexpr double kFar = 1.4; // runs differ by less from each other for no reason
    const auto last = static_cast<double>(lastLimit);
    if (wanted < last / kFar || wanted > last * kFar)
        lastLimit = static_cast<std::size_t>(wanted);
    return std::max(kLeastPreview, lastLimit);
}

void Engine::Private::waitUntilShown(const std::stop_token& stop)
{
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, kShowPatience, [this] {
        return pending.has_value() || shown >= lastPreview->serial;
    });
}

/// The next drag begins with fresh memory; until then other programs have it.
void Engine::Private::rest()
{
    lastPreview.reset();
    if (lastFull && lastFull->memory)
        lastFull->memory->trim();
    giveBackFreeMemory();
}

std::shared_ptr<const RunProduct> Engine::Private::run(const Request& request,
                                                       WorkerPool& threads,
                                                       std::stop_token stop,
                                                       std::shared_ptr<const RunProduct> previous,
                                                       std::size_t limit,
                                                       unsigned long long serial)
{
    QElapsedTimer timer;
    timer.start();
    const auto result = runSession(request.session,
                                   threads,
                                   stop,
                                   std::move(previous),
                                   limit,
                                   {.library = models, .train = false});
    if (!result) {
        const QString path = QString::fromStdString(result.error().path);
        const QString message = QString::fromStdString(result.error().message);
        QMetaObject::invokeMethod(
            &owner,
            [engine = &owner, path, message] { Q_EMIT engine->failed(path, message); },
            Qt::QueuedConnection);
        return nullptr;
    }
    auto product = std::make_shared<RunProduct>(**result);
    product->serial = serial;
    product->preview = limit != 0;
    double cost = 0;
    const double components = product->mixture ? product->mixture->componentCount() : 1;
    for (std::size_t lane = 0; lane < product->lanes.size(); ++lane)
        if (product->simulated[lane])
            cost += laneCost(product->session, static_cast<int>(lane), components);
    if (limit != 0)
        cost *= static_cast<double>(limit) / product->session.particles.count;
    if (cost > 0 && !stop.stop_requested())
        measure(static_cast<double>(timer.nsecsElapsed()) * 1e-6 / cost);
    return product;
}

/// Quick to believe that runs are fast, slow to believe that they are not: one run that waited for
/// a processor is no reason for a preview.
void Engine::Private::measure(double newest)
{
    constexpr double kLeast = 1e-9; // beyond any machine
    newest = std::max(kLeast, newest);
    msPerUnit = newest < msPerUnit ? newest : std::sqrt(newest * msPerUnit);
}

void Engine::Private::send(const std::shared_ptr<const RunProduct>& product)
{
    QMetaObject::invokeMethod(
        &owner, [engine = &owner, product] { engine->accept(product); }, Qt::QueuedConnection);
}

Engine::Engine(unsigned threads, QObject* parent, double frameBudgetMs) : QObject(parent)
{
    qRegisterMetaType<std::shared_ptr<const RunProduct>>();
    m_models = std::make_shared<ModelLibrary>();
    m_trainer = std::make_unique<ModelTrainer>(m_models, threads);
    connect(m_trainer.get(), &ModelTrainer::progressed, this, &Engine::trainingChanged);
    connect(m_trainer.get(), &ModelTrainer::trained, this, [this] { request(m_requested); });
    connect(m_trainer.get(), &ModelTrainer::failed, this, [this](const QString& sentence) {
        Q_EMIT failed(QStringLiteral("error"), sentence);
    });
    m_private = std::make_unique<Private>(*this, m_models, threads, frameBudgetMs);
}

Engine::~Engine() = default;

void Engine::request(const Session& session)
{
    ++m_requests;
    m_requested = session;
    {
        const std::lock_guard lock(m_private->mutex);
        m_private->pending = Private::Request{session, m_requests};
        if (m_private->fullRunIsCancellable)
            m_private->fullRun.request_stop();
    }
    m_private->wake.notify_one();
    if (!m_busy) {
        m_busy = true;
        Q_EMIT busyChanged(true);
    }
}

bool Engine::isLatest(const RunProduct& product) const
{
    return product.serial / 2 == m_requests; // see Private::serve
}

void Engine::setFrameTime(double milliseconds)
{
    m_private->frameMs = milliseconds;
}

void Engine::accept(const std::shared_ptr<const RunProduct>& product)
{
    if (m_product && product->serial <= m_product->serial)
        return;
    m_product = product;
    trainFor(*product);
    Q_EMIT productReady(product);
    {
        const std::lock_guard lock(m_private->mutex);
        m_private->shown = product->serial;
    }
    m_private->wake.notify_one();
}

/// The networks that lanes of the newest product wait for, and no others.
void Engine::trainFor(const RunProduct& product)
{
    std::vector<ModelTrainer::Job> jobs;
    for (const auto& lane : product.lanes) {
        const auto error = std::dynamic_pointer_cast<const TrainedError>(lane->plan.error);
        if (lane->waitsForTraining && error)
            jobs.push_back({error->networkSpec(), lane->plan.mixture});
    }
    m_trainer->want(std::move(jobs));
}

void Engine::finish(unsigned long long request)
{
    // Requests replace each other: the last one's end is the end of all.
    if (request != m_requests || !m_busy)
        return;
    m_busy = false;
    Q_EMIT busyChanged(false);
}

} // namespace scorefield::ui
