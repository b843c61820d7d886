// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The numbers of a film: content, picture, time, parts, and which keyframes will move it.
#include "ui/exports/spec_form.h"
#include "ui/exports/spec_source.h"

class QLabel;

namespace scorefield::ui {

class VideoForm : public SpecForm {
    Q_OBJECT
public:
    explicit VideoForm(QWidget* parent = nullptr);

    const VideoSpec& video() const { return m_source.spec(); }
    ExportSpec spec() const override { return video(); }
    void setSpec(const ExportSpec& spec) override;

protected:
    void refreshRows() override;

private:
    SpecSource<VideoSpec> m_source;
    QLabel* m_tracks = nullptr;
    bool m_quiet = false;
};

/// The content and the lane of a data file.
class DataForm : public SpecForm {
    Q_OBJECT
public:
    explicit DataForm(QWidget* parent = nullptr);

    ExportSpec spec() const override { return m_source.spec(); }
    void setSpec(const ExportSpec& spec) override;

protected:
    void refreshRows() override;

private:
    SpecSource<DataSpec> m_source;
    bool m_quiet = false;
};

} // namespace scorefield::ui
