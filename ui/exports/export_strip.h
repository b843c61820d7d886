// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A slim line above the status bar while something is being exported: what, how far, how long
// still, the newest picture, and a way to stop it.
#include <QFrame>

class QLabel;
class QProgressBar;
class QPushButton;

namespace scorefield::ui {

class ExportQueue;

class ExportStrip : public QFrame {
    Q_OBJECT
public:
    explicit ExportStrip(ExportQueue& queue, QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void refresh();
    void applyMetrics();

    ExportQueue& m_queue;
    QLabel *m_picture, *m_name, *m_state;
    QProgressBar* m_bar;
    QPushButton* m_cancel;
};

} // namespace scorefield::ui
