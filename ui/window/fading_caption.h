// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A brief line over the lanes that says what has just happened and goes by itself: where a
// presentation has arrived, that a key has been set. It takes no mouse and no room.
#include <QPointer>
#include <QTimer>
#include <QVariantAnimation>
#include <QWidget>

namespace scorefield::ui {

class FadingCaption : public QWidget {
    Q_OBJECT
public:
    explicit FadingCaption(QWidget* parent);

    QString text() const { return m_text; }
    /// In the middle of the upper edge of `over`, a widget of the same window. "2 / 5" is quiet,
    /// what follows it is not.
    void say(const QWidget& over, const QString& quiet, const QString& text);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_quiet, m_text;
    QTimer m_hold;
    QVariantAnimation m_fade;
};

} // namespace scorefield::ui
