// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse and keys of the dope sheet's rows.
#include "core/session/film.h"
#include "ui/document/document.h"
#include "ui/widgets/style.h"
#include "ui/widgets/tool_tips.h"
#include "ui/window/dope_lanes.h"
#include "ui/window/dope_metrics.h"

#include <QActionGroup>
#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kNudge = .01, kFarNudge = .1; ///< shares of the film per arrow key
constexpr int kMostItems = 40;                 ///< of a list of values in a menu

bool isEditKey(int key)
{
    return key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down
           || key == Qt::Key_Delete || key == Qt::Key_Backspace || key == Qt::Key_Return
           || key == Qt::Key_Enter;
}

} // namespace

bool DopeLanes::event(QEvent* event)
{
    // Arrows and Delete belong to the selected keys before they belong to the window.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto& pressed = *static_cast<QKeyEvent*>(event);
        if ((isEditKey(pressed.key()) && !m_selection.empty())
            || pressed.matches(QKeySequence::SelectAll)) {
            event->accept();
            return true;
        }
    }
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QString text = textAt(help->pos());
        text.isEmpty() ? QToolTip::hideText()
                       : QToolTip::showText(help->globalPos(), ToolTips::wrapped(text), this);
        return true;
    }
    return QWidget::event(event);
}

QString DopeLanes::textAt(const QPointF& place) const
{
    const auto row = rowAt(place.y());
    if (!row)
        return {};
    if (!m_rows[*row].problem.isEmpty())
        return m_rows[*row].key + QStringLiteral("\n") + m_rows[*row].problem;
    if (removeRect(*row).contains(place))
        return tr("Stop animating %1").arg(m_rows[*row].label);
    const auto key = keyNear(place);
    if (!key)
        return place.x() < px(dope::kNames) ? m_rows[*row].key
                                            : tr("Double-click adds a key. Drag selects.");
    const Keyframe& frame = m_document.stored().keyframes[key->track].keys[key->key];
    const double seconds = previewFilm(m_document.stored()).seconds;
    return tr("%1 = %2 at %3 s (%4 %)\nThen: %5")
        .arg(m_rows[*row].label, valueText(m_rows[*row].descriptor, frame.value))
        .arg(frame.at * seconds, 0, 'f', 2)
        .arg(std::lround(100 * frame.at))
        .arg(easingText(frame.easing).toLower());
}

void DopeLanes::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_pressedAt = m_movedTo = event->position();
    m_dragging = false;
    const auto row = rowAt(m_pressedAt.y());
    const bool adds = event->modifiers() & (Qt::ShiftModifier | Qt::ControlModifier);
    if (row && removeRect(*row).contains(m_pressedAt)) {
        m_press = Press::Remove;
        return;
    }
    if (const auto key = keyNear(m_pressedAt)) {
        std::set<KeyRef> keys = m_selection;
        if (adds && keys.count(*key) > 0)
            keys.erase(*key);
        else if (adds)
            keys.insert(*key);
        else if (keys.count(*key) == 0)
            keys = {*key};
        m_press = Press::Key;
        m_pressedKey = *key;
        m_pressedTracks = m_document.stored().keyframes;
        select(keys);
        m_focused = *key;
        return;
    }
    m_press = Press::Band;
    if (row && m_pressedAt.x() < px(dope::kNames)) { // the name stands for all keys of its row
        m_press = Press::None;
        std::set<KeyRef> keys = adds ? m_selection : std::set<KeyRef>{};
        for (const KeyRef& key : allKeys())
            if (key.track == *row)
                keys.insert(key);
        return select(keys);
    }
    if (!adds)
        select({});
}

void DopeLanes::mouseMoveEvent(QMouseEvent* event)
{
    m_movedTo = event->position();
    if (m_press == Press::None || m_press == Press::Remove) {
        const auto key = keyNear(m_movedTo);
        const auto row = rowAt(m_movedTo.y());
        setCursor(key ? Qt::SizeHorCursor : Qt::ArrowCursor);
        if (key != m_hovered || row != m_hoveredRow)
            update();
        m_hovered = key;
        m_hoveredRow = row;
        return;
    }
    if (!m_dragging
        && (m_movedTo - m_pressedAt).manhattanLength() < QApplication::startDragDistance() / 2.)
        return;
    if (!m_dragging && m_press == Press::Key && !m_selection.empty())
        m_document.beginGesture(m_selection.size() == 1 ? tr("Move key") : tr("Move keys"));
    m_dragging = true;
    if (m_press == Press::Key)
        dragTo(m_movedTo, !event->modifiers().testFlag(Qt::AltModifier));
    else
        selectBand();
    update();
}

