// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The worker behind the charts: analyses the newest run, off the window's thread. The cheap parts
// of every run it takes up are finished and shown, so that they follow a drag; the dear ones give
// way to the next run.
#include "core/session/run_analysis.h"

#include <QObject>

#include <memory>

namespace scorefield::ui {

class Analyst : public QObject {
    Q_OBJECT
public:
    explicit Analyst(unsigned threads = 0, QObject* parent = nullptr);
    ~Analyst() override; ///< stops and joins

    /// Replaces whatever was asked before and has not started.
    void request(std::shared_ptr<const RunProduct> run, const AnalysisRequest& parts);
    /// Nothing is wanted any more.
    void cancel();
    /// The newest that was shown, or null.
    std::shared_ptr<const RunAnalysis> analysis() const { return m_analysis; }
    bool isBusy() const { return m_finished != m_requests; }

Q_SIGNALS:
    void analysed(std::shared_ptr<const scorefield::RunAnalysis> analysis);

private:
    struct Private;
    void accept(const std::shared_ptr<const RunAnalysis>& analysis, unsigned long long request);
    void finish(unsigned long long request);

    std::unique_ptr<Private> m_private;
    std::shared_ptr<const RunAnalysis> m_analysis;
    unsigned long long m_requests = 0, m_finished = 0, m_oldest = 0;
};

} // namespace scorefield::ui
