// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A thread that draws previews: always the newest that was asked for, one at a time, none
// cancelled, so that a drag shows as many as the machine can draw.
#include "core/base/result.h"

#include <QImage>
#include <QObject>

#include <any>
#include <functional>
#include <memory>
#include <stop_token>

namespace scorefield::ui {

class PreviewWorker : public QObject {
    Q_OBJECT
public:
    /// Runs on the thread. `kept` is the thread's own, for what is dear to make and of use to the
    /// next (a renderer with its OpenGL context); it dies there. The token asks to stop when the
    /// worker goes.
    using Task = std::function<Result<QImage>(std::any& kept, std::stop_token)>;

    explicit PreviewWorker(QObject* parent = nullptr);
    ~PreviewWorker() override; ///< stops and joins

    /// Replaces what was asked before and has not started.
    void request(Task task);
    bool isBusy() const { return m_answered != m_asked; }

Q_SIGNALS:
    void ready(const QImage& image);
    void failed(const QString& path, const QString& message);
    void busyChanged();

private:
    struct Private;
    void accept(const Result<QImage>& picture, quint64 number);

    std::unique_ptr<Private> m_private;
    quint64 m_asked = 0, m_answered = 0;
};

} // namespace scorefield::ui
