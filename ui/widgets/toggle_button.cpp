// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/toggle_button.h"

#include "core/session/parameter_table.h"
#include "ui/document/document.h"
#include "ui/widgets/parameter_tool_tip.h"

#include <QSignalBlocker>

namespace scorefield::ui {

ToggleButton::ToggleButton(Document& document, const QString& key, QWidget* parent)
    : QPushButton(parent)
    , m_document(document)
    , m_key(key)
{
    setCheckable(true);
    setObjectName(key);
    connect(this, &QPushButton::clicked, this, [this](bool checked) {
        m_document.setValue(m_key, checked ? 1 : 0).ok();
        refresh();
    });
    connect(&m_document, &Document::sessionChanged, this, [this](const Changes& changes) {
        if (changes.style || changes.laneCount || changes.anySimulation())
            refresh();
    });
    refresh();
}

void ToggleButton::refresh()
{
    const std::string key = m_key.toStdString();
    const auto descriptor = describe(m_document.session(), key);
    const auto value = parameterValue(m_document.session(), key);
    if (!descriptor || !value)
        return;
    const QSignalBlocker blocker(this);
    const auto reason = whyDisabled(m_document.session(), key);
    setText(QString::fromStdString(descriptor->label));
    setChecked(*value != 0);
    setEnabled(!reason);
    setToolTip(
        parameterToolTip(*descriptor, m_key, reason ? QString::fromStdString(*reason) : QString()));
}

} // namespace scorefield::ui
