// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/layer_rows.h"

#include "core/session/parameter_table.h"
#include "ui/document/document.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/parameter_row.h"
#include "ui/widgets/style.h"

#include <QSignalBlocker>
#include <QVBoxLayout>

namespace scorefield::ui {
namespace {

constexpr double kEye = 26, kGap = 8,
                 kLabel = 92 - kEye - kGap; // the sliders stand in the column of all others

} // namespace

LayerRows::LayerRows(Document& document,
                     const QString& prefix,
                     const QStringList& options,
                     QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_visibleKey(prefix + QStringLiteral(".visible"))
{
    QString name = prefix.section(u'.', -1);
    name[0] = name[0].toUpper();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);

    m_eye = new IconButton(QStringLiteral("hidden"),
                           tr("Show %1").arg(name.toLower()),
                           this,
                           QStringLiteral("visible"));
    m_eye->setCheckable(true);
    m_eye->setQuietWhenOff(true);
    m_eye->setObjectName(m_visibleKey);
    if (const auto descriptor = describe(document.session(), m_visibleKey.toStdString()))
        m_eyeTip = tr("Show %1: %2").arg(name.toLower(), QString::fromStdString(descriptor->help));
    connect(m_eye, &QToolButton::clicked, this, [this](bool shown) {
        m_document.setValue(m_visibleKey, shown ? 1 : 0).ok();
    });

    auto* opacity = new ParameterRow(document, prefix + QStringLiteral(".opacity"), this, name);
    opacity->setLabelWidth(kLabel);
    opacity->addLeading(m_eye);
    column->addWidget(opacity);

    m_options = new QWidget(this);
    auto* rows = new QVBoxLayout(m_options);
    rows->setContentsMargins(px(kEye + kGap), 0, 0, px(options.isEmpty() ? 0 : 4));
    rows->setSpacing(0);
    for (const QString& key : options) {
        auto* row = new ParameterRow(document, key, m_options);
        row->setLabelWidth(kLabel);
        rows->addWidget(row);
    }
    m_options->hide();
    column->addWidget(m_options);

    connect(&m_document, &Document::sessionChanged, this, [this](const Changes& changes) {
        if (changes.style || changes.data || changes.laneCount || changes.anySimulation())
            refresh();
    });
    refresh();
}

void LayerRows::setOptionsVisible(bool visible)
{
    m_options->setVisible(visible);
}

void LayerRows::refresh()
{
    const auto shown = parameterValue(m_document.session(), m_visibleKey.toStdString());
    const QSignalBlocker blocker(m_eye);
    m_eye->setChecked(shown && *shown != 0);
    const QString reason = m_document.whyDisabled(m_visibleKey);
    m_eye->setEnabled(reason.isEmpty());
    m_eye->setToolTip(reason.isEmpty() ? m_eyeTip : reason);
    m_eye->setIconName(QStringLiteral("hidden")); // the blocked signal did not choose the picture
}

} // namespace scorefield::ui
