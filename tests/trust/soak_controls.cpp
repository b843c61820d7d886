// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/trust/soak_controls.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QFileDialog>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QModelIndex>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QScrollArea>
#include <QSplitter>
#include <QTabBar>
#include <QTextEdit>

#include <algorithm>

namespace scorefield::ui {

namespace {

constexpr int kTries = 24; // at a place that nothing covers

bool isOfQt(const QWidget& widget)
{
    return QByteArray(widget.metaObject()->className()).startsWith('Q');
}

/// What answers to a hand: Qt's own by their kind, others by what they ask for.
bool isControl(const QWidget& widget)
{
    if (widget.isWindow())
        return false;
    if (qobject_cast<const QAbstractButton*>(&widget)
        || qobject_cast<const QAbstractSlider*>(&widget) || qobject_cast<const QLineEdit*>(&widget)
        || qobject_cast<const QComboBox*>(&widget) || qobject_cast<const QAbstractSpinBox*>(&widget)
        || qobject_cast<const QAbstractItemView*>(&widget)
        || qobject_cast<const QTextEdit*>(&widget) || qobject_cast<const QPlainTextEdit*>(&widget)
        || qobject_cast<const QTabBar*>(&widget) || qobject_cast<const QSplitterHandle*>(&widget))
        return true;
    return !isOfQt(widget)
           && (widget.focusPolicy() != Qt::NoFocus || widget.hasMouseTracking()
               || widget.testAttribute(Qt::WA_SetCursor));
}

/// Of a widget without a name of its own: what it says.
QString labelOf(const QWidget& widget)
{
    for (const char* property : {"accessibleName", "text", "toolTip"}) {
        const QString text = widget.property(property).toString();
        const bool isContent = qobject_cast<const QLineEdit*>(&widget) && property[0] == 't'
                               && property[1] == 'e'; // what was typed names nothing
        if (!text.isEmpty() && !isContent && !text.startsWith(QLatin1Char('<'))) // pages of help
            return text.left(30).simplified();
    }
    return {};
}

QString ownName(const QWidget& widget)
{
    const QString name = widget.objectName();
    if (!name.isEmpty() && !name.startsWith(QStringLiteral("qt_")))
        return name;
    QString kind = QLatin1String(widget.metaObject()->className());
    kind.remove(QStringLiteral("scorefield::ui::"));
    const QString label = labelOf(widget);
    return label.isEmpty() ? kind : kind + QLatin1Char(' ') + label;
}

std::string withoutNumbers(QString name)
{
    static const QRegularExpression numbers(QStringLiteral("[0-9]+([.,][0-9]+)?"));
    return name.replace(numbers, QStringLiteral("N")).toStdString();
}

} // namespace

int below(Random& random, int count)
{
    return static_cast<int>(random() % static_cast<unsigned>(std::max(count, 1)));
}

std::vector<QWidget*> openWindows()
{
    std::vector<QWidget*> windows;
    const QWidget* modal = QApplication::activeModalWidget();
    const auto all = QApplication::topLevelWidgets();
    for (QWidget* window : all) {
        const auto type = window->windowType();
        if (!window->isVisible() || type == Qt::Popup || type == Qt::ToolTip
            || window->windowHandle() == nullptr || (modal && window != modal)
            || qobject_cast<QFileDialog*>(window)
            || (window == modal && qobject_cast<QMessageBox*>(window)))
            continue;
        windows.push_back(window);
    }
    return windows;
}

std::vector<Control> controlsNow()
{
    std::vector<Control> controls;
    for (QWidget* window : openWindows()) {
        const auto widgets = window->findChildren<QWidget*>();
        for (QWidget* widget : widgets)
            if (widget->window() == window && widget->isVisible() && widget->isEnabled()
                && !widget->size().isEmpty() && isControl(*widget))
                controls.push_back({widget, controlName(*widget)});
    }
    return controls;
}

std::string controlName(const QWidget& widget)
{
    QString name = ownName(widget);
    for (const QWidget* above = widget.parentWidget(); above; above = above->parentWidget()) {
        const QString place = above->objectName();
        if (!place.isEmpty() && !place.startsWith(QStringLiteral("qt_"))) {
            name = place + QLatin1Char('/') + name;
            break;
        }
    }
    QString window = widget.window()->objectName();
    if (window.isEmpty())
        window = QLatin1String(widget.window()->metaObject()->className());
    window.remove(QStringLiteral("scorefield::ui::"));
    return withoutNumbers(window + QLatin1Char('/') + name);
}

std::string actionName(const QMenu& menu, const QAction& action)
{
    QString title = menu.title();
    if (title.isEmpty())
        title = menu.parentWidget() ? ownName(*menu.parentWidget()) : QStringLiteral("menu");
    QString entry = action.objectName();
    if (entry.isEmpty())
        entry = title.contains(QStringLiteral("recent")) ? QStringLiteral("file") : action.text();
    QString name = QStringLiteral("menu/%1/%2").arg(title, entry);
    name.remove(QLatin1Char('&'));
    const bool isPreset = !action.objectName().isEmpty();
    return isPreset ? name.toStdString() : withoutNumbers(name);
}

std::string rowName(const std::string& opener, const QModelIndex& row)
{
    return opener + ": " + withoutNumbers(row.data().toString().left(40));
}

std::optional<QPoint> placeOn(QWidget& control, Random& random)
{
    const QWidget* window = control.window();
    for (QWidget* above = control.parentWidget(); above; above = above->parentWidget())
        if (auto* area = qobject_cast<QScrollArea*>(above))
            area->ensureWidgetVisible(&control);
    const QRect seen = control.visibleRegion().boundingRect();
    if (seen.isEmpty())
        return std::nullopt;
    for (int i = 0; i < kTries; ++i) {
        const QPoint own =
            seen.topLeft() + QPoint(below(random, seen.width()), below(random, seen.height()));
        const QPoint place = control.mapTo(window, i == 0 ? seen.center() : own);
        const QWidget* hit = window->childAt(place);
        if (hit == &control || (hit && control.isAncestorOf(hit)))
            return place;
    }
    return std::nullopt;
}

int Ledger::uses(const std::string& name) const
{
    const auto entry = m_entries.find(name);
    return entry == m_entries.end() ? 0 : entry->second.used;
}

std::pair<int, int> Ledger::wear(const std::string& name) const
{
    const auto entry = m_entries.find(name);
    if (entry == m_entries.end())
        return {0, 0};
    return {entry->second.used - entry->second.openings, entry->second.used};
}

std::size_t Ledger::leastUsed(const std::vector<std::string>& names, Random& random) const
{
    std::vector<std::size_t> least;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!least.empty() && wear(names[i]) > wear(names[least.front()]))
            continue;
        if (!least.empty() && wear(names[i]) < wear(names[least.front()]))
            least.clear();
        least.push_back(i);
    }
    return least[static_cast<std::size_t>(below(random, static_cast<int>(least.size())))];
}

int Ledger::usedCount() const
{
    return static_cast<int>(std::count_if(
        m_entries.begin(), m_entries.end(), [](const auto& entry) { return entry.second.used > 0; }));
}

int Ledger::useCount() const
{
    int count = 0;
    for (const auto& [name, entry] : m_entries)
        count += entry.used;
    return count;
}

std::vector<std::string> Ledger::unused(int moments) const
{
    std::vector<std::string> names;
    for (const auto& [name, entry] : m_entries)
        if (entry.used == 0 && entry.seen >= moments)
            names.push_back(name);
    return names;
}

} // namespace scorefield::ui
