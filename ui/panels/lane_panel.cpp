// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/lane_panel.h"

#include "core/field/guidance.h"
#include "core/field/score_error.h"
#include "core/process/forward_process.h"
#include "core/process/time_grid.h"
#include "core/sampler/stepper.h"
#include "core/session/parameter_table.h"
#include "core/session/table_rows.h"
#include "ui/document/document.h"
#include "ui/panels/match_panel.h"
#include "ui/panels/panel_column.h"
#include "ui/widgets/formula.h"
#include "ui/widgets/parameter_row.h"
#include "ui/widgets/section.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/style.h"
#include "ui/widgets/toggle_button.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {
namespace {

/// A parameter of the lane itself stands with the family it belongs to in thought.
QString familyOf(const QString& localKey)
{
    if (localKey.contains(u'.'))
        return localKey.section(u'.', 0, 0);
    if (localKey == QLatin1StringView("eta"))
        return QStringLiteral("sampler");
    if (localKey == QLatin1StringView("prior"))
        return QStringLiteral("process");
    return QStringLiteral("lane");
}

template <class Kind>
const VariantInfo* infoOf(const std::vector<Kind>& kinds, const std::string& id)
{
    const auto found = std::find_if(
        kinds.begin(), kinds.end(), [&](const Kind& kind) { return kind.info.id == id; });
    return found == kinds.end() ? nullptr : &found->info;
}

const VariantInfo* variantInfo(const Lane& lane, const QString& family)
{
    if (family == QLatin1StringView("process"))
        return infoOf(processKinds(), lane.process.kind);
    if (family == QLatin1StringView("grid"))
        return infoOf(gridKinds(), lane.grid.kind);
    if (family == QLatin1StringView("sampler"))
        return infoOf(samplerKinds(), lane.sampler.kind);
    if (family == QLatin1StringView("guidance"))
        return infoOf(guidanceKinds(), lane.guidance.kind);
    if (family == QLatin1StringView("error"))
        return infoOf(scoreErrorKinds(), lane.error.kind);
    return nullptr;
}

/// A mean over the particles where steps adapt to each of them.
QString evaluationsText(double evaluations)
{
    const bool whole = evaluations == std::floor(evaluations);
    return whole ? QString::number(evaluations, 'f', 0)
                 : QStringLiteral("≈ ") + QString::number(evaluations, 'f', 1);
}

QString title(const QString& family)
{
    if (const table::Family* known = table::findFamily(family.toStdString()))
        return QString::fromStdString(known->label);
    QString name = family;
    name[0] = name[0].toUpper();
    return name;
}

} // namespace

LanePanel::LanePanel(Document& document, QWidget* parent) : QWidget(parent), m_document(document)
{
    QVBoxLayout* column = makePanelColumn(this);
    auto* head = new QWidget(this);
    auto* headColumn = new QVBoxLayout(head);
    headColumn->setContentsMargins(px(12), px(10), px(12), px(6));
    headColumn->setSpacing(0);
    auto* line = new QHBoxLayout;
    m_tabs = new SegmentedControl(head);
    m_tabs->setObjectName(QStringLiteral("lanes"));
    m_tabs->setAccessibleName(tr("Lane"));
    line->addWidget(m_tabs);
    line->addStretch(1);
    line->addWidget(new ToggleButton(document, QStringLiteral("view.link_lanes"), head));
    headColumn->addLayout(line);
    headColumn->addSpacing(px(6));
    m_match = new MatchPanel(document, head);
    headColumn->addWidget(m_match);
    headColumn->addWidget(new ParameterRow(document, QStringLiteral("view.link_cameras"), head));
    column->addWidget(head);
    connect(m_tabs, &SegmentedControl::activated, this, &LanePanel::selectLane);

    m_sections = new QVBoxLayout;
    m_sections->setSpacing(0);
    column->addLayout(m_sections);
    m_facts = new QLabel(this);
    m_facts->setProperty("quiet", true);
    m_facts->setWordWrap(true);
    m_facts->setMargin(px(12));
    m_facts->setObjectName(QStringLiteral("facts"));
    column->addWidget(m_facts);
    column->addStretch(1);
    setMinimumWidth(px(248));

    connect(&m_document, &Document::sessionChanged, this, &LanePanel::refresh);
    refreshTabs();
    rebuild();
}

LanePanel::~LanePanel() = default;

void LanePanel::selectLane(int lane)
{
    lane = std::clamp(lane, 0, static_cast<int>(m_document.session().lanes.size()) - 1);
    if (lane == m_lane)
        return;
    m_lane = lane;
    m_tabs->setCurrentIndex(lane);
    m_match->selectLane(lane);
    rebuild();
    refreshFacts();
    Q_EMIT laneSelected(lane);
}

void LanePanel::setProduct(std::shared_ptr<const RunProduct> product)
{
    m_product = std::move(product);
    m_match->setProduct(m_product);
    refreshFacts();
}

void LanePanel::refresh(const Changes& changes)
{
    if (changes.laneCount) {
        refreshTabs();
        selectLane(m_lane); // clamps
    }
    if (changes.laneCount || changes.data || changes.anySimulation())
        rebuild();
}

void LanePanel::refreshTabs()
{
    const int count = static_cast<int>(m_document.session().lanes.size());
    QStringList names;
    for (int lane = 1; lane <= count; ++lane)
        names += count > 2 ? QString::number(lane) : tr("Lane %1").arg(lane);
    m_tabs->setSegments(names);
    for (int lane = 0; lane < count; ++lane)
        m_tabs->setSegmentToolTip(lane, tr("Lane %1 (key %1)").arg(lane + 1));
    m_tabs->setCurrentIndex(m_lane);
}

