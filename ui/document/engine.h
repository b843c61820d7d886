// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The worker behind the window: always the latest session, in two tiers. A preview (few enough particles for the frame budget, the first ones of the full run) is never cancelled;
// the full run is, by the next change. So a drag shows every preview and never queues.
#include "core/session/session_run.h"

#include <QObject>

#include <memory>

namespace scorefield::ui {

class Engine : public QObject {
    Q_OBJECT
public:
    explicit Engine(unsigned threads = 0, QObject* parent = nullptr);
    ~Engine() override; ///< stops and joins

    /// Replaces whatever was asked before and has not started.
    void request(const Session& session);
    /// The newest product shown so far, or null.
    std::shared_ptr<const RunProduct> product() const { return m_product; }
    bool isBusy() const;

Q_SIGNALS:
    void productReady(std::shared_ptr<const scorefield::RunProduct> product);
    void failed(const QString& path, const QString& message);
    void busyChanged(bool busy);

private:
    struct Private;
    std::unique_ptr<Private> m_private;
    std::shared_ptr<const RunProduct> m_product;
};

} // namespace scorefield::ui