/// Always from where the drag began: what it passed on its way leaves nothing behind.
void DopeLanes::dragTo(const QPointF& place, bool snaps)
{
    const double start = m_pressedTracks[m_pressedKey.track].keys[m_pressedKey.key].at;
    double wanted = start + (place.x() - m_pressedAt.x()) / (xOf(1) - xOf(0));
    if (snaps) {
        std::vector<double> others{m_document.filmCursor()};
        for (std::size_t track = 0; track < m_pressedTracks.size(); ++track)
            for (std::size_t key = 0; key < m_pressedTracks[track].keys.size(); ++key)
                if (m_selection.count({track, key}) == 0)
                    others.push_back(m_pressedTracks[track].keys[key].at);
        wanted = snapped(wanted, others, px(dope::kSnap) / (xOf(1) - xOf(0)));
    }
    (void)m_document.edit(tr("Move key"), [&](Session& session) {
        session.keyframes = m_pressedTracks;
        moveKeys(session, selected(), wanted - start);
    });
}

void DopeLanes::selectBand()
{
    const QRectF band = QRectF(m_pressedAt, m_movedTo).normalized();
    std::set<KeyRef> keys;
    for (const KeyRef& key : allKeys())
        if (band.contains(placeOf(key)))
            keys.insert(key);
    select(keys);
}

void DopeLanes::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    const Press press = std::exchange(m_press, Press::None);
    if (press == Press::Key && m_dragging) {
        dragTo(event->position(), !event->modifiers().testFlag(Qt::AltModifier));
        m_document.endGesture();
    }
    if (press == Press::Key && !m_dragging && event->modifiers() == Qt::NoModifier)
        select({m_pressedKey}); // a click on one of several means this one
    const auto row = rowAt(event->position().y());
    if (press == Press::Remove && row && removeRect(*row).contains(event->position()))
        removeTrack(*row);
    m_dragging = false;
    update();
}

void DopeLanes::cancelDrag()
{
    if (m_press == Press::Key && m_dragging) {
        (void)m_document.edit(tr("Move key"),
                              [&](Session& session) { session.keyframes = m_pressedTracks; });
        m_document.endGesture();
    }
    m_press = Press::None;
    m_dragging = false;
    update();
}

void DopeLanes::mouseDoubleClickEvent(QMouseEvent* event)
{
    const auto row = rowAt(event->position().y());
    if (event->button() != Qt::LeftButton || !row || removeRect(*row).contains(event->position()))
        return;
    if (keyNear(event->position()))
        return Q_EMIT valueWanted();
    if (event->position().x() < px(dope::kNames))
        return;
    const double share = shareAt(event->position().x());
    const bool snaps = !event->modifiers().testFlag(Qt::AltModifier);
    addKey(*row,
           snaps ? snapped(share, {m_document.filmCursor()}, px(dope::kSnap) / (xOf(1) - xOf(0)))
                 : share);
}

void DopeLanes::leaveEvent(QEvent* event)
{
    m_hovered.reset();
    m_hoveredRow.reset();
    update();
    QWidget::leaveEvent(event);
}

