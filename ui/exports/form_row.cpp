// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/form_row.h"

#include "ui/widgets/style.h"
#include "ui/widgets/symbol_label.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace scorefield::ui {

FormRow::FormRow(const QString& key,
                 const QString& label,
                 const QString& help,
                 QWidget* control,
                 QWidget* parent)
    : QWidget(parent)
    , m_key(key)
    , m_labelText(label)
    , m_help(help)
    , m_line(new QHBoxLayout)
    , m_label(new SymbolLabel(this))
    , m_control(control)
    , m_error(new QLabel(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(m_line);
    column->addWidget(m_error);
    m_line->setContentsMargins(0, 0, 0, 0);
    m_line->setSpacing(0);
    m_line->addWidget(m_label);
    // What cannot grow stands at the left of its column.
    const bool grows = m_control->sizePolicy().horizontalPolicy() != QSizePolicy::Fixed;
    m_line->addWidget(m_control, grows ? 1 : 0);
    if (!grows)
        m_line->addStretch(1);
    m_label->setContent(label, {});
    m_control->setObjectName(key);
    m_control->setAccessibleName(label);
    m_error->setObjectName(key + QStringLiteral(".error"));
    m_error->setProperty("problem", true);
    m_error->setWordWrap(true);
    m_error->hide();
    setReason({});
    applyMetrics();
}

void FormRow::applyMetrics()
{
    setMinimumHeight(px(28));
    m_label->setFixedWidth(px(m_labelWidth + 8)); // as choices in ParameterRow
    m_error->setContentsMargins(0, 0, 0, px(4));
}

void FormRow::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::StyleChange || m_error == nullptr)
        return;
    applyMetrics();
    setReason(m_reason); // tool tips carry colours
}

void FormRow::setLabelWidth(double width)
{
    m_labelWidth = width;
    applyMetrics();
}

QString FormRow::errorText() const
{
    return m_error->text();
}

void FormRow::showError(const QString& sentence)
{
    m_error->setText(sentence);
    m_error->setVisible(!sentence.isEmpty());
    m_control->setAccessibleDescription(sentence);
}

void FormRow::setReason(const QString& reason)
{
    m_reason = reason;
    QString tip = QStringLiteral("<p style='margin:0'><b>%1</b></p>").arg(m_labelText);
    if (!reason.isEmpty())
        tip += QStringLiteral("<p style='color:%1; margin:4px 0 0 0'>%2</p>")
                   .arg(currentTheme().warning.name(), reason.toHtmlEscaped());
    tip += QStringLiteral("<p style='margin:4px 0 0 0'>%1</p>").arg(m_help.toHtmlEscaped());
    m_label->setEnabled(reason.isEmpty());
    m_control->setEnabled(reason.isEmpty());
    for (QWidget* widget : {static_cast<QWidget*>(m_label), m_control})
        widget->setToolTip(tip);
}

} // namespace scorefield::ui
