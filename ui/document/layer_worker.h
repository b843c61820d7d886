// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The worker behind a layer of the canvas that takes longer than a frame: one request at a time, to
// its end, then the latest of those that came meanwhile, so that while the play-head moves every
// computed picture is shown. A request says of itself whether it wants anything (isWanted), whether
// it wants the same numbers as another (sameWork), and computes them.
#include "ui/document/latest_only.h"

#include <QObject>

#include <memory>
#include <optional>

namespace scorefield::ui {

/// The signal of all of them: a class with signals cannot be a template.
class LayerWorkerBase : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

Q_SIGNALS:
    void ready();
};

template <class Request, class Answer>
class LayerWorker : public LayerWorkerBase {
public:
    /// `threads` 0: all processors but the one that draws.
    explicit LayerWorker(unsigned threads = 0, QObject* parent = nullptr)
        : LayerWorkerBase(parent)
        , m_thread(
              threads,
              this,
              [](const Request& asked, WorkerPool& pool, const std::stop_token& stop) {
                  return asked.compute(pool, stop);
              },
              [this](unsigned long long number, const std::shared_ptr<const Answer>& answer) {
                  accept(number, answer);
              })
    {
    }

    /// Does nothing if it asks for what is there or on its way, so it may be called for every
    /// frame. While the layer is hidden nothing is computed or kept.
    void request(const Request& request)
    {
        const bool wanted = request.isWanted();
        if (m_asked.isWanted() == wanted && (!wanted || m_asked.sameWork(request)))
            return;
        ++m_requests;
        m_thread.ask(wanted ? std::optional(request) : std::nullopt, m_requests);
        m_asked = wanted ? request : Request{};
        if (!wanted) {
            m_answer.reset();
            m_answered = m_requests;
        }
    }
    /// The newest, or null; it may be of another moment while the next is on its way.
    std::shared_ptr<const Answer> answer() const { return m_answer; }
    bool isBusy() const { return m_answered != m_requests; }

private:
    void accept(unsigned long long number, const std::shared_ptr<const Answer>& answer)
    {
        if (!m_asked.isWanted()) // the layer was hidden meanwhile
            return;
        m_answer = answer;
        m_answered = std::max(m_answered, number);
        Q_EMIT ready();
    }

    std::shared_ptr<const Answer> m_answer;
    Request m_asked;
    unsigned long long m_requests = 0, m_answered = 0;
    LatestOnly<Request, Answer> m_thread; ///< last: it ends before what it answers to
};

} // namespace scorefield::ui
