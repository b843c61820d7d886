// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/map_worker.h"

#include <QElapsedTimer>

#include <algorithm>
#include <array>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace scorefield::ui {

namespace {

// Milliseconds of one cell and component before anything was measured: one slow core.
constexpr double kFirstGuessMs = 5e-4, kFirstGuessPathMs = 0.2;
constexpr int kCoarsest = 16;   // columns: below it nothing can be recognised
constexpr double kRefining = 2; // times as many columns from one grid to the next

unsigned threadsFor(unsigned wanted)
{
    return wanted > 0 ? wanted : std::max(1U, std::thread::hardware_concurrency() - 1);
}

bool sameLanes(const RunProduct& a, const RunProduct& b)
{
    const auto alike = [](Lane x, Lane y) {
        x.camera = y.camera = {};
        return x == y;
    };
    return a.session.data == b.session.data
           && sharedParts(a.session) == sharedParts(b.session)
           && std::equal(a.session.lanes.begin(),
                         a.session.lanes.end(),
                         b.session.lanes.begin(),
                         b.session.lanes.end(),
                         alike)
           && a.plane.axes == b.plane.axes && a.plane.origin == b.plane.origin;
}

/// Whether both ask for the same numbers.
bool sameWork(const MapRequest& a, const MapRequest& b)
{
    const MapQuantity quantity = mapQuantity(a.view);
    if (quantity != mapQuantity(b.view))
        return false;
    if (quantity == MapQuantity::None)
        return true;
    if (quantity == MapQuantity::Difference && a.view.mapLane != b.view.mapLane)
        return false;
    const auto alike = [&](const MapWindow& x, const MapWindow& y) {
        return x.grid == y.grid && (!dependsOnLevel(quantity) || x.step == y.step);
    };
    return std::equal(a.windows.begin(), a.windows.end(), b.windows.begin(), b.windows.end(), alike)
           && (a.run == b.run || sameLanes(*a.run, *b.run));
}

double cellsOf(const std::vector<MapWindow>& windows)
{
    double cells = 0;
    for (const MapWindow& window : windows)
        cells += static_cast<double>(window.grid.columns) * window.grid.rows;
    return cells;
}

/// The same windows with this many columns at most.
std::vector<MapWindow> coarser(std::vector<MapWindow> windows, int columns)
{
    for (MapWindow& window : windows) {
        PlaneGrid& grid = window.grid;
        if (grid.columns <= columns)
            continue;
        grid.rows = std::max(
            1,
            static_cast<int>(std::lround(static_cast<double>(grid.rows) * columns / grid.columns)));
        grid.columns = columns;
    }
    return windows;
}

} // namespace

struct MapWorker::Private {
    struct Request {
        MapRequest asked;
        unsigned long long number = 0;
    };

    Private(MapWorker& worker, unsigned threads, double budgetMs)
        : owner(worker)
        , pool(threadsFor(threads))
        , frameBudgetMs(budgetMs)
    {
        // Last: everything the thread reads exists.
        thread = std::jthread([this](const std::stop_token& stop) { loop(stop); });
    }

    ~Private()
    {
        thread.request_stop();
        {
            const std::lock_guard lock(mutex);
            refinement.request_stop();
            isClosing = true;
        }
        wake.notify_all();
    }

    void loop(const std::stop_token& stop);
    void serve(const Request& request, std::stop_token stop);
    bool mayRefine(std::stop_token& stop);
    void send(unsigned long long number, LaneMaps maps, bool last);

    MapWorker& owner;
    WorkerPool pool;
    double frameBudgetMs;
    std::array<double, 2> msPerTerm{kFirstGuessMs, kFirstGuessPathMs}; ///< measured, per kind

    // Shared, under the mutex.
    std::mutex mutex;
    std::condition_variable_any wake;
    std::optional<Request> pending;
    std::stop_source refinement;
    bool isClosing = false;

    std::jthread thread;
};