void DopeLanes::fillKeyMenu(QMenu& menu, const KeyRef& key)
{
    const Keyframe& frame = m_document.stored().keyframes[key.track].keys[key.key];
    auto* easings = new QActionGroup(&menu);
    for (std::size_t i = 0; i < easingNames().size(); ++i) {
        const auto easing = static_cast<Easing>(i);
        QAction* action =
            menu.addAction(easingText(easing), this, [this, easing] { easeSelected(easing); });
        action->setObjectName(QLatin1StringView(easingNames()[i]));
        action->setCheckable(true);
        action->setChecked(frame.easing == easing);
        easings->addAction(action);
    }
    menu.addSeparator();
    const DopeRow& row = m_rows[key.track];
    const auto& items = row.descriptor.choices;
    if (row.isNumeric()) {
        menu.addAction(tr("Value…"), this, &DopeLanes::valueWanted);
    } else {
        QMenu* values = menu.addMenu(tr("Value"));
        const bool isSwitch = row.descriptor.type == ParameterType::Boolean;
        const int count = isSwitch ? 2 : std::min(kMostItems, static_cast<int>(items.size()));
        for (int value = 0; value < count; ++value)
            values->addAction(
                isSwitch ? (value == 1 ? tr("On") : tr("Off"))
                         : QString::fromStdString(items[static_cast<std::size_t>(value)].label),
                this,
                [this, value] { setSelectedValue(value); });
    }
    menu.addAction(m_selection.size() > 1 ? tr("Delete keys") : tr("Delete key"),
                   this,
                   &DopeLanes::removeSelected);
}

void DopeLanes::contextMenuEvent(QContextMenuEvent* event)
{
    const auto row = rowAt(event->pos().y());
    if (!row)
        return;
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("keyMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (const auto key = keyNear(event->pos())) {
        if (m_selection.count(*key) == 0)
            select({*key});
        m_focused = *key;
        fillKeyMenu(*menu, *key);
    } else if (m_rows[*row].problem.isEmpty()) {
        menu->addAction(tr("Add key here"), this, [this, row = *row, x = event->pos().x()] {
            if (row < m_rows.size())
                addKey(row, shareAt(x));
        });
    }
    menu->addSeparator();
    menu->addAction(tr("Stop animating %1").arg(m_rows[*row].label), this, [this, row = *row] {
        if (row < m_rows.size())
            removeTrack(row);
    });
    menu->popup(event->globalPos());
}

void DopeLanes::keyPressEvent(QKeyEvent* event)
{
    const double step = event->modifiers().testFlag(Qt::ShiftModifier) ? kFarNudge : kNudge;
    const double steps = event->modifiers().testFlag(Qt::ShiftModifier) ? 10 : 1;
    if (event->matches(QKeySequence::SelectAll)) {
        const std::vector<KeyRef> all = allKeys();
        return select({all.begin(), all.end()});
    }
    if (event->key() == Qt::Key_Escape && m_press != Press::None)
        return cancelDrag();
    if (m_selection.empty())
        return event->ignore();
    switch (event->key()) {
    case Qt::Key_Left:
        return nudge(-step);
    case Qt::Key_Right:
        return nudge(step);
    case Qt::Key_Up:
        return nudgeValues(steps);
    case Qt::Key_Down:
        return nudgeValues(-steps);
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        return removeSelected();
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return Q_EMIT valueWanted();
    case Qt::Key_Escape:
        return select({});
    default:
        event->ignore();
    }
}

void DopeLanes::focusInEvent(QFocusEvent* event)
{
    update();
    const std::vector<KeyRef> keys = allKeys();
    const bool tabbed =
        event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    if (tabbed && m_selection.empty() && !keys.empty()) {
        m_focused = event->reason() == Qt::TabFocusReason ? keys.front() : keys.back();
        select({*m_focused});
    }
    QWidget::focusInEvent(event);
}

void DopeLanes::focusOutEvent(QFocusEvent* event)
{
    update();
    QWidget::focusOutEvent(event);
}

bool DopeLanes::focusNextPrevChild(bool next)
{
    // Tab visits the keys, then leaves the rows.
    const std::vector<KeyRef> keys = allKeys();
    if (hasFocus() && !keys.empty()) {
        const auto at = m_focused ? std::find(keys.begin(), keys.end(), *m_focused) : keys.end();
        const auto index = at == keys.end() ? (next ? -1 : static_cast<std::ptrdiff_t>(keys.size()))
                                            : at - keys.begin();
        const auto wanted = index + (next ? 1 : -1);
        if (wanted >= 0 && wanted < static_cast<std::ptrdiff_t>(keys.size())) {
            m_focused = keys[static_cast<std::size_t>(wanted)];
            select({*m_focused});
            update();
            return true;
        }
    }
    m_focused.reset();
    return QWidget::focusNextPrevChild(next);
}

} // namespace scorefield::ui
