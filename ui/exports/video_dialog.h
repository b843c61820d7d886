// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// "Export video…": the form of a film beside one of its frames, with a slider over its time.
#include "ui/exports/export_dialog.h"
#include "ui/exports/preview_worker.h"

namespace scorefield::ui {

class PictureView;
class ValueSlider;
class VideoForm;

class VideoDialog : public ExportDialog {
    Q_OBJECT
public:
    explicit VideoDialog(const ExportContext& context, QWidget* parent = nullptr);

    PictureView* preview() const { return m_view; }

Q_SIGNALS:
    void previewShown();

protected:
    void showChange() override;

private:
    /// What a frame was asked of: the same is not drawn again.
    struct Shown {
        Session session;
        VideoSpec spec;
        long long frame = -1;
        bool operator==(const Shown&) const = default;
    };
    void buildSide();
    void refreshFacts();

    VideoForm* m_video;
    PictureView* m_view = nullptr;
    ValueSlider* m_time = nullptr;
    QLabel *m_moment = nullptr, *m_facts = nullptr;
    Shown m_asked;
    PreviewWorker m_worker;
};

/// "Export data…": what of a run, of which lane, in which format.
class DataDialog : public ExportDialog {
    Q_OBJECT
public:
    explicit DataDialog(const ExportContext& context, QWidget* parent = nullptr);

protected:
    void showChange() override;

private:
    QLabel* m_facts = nullptr;
};

} // namespace scorefield::ui
