// SPDX-License-Identifier: GPL-3.0-or-later
// The rows themselves: where they are, what is selected, and what edits do. The mouse and the keys
// are in dope_lanes_input.cpp, the picture in dope_lanes_paint.cpp.
#include "ui/window/dope_lanes.h"

#include "core/session/film.h"
#include "ui/document/document.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/style.h"
#include "ui/window/dope_metrics.h"

#include <QEvent>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

DopeLanes::DopeLanes(Document& document, QWidget* parent) : QWidget(parent), m_document(document)
{
    setObjectName(QStringLiteral("dopeLanes"));
    setAccessibleName(tr("Keyframes"));
    setAccessibleDescription(tr(
        "Tab goes through the keys, arrows move the selected ones in time and value, Enter types "
        "the value, Delete removes them."));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&m_document, &Document::sessionChanged, this, [this](const Changes& changes) {
        if (changes.exports || changes.anySimulation() || changes.laneCount || changes.data)
            refresh();
    });
    connect(&m_document, &Document::filmChanged, this, [this] {
        refreshFields();
        update();
    });
    refresh();
}

void DopeLanes::refresh()
{
    const Session& session = m_document.stored();
    const std::size_t before = m_rows.size();
    m_rows = dopeRows(session);
    while (m_fields.size() > m_rows.size()) {
        delete m_fields.back();
        m_fields.pop_back();
    }
    while (m_fields.size() < m_rows.size())
        buildField(m_fields.size());
    // Keys that are gone (undo, another session) are selected no more.
    std::set<KeyRef> left;
    for (const KeyRef& key : m_selection)
        if (key.track < m_rows.size() && key.key < session.keyframes[key.track].keys.size())
            left.insert(key);
    const bool fewer = left != m_selection;
    m_selection = std::move(left);
    m_hovered.reset();
    if (m_focused && m_selection.count(*m_focused) == 0)
        m_focused.reset();
    refreshFields();
    if (before != m_rows.size())
        updateGeometry();
    update();
    if (fewer || !m_selection.empty())
        Q_EMIT selectionChanged();
}

void DopeLanes::buildField(std::size_t row)
{
    auto* field = new NumberField(this);
    m_fields.push_back(field);
    connect(field, &NumberField::gestureStarted, this, [this] {
        m_document.beginGesture(tr("Change key"));
    });
    connect(field, &NumberField::gestureFinished, this, [this] { m_document.endGesture(); });
    connect(field, &NumberField::rejected, this, &DopeLanes::rejected);
    connect(field, &NumberField::numberEdited, this, [this, row](double value) {
        (void)m_document.edit( // errors are emitted
            tr("Set key of %1").arg(m_rows[row].label),
            [&](Session& session) {
                setKey(session.keyframes[row], m_document.filmCursor(), value);
            },
            QStringLiteral("film.value.%1").arg(row));
    });
    field->show();
}

void DopeLanes::refreshFields()
{
    const Session& session = m_document.stored();
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        NumberField* field = m_fields[row];
        field->setVisible(m_rows[row].isNumeric());
        if (!m_rows[row].isNumeric())
            continue;
        const auto value = trackValue(session, session.keyframes[row], m_document.filmCursor());
        field->setObjectName(QStringLiteral("film.value.%1").arg(row));
        field->setAccessibleName(tr("%1 at the film's cursor").arg(m_rows[row].label));
        field->setToolTip(tr("The value at the film's cursor; another one sets a key there."));
        field->setDescriptor(m_rows[row].descriptor);
        if (value)
            field->setNumber(*value);
    }
    layoutFields();
}

void DopeLanes::layoutFields()
{
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        const QRectF area = rowRect(row);
        const QSize size = m_fields[row]->sizeHint();
        m_fields[row]->setGeometry(px(dope::kNames) - size.width(),
                                   static_cast<int>(area.center().y()) - size.height() / 2,
                                   size.width(),
                                   size.height());
    }
}

void DopeLanes::select(const std::set<KeyRef>& keys)
{
    if (keys == m_selection)
        return;
    m_selection = keys;
    if (m_focused && keys.count(*m_focused) == 0)
        m_focused.reset();
    update();
    Q_EMIT selectionChanged();
}

double DopeLanes::xOf(double share) const
{
    const double left = px(dope::kNames + dope::kGap), right = width() - px(dope::kRight);
    return left + share * std::max(1., right - left);
}

double DopeLanes::shareAt(double x) const
{
    return std::clamp((x - xOf(0)) / (xOf(1) - xOf(0)), 0., 1.);
}

int DopeLanes::rowHeight() const
{
    return px(dope::kRow);
}

QRectF DopeLanes::rowRect(std::size_t row) const
{
    return {0, double(row) * rowHeight(), double(width()), double(rowHeight())};
}

QRectF DopeLanes::removeRect(std::size_t row) const
{
    const double side = px(dope::kRemove);
    const QPointF middle(width() - px(dope::kRight) / 2. + px(2), rowRect(row).center().y());
    return {middle - QPointF(side, side) / 2, QSizeF(side, side)};
}

