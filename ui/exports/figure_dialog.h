// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// "Export figure…": the form of a figure beside its page, drawn as the file will be.
#include "ui/exports/export_dialog.h"
#include "ui/exports/figure_copier.h"

namespace scorefield::ui {

class FigureForm;
class PictureView;

class FigureDialog : public ExportDialog {
    Q_OBJECT
public:
    explicit FigureDialog(const ExportContext& context, QWidget* parent = nullptr);

    PictureView* preview() const { return m_view; }
    /// What it shows: the charts of a page, or the lanes.
    void setContent(FigureContent content);

Q_SIGNALS:
    void previewShown();

protected:
    void showChange() override;

private:
    FigureRequest request() const;
    void refreshFacts(const FigureRequest& request);

    /// What a preview was asked for: the same is not drawn again.
    struct Shown {
        Session session;
        FigureSpec spec;
        std::shared_ptr<const RunProduct> product;
        QString ending;
        QSize room;
        bool operator==(const Shown&) const = default;
    };

    FigureForm* m_figure;
    PictureView* m_view = nullptr;
    QLabel* m_facts = nullptr;
    Shown m_asked;
    PreviewWorker m_worker;
};

} // namespace scorefield::ui
