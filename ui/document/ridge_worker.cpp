// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/ridge_worker.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

namespace scorefield::ui {

namespace {

// While playing every frame is of another level; one that differs by less than this looks the same.
constexpr double kSameLook = .03; // of log sigma~

unsigned threadsFor(unsigned wanted)
{
    return wanted > 0 ? wanted : std::max(1U, std::thread::hardware_concurrency() - 1);
}

/// What a ridge belongs to: equal for runs that differ in anything but the data and the plane.
struct Subject {
    SharedValue<MixtureSpec> data;
    Eigen::MatrixXd axes;
    Eigen::VectorXd origin;

    explicit Subject(const RunProduct& run)
        : data(run.session.data)
        , axes(run.plane.axes)
        , origin(run.plane.origin)
    {
    }
    bool operator==(const Subject& other) const
    {
        return data == other.data && axes.rows() == other.axes.rows()
               && axes.cols() == other.axes.cols() && axes == other.axes
               && origin.size() == other.origin.size() && origin == other.origin;
    }
};

/// The band of one lane's score error along a ridge.
struct TubeOrder {
    std::shared_ptr<const LaneProduct> product;
    PathCoefficients level;
    RidgeRequest request;
};

struct Tube {
    std::shared_ptr<const LaneProduct> product;
    std::shared_ptr<const Ridge> ridge;
    std::shared_ptr<const RidgeTube> tube;
};

/// What one request leaves to do.
struct Work {
    RidgeSubject subject;
    std::optional<Subject> key;
    std::vector<RidgeRequest> now, ghosts;
    std::vector<TubeOrder> tubes;
    unsigned long long number = 0;
};

} // namespace

struct RidgeWorker::Shown {
    std::shared_ptr<const Ridge> ridge; ///< the last one drawn
    std::shared_ptr<const RidgeTube> tube;
    std::shared_ptr<const RidgePicture> picture;
};

struct RidgeWorker::Private {
    Private(RidgeWorker& worker, unsigned threads) : owner(worker), pool(threadsFor(threads))
    {
        // Last: everything the thread reads exists.
        thread = std::jthread([this](const std::stop_token& stop) { loop(stop); });
    }

    ~Private()
    {
        thread.request_stop();
        {
            const std::lock_guard lock(mutex);
            idle.request_stop();
        }
        wake.notify_all();
    }

    void loop(const std::stop_token& stop);
    void serve(const Work& work, const std::stop_token& stop);
    std::shared_ptr<const Ridge> ridgeOf(const Work& work, const RidgeRequest&, std::stop_token);
    std::shared_ptr<const Ridge> find(const RidgeRequest& request);
    std::shared_ptr<const RidgeTube> findTube(const LaneProduct* product, const Ridge* ridge);
    void tell(unsigned long long number, bool last);

    RidgeWorker& owner;
    WorkerPool pool;

    // Shared, under the mutex.
    std::mutex mutex;
    std::condition_variable_any wake;
    std::optional<Work> pending;
    std::stop_source idle; ///< stops what a new request does not want
    std::optional<Subject> subject;
    std::list<std::shared_ptr<const Ridge>> kept; ///< of `subject`, the latest used first
    std::vector<Tube> tubes;                      ///< of the latest request

    // Of the thread of the owner.
    Work asked;

    std::jthread thread;
};

std::shared_ptr<const Ridge> RidgeWorker::Private::find(const RidgeRequest& request)
{
    const auto found = std::find_if(
        kept.begin(), kept.end(), [&](const auto& ridge) { return ridge->request == request; });
    if (found == kept.end())
        return nullptr;
    kept.splice(kept.begin(), kept, found);
    return kept.front();
}

std::shared_ptr<const RidgeTube> RidgeWorker::Private::findTube(const LaneProduct* product,
                                                                const Ridge* ridge)
{
    const auto found = std::find_if(tubes.begin(), tubes.end(), [&](const Tube& tube) {
        return tube.product.get() == product && tube.ridge.get() == ridge;
    });
    return found != tubes.end() ? found->tube : nullptr;
}

void RidgeWorker::Private::loop(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        Work work;
        {
            std::unique_lock lock(mutex);
            if (!wake.wait(lock, stop, [this] { return pending.has_value(); }))
                return;
            work = std::move(*pending);
            pending.reset();
            idle = std::stop_source();
        }
        serve(work, stop);
    }
}

/// From what is kept, or computed and kept; null after a stop.
std::shared_ptr<const Ridge>
RidgeWorker::Private::ridgeOf(const Work& work, const RidgeRequest& request, std::stop_token stop)
{
    {
        const std::lock_guard lock(mutex);
        if (subject == work.key)
            if (auto ridge = find(request))
                return ridge;
    }
    auto ridge = std::make_shared<const Ridge>(findRidge(work.subject, request, pool, stop));
    if (stop.stop_requested())
        return nullptr;
    const std::lock_guard lock(mutex);
    if (subject != work.key) { // older ones are of other data
        kept.clear();
        subject = work.key;
    }
    kept.push_front(ridge);
    while (kept.size() > kMostKept)
        kept.pop_back();
    return ridge;
}

