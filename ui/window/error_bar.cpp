// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/error_bar.h"

#include "ui/widgets/style.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

namespace scorefield::ui {

ErrorBar::ErrorBar(QWidget* parent)
    : QFrame(parent)
    , m_text(new QLabel(this))
    , m_line(new QHBoxLayout(this))
{
    setObjectName(QStringLiteral("errorBar"));
    m_text->setObjectName(QStringLiteral("errorText"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_line->addWidget(m_text, 1);
    auto* close = new QToolButton(this);
    close->setObjectName(QStringLiteral("errorClose"));
    close->setText(QStringLiteral("×"));
    close->setToolTip(tr("Close"));
    close->setAccessibleName(tr("Close the message"));
    close->setAutoRaise(true);
    connect(close, &QToolButton::clicked, this, [this] {
        const auto closed = m_closed;
        dismiss();
        if (closed)
            closed();
    });
    m_line->addWidget(close);
    applyMetrics();
    hide();
}

QString ErrorBar::text() const
{
    return isHidden() ? QString() : m_text->text();
}

void ErrorBar::show(Kind kind, const QString& sentence)
{
    dismiss();
    m_kind = kind;
    m_text->setText(sentence);
    m_text->setAccessibleName(sentence);
    QFrame::show();
    update();
}

void ErrorBar::showError(const QString& sentence)
{
    show(Kind::Error, sentence);
}

void ErrorBar::showNotice(const QString& sentence)
{
    show(Kind::Notice, sentence);
}

void ErrorBar::ask(const QString& sentence,
                   const QList<Choice>& choices,
                   const std::function<void()>& closed)
{
    show(Kind::Notice, sentence);
    m_closed = closed;
    for (const Choice& choice : choices) {
        auto* button = new QToolButton(this);
        button->setText(choice.text);
        connect(button, &QToolButton::clicked, this, [this, act = choice.act] {
            dismiss();
            act();
        });
        m_line->insertWidget(m_line->count() - 1, button);
        m_buttons.append(button);
    }
}

void ErrorBar::dismiss()
{
    hide();
    m_closed = nullptr;
    for (QToolButton* button : std::as_const(m_buttons))
        button->deleteLater(); // one of them may be the one being clicked
    m_buttons.clear();
}

void ErrorBar::applyMetrics()
{
    m_line->setContentsMargins(px(15), px(4), px(8), px(4));
    m_line->setSpacing(px(8));
}

void ErrorBar::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::StyleChange)
        applyMetrics();
    QFrame::changeEvent(event);
}

void ErrorBar::paintEvent(QPaintEvent*)
{
    const render::Theme& theme = currentTheme();
    const QColor mark = m_kind == Kind::Error ? theme.error : theme.accent;
    QPainter painter(this);
    painter.fillRect(rect(), blend(theme.panel, mark, 0.12));
    painter.fillRect(QRect(0, 0, px(3), height()), mark);
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.hairline);
}

} // namespace scorefield::ui
