// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/map_rows.h"

#include "core/session/lane_maps.h"
#include "ui/document/document.h"
#include "ui/widgets/parameter_row.h"

#include <QVBoxLayout>

namespace scorefield::ui {

MapRows::MapRows(Document& document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_options(new QWidget(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(new ParameterRow(document, QStringLiteral("view.map.quantity"), this));
    auto* rows = new QVBoxLayout(m_options);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    for (const char* key : {"view.map.opacity", "view.map.lane"})
        rows->addWidget(new ParameterRow(document, QString::fromLatin1(key), m_options));
    column->addWidget(m_options);
    connect(&m_document, &Document::sessionChanged, this, &MapRows::refresh);
    refresh();
}

void MapRows::setOptionsVisible(bool visible)
{
    m_wanted = visible;
    refresh();
}

void MapRows::refresh()
{
    m_options->setVisible(m_wanted || mapQuantity(m_document.session().view) != MapQuantity::None);
}

} // namespace scorefield::ui
