// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/arrow_worker.h"

#include "ui/document/latest_only.h"

namespace scorefield::ui {

namespace {

bool isWanted(const ArrowRequest& request)
{
    return request.run && request.view.arrows.layer.visible > 0;
}

/// Whether both ask for the same numbers.
bool sameWork(const ArrowRequest& a, const ArrowRequest& b)
{
    if (isWanted(a) != isWanted(b))
        return false;
    return !isWanted(a)
           || (a.run == b.run && a.view.arrows.field == b.view.arrows.field
               && a.windows == b.windows);
}

} // namespace

struct ArrowWorker::Private {
    LatestOnly<ArrowRequest, LaneArrows> thread;
};

ArrowWorker::ArrowWorker(unsigned threads, QObject* parent)
    : QObject(parent)
    , m_private(new Private{
          {threads,
           this,
           [](const ArrowRequest& asked, WorkerPool& pool, const std::stop_token& stop) {
               return computeLaneArrows(*asked.run, asked.view, asked.windows, pool, stop);
           },
           [this](unsigned long long number, const std::shared_ptr<const LaneArrows>& arrows) {
               accept(number, arrows);
           }}})
{
}

ArrowWorker::~ArrowWorker() = default;

void ArrowWorker::request(const ArrowRequest& request)
{
    if (sameWork(m_asked, request))
        return;
    ++m_requests;
    const bool wanted = isWanted(request);
    m_private->thread.ask(wanted ? std::optional(request) : std::nullopt, m_requests);
    m_asked = request;
    if (!wanted) { // nothing is kept
        m_asked = {};
        m_arrows.reset();
        m_answered = m_requests;
    }
}

void ArrowWorker::accept(unsigned long long number, const std::shared_ptr<const LaneArrows>& arrows)
{
    if (!m_asked.run) // the layer was hidden meanwhile
        return;
    m_arrows = arrows;
    m_answered = std::max(m_answered, number);
    Q_EMIT arrowsReady();
}

} // namespace scorefield::ui
