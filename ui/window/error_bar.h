// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The non-modal message line above the canvas: one sentence, at most two things to do about it, and
// a cross.
#include <QFrame>

#include <functional>

class QHBoxLayout;
class QLabel;
class QToolButton;

namespace scorefield::ui {

class IconButton;

class ErrorBar : public QFrame {
    Q_OBJECT
public:
    explicit ErrorBar(QWidget* parent = nullptr);

    QString text() const;
    /// Replaces what was shown.
    void showError(const QString& sentence);
    struct Choice {
        QString text;
        std::function<void()> act;
    };
    /// A question that blocks nothing; choosing or closing hides it. `closed` is called by the
    /// cross.
    void ask(const QString& sentence,
             const QList<Choice>& choices,
             const std::function<void()>& closed = {});
    void showNotice(const QString& sentence);
    void dismiss();

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    enum class Kind { Error, Notice };
    void show(Kind kind, const QString& sentence);
    void applyMetrics();

    Kind m_kind = Kind::Notice;
    QLabel* m_text;
    QHBoxLayout* m_line;
    QList<QToolButton*> m_buttons;
    std::function<void()> m_closed;
};

} // namespace scorefield::ui