/// Rows whose key stays are kept, so a list that has just been used keeps the focus and its place.
void LanePanel::rebuild()
{
    const QString prefix = QStringLiteral("lanes.%1.").arg(m_lane);
    QStringList keys;
    for (const std::string& key : parameterKeys(m_document.session())) {
        const QString name = QString::fromStdString(key);
        if (name.startsWith(prefix) && !name.startsWith(prefix + QStringLiteral("camera.")))
            keys += name;
    }
    if (keys == m_keys)
        return refreshFormulas();
    m_keys = keys;
    for (auto row = m_rowOf.begin(); row != m_rowOf.end();) {
        if (keys.contains(row.key())) {
            ++row;
            continue;
        }
        row.value()->hide();
        row.value()->deleteLater();
        row = m_rowOf.erase(row);
    }
    QHash<QString, int> placeOf;
    for (const QString& key : keys) {
        const QString family = familyOf(key.mid(prefix.size()));
        Section*& section = m_sectionOf[family];
        if (section == nullptr) {
            section = new Section(title(family), true, this);
            m_sections->addWidget(section);
            auto* formula = new QLabel(section);
            formula->setProperty("quiet", true);
            formula->setWordWrap(true);
            formula->setTextFormat(Qt::RichText);
            formula->setProperty("formula", true);
            formula->setIndent(0);
            formula->setTextInteractionFlags(Qt::TextSelectableByMouse);
            formula->setObjectName(family + QStringLiteral(".formula"));
            m_formulaOf[family] = formula;
            section->rows()->addWidget(formula);
        }
        ParameterRow*& row = m_rowOf[key];
        if (row == nullptr) {
            row = new ParameterRow(m_document, key, section, shortLabel(key, family));
            row->setLabelWidth(labelWidth());
        }
        int& place = placeOf[family];
        const bool kind = key.endsWith(QStringLiteral(".kind"));
        section->rows()->removeWidget(row);
        section->rows()->insertWidget(kind ? 0 : place, row);
        ++place;
        if (kind) { // the formula stands under the kind
            QLabel* formula = m_formulaOf[family];
            section->rows()->removeWidget(formula);
            section->rows()->insertWidget(1, formula);
            ++place;
        }
    }
    refreshFormulas();
}

/// The heading says the family already: "Guidance weight" under GUIDANCE is "Weight".
QString LanePanel::shortLabel(const QString& key, const QString& family) const
{
    const auto descriptor = describe(m_document.session(), key.toStdString());
    const QString label = descriptor ? QString::fromStdString(descriptor->label) : QString();
    const QString prefix = title(family) + u' ';
    return label.startsWith(prefix) ? label[prefix.size()].toUpper() + label.mid(prefix.size() + 1)
                                    : QString();
}

/// In design pixels: more room for names where the panel is wide.
double LanePanel::labelWidth() const
{
    return std::clamp(.385 * (width() / scaleFactor() - 24), 92., 132.);
}

void LanePanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    for (ParameterRow* row : std::as_const(m_rowOf))
        row->setLabelWidth(labelWidth());
}

void LanePanel::refreshFormulas()
{
    const Lane& lane = m_document.session().lanes[static_cast<std::size_t>(m_lane)];
    for (auto label = m_formulaOf.begin(); label != m_formulaOf.end(); ++label) {
        const VariantInfo* info = variantInfo(lane, label.key());
        const QString formula = info == nullptr ? QString() : QString::fromStdString(info->formula);
        label.value()->setText(formulaHtml(formula));
        label.value()->setVisible(!formula.isEmpty());
        if (info != nullptr)
            label.value()->setToolTip(
                QStringLiteral("<p style='margin:0'>%1</p><p style='margin:4px 0 0 0'>%2</p>")
                    .arg(formulaHtml(QString::fromStdString(info->help)),
                         QString::fromStdString(info->source).toHtmlEscaped()));
    }
}

void LanePanel::setTraining(double share)
{
    m_training = share;
    refreshFacts();
}

void LanePanel::refreshFacts()
{
    if (m_product == nullptr || m_lane >= static_cast<int>(m_product->lanes.size())
        || m_product->lanes[static_cast<std::size_t>(m_lane)] == nullptr)
        return m_facts->clear();
    const LaneProduct& lane = *m_product->lanes[static_cast<std::size_t>(m_lane)];
    if (lane.waitsForTraining)
        return m_facts->setText(tr("Training the network: %1\u2009%")
                                    .arg(static_cast<int>(std::floor(100 * m_training))));
    const bool failed = lane.outcome.kind != Outcome::Kind::Completed
                        && lane.outcome.kind != Outcome::Kind::Cancelled;
    const int steps = static_cast<int>(lane.plan.levels.size()) - 1;
    QStringList sentences{failed ? QString::fromStdString(lane.outcome.message)
                                 : tr("%1 steps, %2 evaluations of the field per particle")
                                       .arg(steps)
                                       .arg(evaluationsText(lane.evaluations))};
    for (const std::string& remark : lane.remarks) {
        sentences.append(QString::fromStdString(remark));
        sentences.last()[0] = sentences.last()[0].toUpper();
    }
    m_facts->setText(sentences.join(QLatin1Char('\n')));
    if (m_facts->property("problem").toBool() != failed) {
        m_facts->setProperty("problem", failed);
        m_facts->setProperty("quiet", !failed);
        m_facts->style()->unpolish(m_facts);
        m_facts->style()->polish(m_facts);
    }
}

} // namespace scorefield::ui
