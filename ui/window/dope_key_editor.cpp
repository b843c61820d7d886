// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/dope_key_editor.h"

#include "core/session/film.h"
#include "ui/document/document.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/style.h"
#include "ui/window/dope_lanes.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kIcon = 16;

/// The way from one key to the next, drawn small.
QIcon easingIcon(Easing easing)
{
    const double side = px(kIcon), margin = px(3);
    QPixmap picture(QSize(px(kIcon), px(kIcon)) * 2);
    picture.setDevicePixelRatio(2);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(
        QPen(currentTheme().secondary, 1.5 * scaleFactor(), Qt::SolidLine, Qt::RoundCap));
    constexpr int kPieces = 16;
    QPainterPath path(QPointF(margin, side - margin));
    for (int piece = 1; piece <= kPieces; ++piece) {
        const double share = static_cast<double>(piece) / kPieces, room = side - 2 * margin;
        if (easing == Easing::Hold && piece == kPieces)
            path.lineTo(margin + room, side - margin);
        path.lineTo(margin + share * room, side - margin - eased(easing, share) * room);
    }
    painter.drawPath(path);
    painter.end();
    return QIcon(picture);
}

ParameterDescriptor timeRow(double seconds)
{
    ParameterDescriptor row;
    row.key = "time";
    row.maximum = seconds;
    row.step = seconds / 100;
    return row;
}

} // namespace

DopeKeyEditor::DopeKeyEditor(Document& document, DopeLanes& lanes, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_lanes(lanes)
{
    build();
    applyMetrics();
    connect(&m_lanes, &DopeLanes::selectionChanged, this, &DopeKeyEditor::refresh);
    connect(&m_document, &Document::sessionChanged, this, [this](const Changes& changes) {
        if (changes.exports)
            refresh();
    });
    refresh();
}

void DopeKeyEditor::build()
{
    m_hint = new QLabel(tr("Double-click a row to add a key"), this);
    m_hint->setProperty("quiet", true);
    // It takes what room there is and asks for none: a window must not grow for a hint.
    m_hint->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_hint->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_time = new NumberField(this);
    m_time->setObjectName(QStringLiteral("keyTime"));
    m_time->setAccessibleName(tr("Time of the key in seconds"));
    m_unit = new QLabel(tr("s"), this);
    m_unit->setProperty("quiet", true);
    m_value = new NumberField(this);
    m_value->setObjectName(QStringLiteral("keyValue"));
    m_value->setAccessibleName(tr("Value of the selected keys"));
    for (NumberField* field : {m_time, m_value}) {
        connect(field, &NumberField::gestureStarted, this, [this] {
            m_document.beginGesture(tr("Change key"));
        });
        connect(field, &NumberField::gestureFinished, this, [this] { m_document.endGesture(); });
        connect(field, &NumberField::rejected, &m_lanes, &DopeLanes::rejected);
    }
    connect(m_time, &NumberField::numberEdited, this, [this](double seconds) {
        m_lanes.setSelectedTime(seconds / previewFilm(m_document.stored()).seconds);
        refreshTime(); // no further than the next key
    });
    connect(m_value, &NumberField::numberEdited, &m_lanes, &DopeLanes::setSelectedValue);
    m_easing = new ChoiceBox(this);
    m_easing->setObjectName(QStringLiteral("keyEasing"));
    m_easing->setAccessibleName(tr("How the next key is reached"));
    m_easing->setToolTip(tr("How the value gets from this key to the next one"));
    for (std::size_t i = 0; i < easingNames().size(); ++i)
        m_easing->addItem(easingText(static_cast<Easing>(i)));
    connect(m_easing, &QComboBox::activated, this, [this](int index) {
        m_lanes.easeSelected(static_cast<Easing>(index));
    });
    m_delete =
        new IconButton(QStringLiteral("delete"), tr("Delete the selected keys (Delete)"), this);
    m_delete->setObjectName(QStringLiteral("keyDelete"));
    connect(m_delete, &IconButton::clicked, &m_lanes, &DopeLanes::removeSelected);

    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->addStretch(1);
    line->addWidget(m_hint, 100);
    for (QWidget* widget : {static_cast<QWidget*>(m_time),
                            static_cast<QWidget*>(m_unit),
                            static_cast<QWidget*>(m_value),
                            static_cast<QWidget*>(m_easing),
                            static_cast<QWidget*>(m_delete)})
        line->addWidget(widget);
}

void DopeKeyEditor::applyMetrics()
{
    layout()->setSpacing(px(6));
    m_easing->setFixedWidth(px(126));
    m_easing->setIconSize(QSize(px(kIcon), px(kIcon)));
    for (int i = 0; i < m_easing->count(); ++i)
        m_easing->setItemIcon(i, easingIcon(static_cast<Easing>(i)));
}

void DopeKeyEditor::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::StyleChange && m_easing != nullptr)
        applyMetrics();
    QWidget::changeEvent(event);
}

void DopeKeyEditor::refresh()
{
    const std::set<KeyRef>& keys = m_lanes.selection();
    const bool any = !keys.empty();
    m_hint->setVisible(!any && !m_lanes.rows().empty());
    for (QWidget* widget : {static_cast<QWidget*>(m_time),
                            static_cast<QWidget*>(m_unit),
                            static_cast<QWidget*>(m_value),
                            static_cast<QWidget*>(m_easing),
                            static_cast<QWidget*>(m_delete)})
        widget->setVisible(any);
    if (!any)
        return;
    refreshTime();
    refreshValue();
    const KeyRef& first = *keys.begin();
    m_easing->setCurrentIndex(
        static_cast<int>(m_document.stored().keyframes[first.track].keys[first.key].easing));
}

void DopeKeyEditor::refreshTime()
{
    const std::set<KeyRef>& keys = m_lanes.selection();
    if (keys.empty())
        return;
    const KeyRef& first = *keys.begin();
    const double seconds = previewFilm(m_document.stored()).seconds;
    m_time->setDescriptor(timeRow(seconds));
    m_time->setNumber(m_document.stored().keyframes[first.track].keys[first.key].at * seconds);
    m_time->setEnabled(keys.size() == 1);
    m_time->setToolTip(keys.size() == 1
                           ? tr("Time of the key in seconds of the film")
                           : tr("The selected keys stand at different times; drag them together"));
}

void DopeKeyEditor::refreshValue()
{
    const std::set<KeyRef>& keys = m_lanes.selection();
    const KeyRef& first = *keys.begin();
    const DopeRow& row = m_lanes.rows()[first.track];
    const bool sameRow = std::all_of(
        keys.begin(), keys.end(), [&](const KeyRef& key) { return key.track == first.track; });
    m_value->setVisible(row.isNumeric());
    m_value->setEnabled(sameRow);
    m_value->setToolTip(sameRow ? tr("Value of %1 at the selected keys").arg(row.label)
                                : tr("The selected keys belong to different parameters"));
    m_value->setDescriptor(row.descriptor);
    m_value->setNumber(m_document.stored().keyframes[first.track].keys[first.key].value);
}

void DopeKeyEditor::typeValue()
{
    if (m_value->isVisible() && m_value->isEnabled())
        m_value->setFocus(Qt::OtherFocusReason);
}

} // namespace scorefield::ui