void MapWorker::Private::loop(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        Request request;
        {
            std::unique_lock lock(mutex);
            if (!wake.wait(lock, stop, [this] { return pending.has_value(); }))
                return;
            request = std::move(*pending);
            pending.reset();
            refinement = std::stop_source();
            if (isClosing)
                refinement.request_stop();
        }
        serve(request, stop);
    }
}

/// False if another request waits; else the token it will stop the refinement by.
bool MapWorker::Private::mayRefine(std::stop_token& stop)
{
    const std::lock_guard lock(mutex);
    stop = refinement.get_token();
    return !pending && !isClosing;
}

/// `stop` is that of the thread: the first grid is only cancelled when all ends.
void MapWorker::Private::serve(const Request& request, std::stop_token stop)
{
    const MapRequest& asked = request.asked;
    double& cost = msPerTerm[followsPaths(mapQuantity(asked.view)) ? 1 : 0];
    int finest = 0;
    for (const MapWindow& window : asked.windows)
        finest = std::max(finest, window.grid.columns);
    const double terms = asked.run->mixture->componentCount();
    // The finest whole part of the wanted grid that the frame has time for.
    int columns = finest;
    while (columns > kCoarsest
           && cellsOf(coarser(asked.windows, columns)) * terms * cost > frameBudgetMs)
        columns = std::max(kCoarsest, static_cast<int>(columns / kRefining));
    bool isFirst = true;
    while (isFirst || mayRefine(stop)) {
        QElapsedTimer timer;
        timer.start();
        const auto windows = coarser(asked.windows, columns);
        LaneMaps maps = computeLaneMaps(*asked.run, asked.view, windows, pool, stop);
        if (stop.stop_requested())
            return;
        const bool computed = std::any_of(
            maps.lanes.begin(), maps.lanes.end(), [](const LaneMap& map) { return map.field; });
        if (computed)
            cost = static_cast<double>(timer.nsecsElapsed()) * 1e-6 / (cellsOf(windows) * terms);
        const bool isLast = columns >= finest || !computed;
        send(request.number, std::move(maps), isLast);
        if (isLast)
            return;
        columns = std::min(finest, static_cast<int>(columns * kRefining));
        isFirst = false;
    }
}

void MapWorker::Private::send(unsigned long long number, LaneMaps maps, bool last)
{
    const auto shared = std::make_shared<const LaneMaps>(std::move(maps));
    QMetaObject::invokeMethod(
        &owner,
        [worker = &owner, number, shared, last] { worker->accept(number, shared, last); },
        Qt::QueuedConnection);
}

MapWorker::MapWorker(unsigned threads, QObject* parent, double frameBudgetMs)
    : QObject(parent)
    , m_private(std::make_unique<Private>(*this, threads, frameBudgetMs))
{
}

MapWorker::~MapWorker() = default;

void MapWorker::request(const MapRequest& request)
{
    const bool isFirst = m_requests == 0;
    if (!isFirst && sameWork(m_asked, request)) {
        if (m_asked.run)
            m_asked.run = request.run; // the older one has had its time
        return;
    }
    if (isFirst && mapQuantity(request.view) == MapQuantity::None)
        return;
    m_asked = request;
    ++m_requests;
    const bool wanted = mapQuantity(request.view) != MapQuantity::None && request.run;
    {
        const std::lock_guard lock(m_private->mutex);
        m_private->pending.reset();
        if (wanted)
            m_private->pending = Private::Request{request, m_requests};
        m_private->refinement.request_stop();
    }
    m_private->wake.notify_one();
    m_busy = wanted;
    if (!wanted) {
        m_maps.reset();
        m_asked.run.reset(); // nothing is kept
    }
}

void MapWorker::accept(unsigned long long number,
                       const std::shared_ptr<const LaneMaps>& maps,
                       bool last)
{
    // A coarse map of an earlier request shows that something moves; none is wanted after "none".
    if (!m_asked.run)
        return;
    m_maps = maps;
    if (number == m_requests && last)
        m_busy = false;
    Q_EMIT mapsReady();
}

} // namespace scorefield::ui