QPointF DopeLanes::placeOf(const KeyRef& key) const
{
    const QRectF area = rowRect(key.track);
    const DopeRow& row = m_rows[key.track];
    const double swing = px(dope::kSwing);
    const double height = row.problem.isEmpty() ? row.heights[key.key] : 0;
    return {xOf(m_document.stored().keyframes[key.track].keys[key.key].at),
            area.center().y() + swing / 2 - height * swing};
}

std::optional<std::size_t> DopeLanes::rowAt(double y) const
{
    const double row = std::floor(y / rowHeight());
    if (row < 0 || row >= static_cast<double>(m_rows.size()))
        return std::nullopt;
    return static_cast<std::size_t>(row);
}

std::optional<KeyRef> DopeLanes::keyNear(QPointF place) const
{
    const auto row = rowAt(place.y());
    if (!row || !m_rows[*row].problem.isEmpty())
        return std::nullopt;
    std::optional<KeyRef> nearest;
    double best = px(dope::kReach);
    for (std::size_t key = 0; key < m_rows[*row].heights.size(); ++key) {
        const double away = std::abs(placeOf({*row, key}).x() - place.x());
        if (away > best)
            continue;
        best = away;
        nearest = KeyRef{*row, key};
    }
    return nearest;
}

std::vector<KeyRef> DopeLanes::allKeys() const
{
    std::vector<KeyRef> keys;
    for (std::size_t row = 0; row < m_rows.size(); ++row)
        for (std::size_t key = 0; m_rows[row].problem.isEmpty() && key < m_rows[row].heights.size();
             ++key)
            keys.push_back({row, key});
    return keys;
}

std::vector<KeyRef> DopeLanes::selected() const
{
    return {m_selection.begin(), m_selection.end()};
}

QSize DopeLanes::sizeHint() const
{
    return {px(640), static_cast<int>(m_rows.size()) * rowHeight()};
}

QSize DopeLanes::minimumSizeHint() const
{
    return {px(dope::kNames + 160), sizeHint().height()};
}

void DopeLanes::removeSelected()
{
    const std::vector<KeyRef> keys = selected();
    if (keys.empty())
        return;
    select({});
    (void)m_document.edit(keys.size() == 1 ? tr("Delete key") : tr("Delete keys"),
                          [&](Session& session) { removeKeys(session, keys); });
}

void DopeLanes::easeSelected(Easing easing)
{
    (void)m_document.edit(tr("Change easing"),
                          [&](Session& session) { easeKeys(session, selected(), easing); });
}

/// Of one parameter: the editor offers nothing else.
void DopeLanes::setSelectedValue(double value)
{
    (void)m_document.edit(
        tr("Change key"),
        [&](Session& session) {
            for (const KeyRef& ref : m_selection)
                session.keyframes[ref.track].keys[ref.key].value = value;
        },
        QStringLiteral("film.keyValue"));
}

void DopeLanes::setSelectedTime(double share)
{
    if (m_selection.empty())
        return;
    const KeyRef& first = *m_selection.begin();
    const double by = share - m_document.stored().keyframes[first.track].keys[first.key].at;
    (void)m_document.edit(
        tr("Move key"),
        [&](Session& session) { moveKeys(session, selected(), by); },
        QStringLiteral("film.keyTime"));
}

void DopeLanes::nudge(double by)
{
    (void)m_document.edit(
        m_selection.size() == 1 ? tr("Move key") : tr("Move keys"),
        [&](Session& session) { moveKeys(session, selected(), by); },
        QStringLiteral("film.nudge"));
}

void DopeLanes::nudgeValues(double steps)
{
    (void)m_document.edit(
        tr("Change key"),
        [&](Session& session) {
            for (const KeyRef& ref : m_selection) {
                if (!m_rows[ref.track].isNumeric())
                    continue;
                double& value = session.keyframes[ref.track].keys[ref.key].value;
                value = ValueScale(m_rows[ref.track].descriptor).stepped(value, steps);
            }
        },
        QStringLiteral("film.nudgeValue"));
}

void DopeLanes::addKey(std::size_t row, double share)
{
    const Session& session = m_document.stored();
    const auto value = trackValue(session, session.keyframes[row], share);
    if (!value)
        return Q_EMIT rejected(m_rows[row].problem);
    KeyRef added{row, 0};
    (void)m_document.edit(tr("Add key"), [&](Session& edited) {
        added.key = setKey(edited.keyframes[row], share, *value);
    });
    m_focused = added;
    select({added});
}

void DopeLanes::removeTrack(std::size_t row)
{
    select({});
    (void)m_document.edit(tr("Stop animating %1").arg(m_rows[row].label), [&](Session& session) {
        session.keyframes.erase(session.keyframes.begin() + static_cast<std::ptrdiff_t>(row));
    });
}

void DopeLanes::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::StyleChange) {
        layoutFields();
        updateGeometry();
        update();
    }
    QWidget::changeEvent(event);
}

void DopeLanes::resizeEvent(QResizeEvent* event)
{
    layoutFields();
    QWidget::resizeEvent(event);
}

} // namespace scorefield::ui
