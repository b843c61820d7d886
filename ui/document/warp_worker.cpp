// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/warp_worker.h"

#include "ui/document/latest_only.h"

namespace scorefield::ui {

namespace {

bool isWanted(const WarpRequest& request)
{
    return request.run && request.view.warp.layer.visible > 0;
}

/// Whether both ask for the same numbers.
bool sameWork(const WarpRequest& a, const WarpRequest& b)
{
    if (isWanted(a) != isWanted(b))
        return false;
    return !isWanted(a)
           || (a.run == b.run && a.view.warp.lines == b.view.warp.lines
               && a.view.warp.share == b.view.warp.share && a.windows == b.windows);
}

} // namespace

struct WarpWorker::Private {
    LatestOnly<WarpRequest, LaneWarps> thread;
};

WarpWorker::WarpWorker(unsigned threads, QObject* parent)
    : QObject(parent)
    , m_private(new Private{
          {threads,
           this,
           [](const WarpRequest& asked, WorkerPool& pool, const std::stop_token& stop) {
               return computeLaneWarps(*asked.run, asked.view, asked.windows, pool, stop);
           },
           [this](unsigned long long number, const std::shared_ptr<const LaneWarps>& warps) {
               accept(number, warps);
           }}})
{
}

WarpWorker::~WarpWorker() = default;

void WarpWorker::request(const WarpRequest& request)
{
    if (sameWork(m_asked, request))
        return;
    ++m_requests;
    const bool wanted = isWanted(request);
    m_private->thread.ask(wanted ? std::optional(request) : std::nullopt, m_requests);
    m_asked = request;
    if (!wanted) { // nothing is kept
        m_asked = {};
        m_warps.reset();
        m_answered = m_requests;
    }
}

void WarpWorker::accept(unsigned long long number, const std::shared_ptr<const LaneWarps>& warps)
{
    if (!m_asked.run) // the layer was hidden meanwhile
        return;
    m_warps = warps;
    m_answered = std::max(m_answered, number);
    Q_EMIT warpsReady();
}

} // namespace scorefield::ui
