// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Figures on their way to the clipboard: drawn on a thread, put there as pixels and as a PNG that
// carries its session.
#include "ui/export/figure.h"
#include "ui/exports/preview_worker.h"

namespace scorefield::ui {

/// What a figure is drawn from.
struct FigureRequest {
    Session session;
    FigureSpec spec;
    std::shared_ptr<const RunProduct> product{}; ///< whose lanes need not run again
    RunModels models{};
};
/// On any thread but the window's. `kept` is a PreviewWorker's.
Result<render::FigureRuns>
runsOf(const FigureRequest& request, std::any& kept, const std::stop_token& stop);
/// The page at no more than `most` pixels, as a file of this format would show it.
Result<QImage> drawPreview(const FigureRequest& request,
                           render::FigureFormat format,
                           QSize most,
                           std::any& kept,
                           const std::stop_token& stop);

class FigureCopier : public QObject {
    Q_OBJECT
public:
    explicit FigureCopier(QObject* parent = nullptr);
    void copy(const FigureRequest& request);

Q_SIGNALS:
    void copied(QSize pixels);
    void failed(const QString& sentence);

private:
    PreviewWorker m_worker;
    std::shared_ptr<QByteArray> m_png; ///< of the picture that comes next
};

} // namespace scorefield::ui