/// The play-head's ridges are never cancelled, so that a scrubbing hand sees them pass by.
void RidgeWorker::Private::serve(const Work& work, const std::stop_token& stop)
{
    for (const RidgeRequest& request : work.now)
        if (!ridgeOf(work, request, stop))
            return;
    const bool isMore = !work.tubes.empty() || !work.ghosts.empty();
    tell(work.number, !isMore);
    std::stop_token mayStop;
    {
        const std::lock_guard lock(mutex);
        mayStop = idle.get_token();
        if (pending || stop.stop_requested())
            return;
    }
    std::vector<Tube> fresh;
    for (const TubeOrder& order : work.tubes) {
        const auto ridge = ridgeOf(work, order.request, mayStop);
        if (!ridge)
            return;
        fresh.push_back({order.product, ridge, ridgeTube(*order.product, order.level, *ridge)});
    }
    if (!fresh.empty()) {
        {
            const std::lock_guard lock(mutex);
            tubes = std::move(fresh);
        }
        tell(work.number, work.ghosts.empty());
    }
    for (const RidgeRequest& request : work.ghosts)
        if (!ridgeOf(work, request, mayStop))
            return;
    if (!work.ghosts.empty())
        tell(work.number, true);
}

void RidgeWorker::Private::tell(unsigned long long number, bool last)
{
    QMetaObject::invokeMethod(
        &owner,
        [worker = &owner, number, last] { worker->accept(number, last); },
        Qt::QueuedConnection);
}

RidgeWorker::RidgeWorker(unsigned threads, QObject* parent)
    : QObject(parent)
    , m_private(std::make_unique<Private>(*this, threads))
{
}

RidgeWorker::~RidgeWorker() = default;

std::vector<std::shared_ptr<const RidgePicture>> RidgeWorker::request(const RidgeOrder& order)
{
    if (!order.run || order.view.ridge.layer.visible == 0) {
        m_shown.clear();
        m_private->asked = {};
        m_busy = false;
        const std::lock_guard lock(m_private->mutex);
        m_private->pending.reset();
        m_private->idle.request_stop();
        return std::vector<std::shared_ptr<const RidgePicture>>(order.windows.size());
    }
    const auto plans = planLaneRidges(*order.run, order.view, order.windows);
    m_shown.resize(plans.size());
    // What is there now, before the thread hears of it: the same for every race.
    std::vector<std::shared_ptr<const RidgePicture>> pictures;
    for (std::size_t lane = 0; lane < plans.size(); ++lane)
        pictures.push_back(picture(lane, order, plans[lane]));
    compute(order, plans);
    return pictures;
}

/// Asks the thread for what is neither there nor on its way.
void RidgeWorker::compute(const RidgeOrder& order, const std::vector<LaneRidgePlan>& plans)
{
    Work work;
    work.key = Subject(*order.run);
    const auto add = [](std::vector<RidgeRequest>& list, const RidgeRequest& request) {
        if (std::find(list.begin(), list.end(), request) == list.end())
            list.push_back(request);
    };
    for (std::size_t lane = 0; lane < plans.size(); ++lane) {
        for (const RidgeRequest& request : plans[lane].now) {
            add(work.now, request);
            const auto& product = order.run->lanes[lane];
            if (order.view.ridge.tube != 0 && product->plan.error)
                work.tubes.push_back({product, plans[lane].level, request});
        }
        for (const GhostRequest& ghost : plans[lane].ghosts)
            add(work.ghosts, ghost.request);
    }
    const Work& asked = m_private->asked;
    const auto sameTube = [](const TubeOrder& a, const TubeOrder& b) {
        return a.product == b.product && a.request == b.request;
    };
    if (asked.key == work.key && asked.now == work.now && asked.ghosts == work.ghosts
        && std::equal(
            asked.tubes.begin(), asked.tubes.end(), work.tubes.begin(), work.tubes.end(), sameTube))
        return;
    work.subject = ridgeSubject(*order.run);
    work.number = ++m_requests;
    m_private->asked = work;
    m_busy = true;
    {
        const std::lock_guard lock(m_private->mutex);
        m_private->pending = std::move(work);
        m_private->idle.request_stop();
    }
    m_private->wake.notify_one();
}

std::shared_ptr<const RidgePicture>
RidgeWorker::picture(std::size_t lane, const RidgeOrder& order, const LaneRidgePlan& plan)
{
    Shown& shown = m_shown[lane];
    RidgePicture picture;
    picture.note = plan.note;
    {
        const std::lock_guard lock(m_private->mutex);
        const bool isOurs = m_private->subject == Subject(*order.run);
        if (!plan.now.empty()) {
            const RidgeRequest& wanted = plan.now.front();
            auto ridge = isOurs ? m_private->find(wanted) : nullptr;
            const auto& product = order.run->lanes[lane];
            const bool wantsTube = order.view.ridge.tube != 0 && product->plan.error;
            const auto tube =
                ridge && wantsTube ? m_private->findTube(product.get(), ridge.get()) : nullptr;
            // A band belongs to its ridge: both change together, or the band would flicker.
            if (ridge && wantsTube && !tube && shown.tube)
                ridge = nullptr;
            if (ridge) {
                shown.ridge = ridge;
                shown.tube = tube;
            }
            const auto looksAlike = [&] {
                return isOurs && shown.ridge->request.thresholds == wanted.thresholds
                       && std::abs(std::log(shown.ridge->request.noise / wanted.noise)) < kSameLook;
            };
            picture.isStale = shown.ridge && !ridge && !looksAlike();
            picture.ridge = shown.ridge;
            picture.tube = wantsTube ? shown.tube : nullptr;
        }
        for (const GhostRequest& ghost : plan.ghosts)
            picture.ghosts.push_back(
                {ghost.alpha, isOurs ? m_private->find(ghost.request) : nullptr});
    }
    shown.picture = std::make_shared<const RidgePicture>(std::move(picture));
    return shown.picture;
}

void RidgeWorker::accept(unsigned long long number, bool last)
{
    if (number == m_requests && last)
        m_busy = false;
    Q_EMIT ridgesReady();
}

} // namespace scorefield::ui
