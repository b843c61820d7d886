// SPDX-License-Identifier: GPL-3.0-or-later
// The lower half of the data panel: particles, layers, and the plane through which data of many
// dimensions are seen. All of it comes from the parameter table: a new layer or option appears by
// itself.
#include "core/session/parameter_table.h"
#include "ui/document/document.h"
#include "ui/panels/data_panel.h"
#include "ui/panels/layer_rows.h"
#include "ui/panels/map_rows.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/parameter_row.h"
#include "ui/widgets/section.h"
#include "ui/widgets/style.h"

#include <QRandomGenerator>
#include <QVBoxLayout>

namespace scorefield::ui {
namespace {

/// Seeds that a person can read aloud; any other can be typed.
constexpr int kRandomSeeds = 1000000;

bool isAboutLanes(const QString& key)
{
    return key.startsWith(QLatin1StringView("view.link_"))
           || key.startsWith(QLatin1StringView("view.match_"))
           || key.startsWith(QLatin1StringView("view.match."));
}

} // namespace

void DataPanel::buildParticles(QVBoxLayout* column)
{
    auto* section = new Section(tr("Particles"), true, this);
    column->addWidget(section);
    for (const std::string& key : parameterKeys(m_document.session())) {
        const QString name = QString::fromStdString(key);
        if (!name.startsWith(QLatin1StringView("particles.")))
            continue;
        QString label;
        if (name == QLatin1StringView("particles.count"))
            label = tr("Count");
        else if (name == QLatin1StringView("particles.seed"))
            label = tr("Seed");
        auto* row = new ParameterRow(m_document, name, this, label);
        section->rows()->addWidget(row);
        if (name != QLatin1StringView("particles.seed"))
            continue;
        auto* noise = new IconButton(QStringLiteral("noise"), tr("New noise (N)"), this);
        noise->setObjectName(QStringLiteral("newNoise"));
        row->addTrailing(noise);
        connect(noise, &QToolButton::clicked, this, &DataPanel::newNoise);
    }
}

void DataPanel::newNoise()
{
    const double before = m_document.session().particles.seed;
    double seed = before;
    while (seed == before)
        seed = QRandomGenerator::global()->bounded(kRandomSeeds);
    m_document.setValue(QStringLiteral("particles.seed"), seed).ok();
}

void DataPanel::buildLayers(QVBoxLayout* column)
{
    auto* section = new Section(tr("Layers"), true, this);
    column->addWidget(section);
    auto* options = new IconButton(QStringLiteral("sliders"), tr("Options of the layers"), this);
    options->setObjectName(QStringLiteral("layerOptions"));
    options->setCheckable(true);
    section->header()->addAction(options);

    QStringList layers;
    QHash<QString, QStringList> optionsOf;
    for (const std::string& key : parameterKeys(m_document.session())) {
        const QStringList parts = QString::fromStdString(key).split(u'.');
        if (parts.size() != 3 || parts[0] != QLatin1StringView("view")
            || isAboutLanes(QString::fromStdString(key)))
            continue;
        const QString prefix = parts[0] + u'.' + parts[1];
        if (!layers.contains(prefix))
            layers.append(prefix);
        if (parts[2] != QLatin1StringView("visible") && parts[2] != QLatin1StringView("opacity"))
            optionsOf[prefix].append(QString::fromStdString(key));
    }
    for (const QString& prefix : layers) {
        if (prefix == QLatin1StringView("view.map")) { // replaces the density, so it has no eye
            auto* rows = new MapRows(m_document, this);
            section->rows()->addWidget(rows);
            connect(options, &QToolButton::toggled, rows, &MapRows::setOptionsVisible);
            continue;
        }
        auto* rows = new LayerRows(m_document, prefix, optionsOf.value(prefix), this);
        section->rows()->addWidget(rows);
        connect(options, &QToolButton::toggled, rows, &LayerRows::setOptionsVisible);
    }
}

void DataPanel::buildView(QVBoxLayout* column)
{
    m_viewSection = new Section(tr("View"), true, this);
    column->addWidget(m_viewSection);
    for (const std::string& key : parameterKeys(m_document.session())) {
        const QString name = QString::fromStdString(key);
        const bool ofView = name.startsWith(QLatin1StringView("view.")) && name.count(u'.') == 1;
        if (ofView && !isAboutLanes(name))
            m_viewSection->rows()->addWidget(new ParameterRow(m_document, name, this));
    }
}

} // namespace scorefield::ui
