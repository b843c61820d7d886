// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The worker behind the window: always the latest session, in two tiers. A preview (few enough
// particles for the frame budget, the first ones of the full run) is never cancelled; the full run
// is, by the next change. So a drag shows every preview and never queues. A session whose full run
// fits the frame budget, or the time in which a frame is painted, has no preview: its full run is
// one. A run lies in the memory of those before it, which nobody shows any more. Lanes whose
// network is still to be trained wait for the trainer while the others run.
#include "core/session/session_run.h"
#include "ui/document/model_trainer.h"

#include <QObject>

#include <memory>
#include <optional>

namespace scorefield::ui {

/// What a run of this session costs, in units that a machine does at a steady rate: particles ×
/// steps × evaluations × components.
double runCost(const Session& session);

class Engine : public QObject {
    Q_OBJECT
public:
    /// `frameBudgetMs`: a run expected to take longer is preceded by a preview.
    explicit Engine(unsigned threads = 0, QObject* parent = nullptr, double frameBudgetMs = 25);
    ~Engine() override; ///< stops and joins

    /// Replaces whatever was asked before and has not started.
    void request(const Session& session);
    /// How long the last frame took to paint. A run that takes no longer than a frame needs no
    /// preview: painting that would make it late.
    void setFrameTime(double milliseconds);
    /// The newest product shown so far, or null.
    std::shared_ptr<const RunProduct> product() const { return m_product; }
    /// Its trained networks, for other runs; these train what is missing themselves.
    RunModels models() const { return {m_models}; }
    /// Whether nothing newer was requested than what this product, or preview, shows.
    bool isLatest(const RunProduct& product) const;
    /// Whether a request is waiting, running, or on its way back.
    bool isBusy() const { return m_busy; }
    /// 0…1 of the network that lanes wait for; nothing while none is trained.
    std::optional<double> training() const { return m_trainer->progress(); }

Q_SIGNALS:
    void productReady(std::shared_ptr<const scorefield::RunProduct> product);
    void failed(const QString& path, const QString& message);
    void busyChanged(bool busy);
    void trainingChanged();

private:
    struct Private;
    void accept(const std::shared_ptr<const RunProduct>& product);
    void finish(unsigned long long request);
    void trainFor(const RunProduct& product);

    std::shared_ptr<ModelLibrary> m_models;
    std::unique_ptr<ModelTrainer> m_trainer;
    std::unique_ptr<Private> m_private;
    std::shared_ptr<const RunProduct> m_product;
    Session m_requested; ///< the newest
    unsigned long long m_requests = 0;
    bool m_busy = false;
};

} // namespace scorefield::ui
