// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A few exclusive choices side by side: "Lane 1 | Lane 2", "step | t | σ̃". One tab stop, arrows
// move within.
#include <QList>
#include <QStringList>
#include <QWidget>

class QAbstractButton;

namespace scorefield::ui {

class SegmentedControl : public QWidget {
    Q_OBJECT
public:
    explicit SegmentedControl(QWidget* parent = nullptr);
    explicit SegmentedControl(const QStringList& segments, QWidget* parent = nullptr);

    /// Keeps the current index where it still exists.
    void setSegments(const QStringList& segments);
    void setSegmentToolTip(int index, const QString& text);
    int count() const { return static_cast<int>(m_buttons.size()); }
    int currentIndex() const { return m_current; }
    /// Does not emit: only people do.
    void setCurrentIndex(int index);

Q_SIGNALS:
    void activated(int index); ///< by mouse or keys; the index is already current

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void choose(int index);

    QList<QAbstractButton*> m_buttons;
    int m_current = 0;
};

} // namespace scorefield::ui
