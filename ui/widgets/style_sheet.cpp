// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/style_sheet.h"

#include "ui/widgets/style.h"

#include <QRegularExpression>

#include <cmath>
#include <utility>

namespace scorefield::ui {
namespace {

// @name is a colour of the theme, 12u a length in design pixels.
const char* const kSheet = R"(
QToolTip { background: @panel; color: @text; border: 1px solid @hairline; padding: 6u; }
QMainWindow::separator { background: @hairline; width: 1px; height: 1px; }
[panel="true"] { background: @panel; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: 0; }
QDialog { background: @panel; }
QLabel { background: transparent; }
QLabel[caps="true"], QLabel[quiet="true"] { color: @secondary; }
QLabel[quiet="true"] { font-size: 12u; }
QLabel[formula="true"] { padding: 0 0 3u 0; }
QLabel[problem="true"] { color: @error; font-size: 12u; }
QLabel[warning="true"] { color: @warning; font-size: 12u; }

QScrollBar { background: transparent; border: 0; }
QScrollBar:vertical { width: 10u; }
QScrollBar:horizontal { height: 10u; }
QScrollBar::handle { background: @scroll; border-radius: 3u; margin: 2u; }
QScrollBar::handle:vertical { min-height: 28u; }
QScrollBar::handle:horizontal { min-width: 28u; }
QScrollBar::handle:hover { background: @scrollHover; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox {
  background: @field; color: @text; border: 1px solid @hairline; border-radius: 6u;
  padding: 0 7u; min-height: 24u; selection-background-color: @accent; selection-color: @onAccent; }
QLineEdit:hover, QSpinBox:hover { border-color: @edge; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus { border: 2px solid @accent; padding: 0 6u; min-height: 22u; }
QLineEdit:disabled, QSpinBox:disabled { color: @faint; }
QLineEdit[error="true"] { color: @error; border-color: @error; }
QSpinBox { padding-right: 0; }
QSpinBox::up-button, QSpinBox::down-button { border: 0; width: 18u; background: transparent; }

QComboBox { background: @field; color: @text; border: 1px solid @hairline; border-radius: 6u;
  padding: 0 4u 0 8u; min-height: 24u; }
QComboBox:hover { border-color: @edge; }
QComboBox:focus { border: 2px solid @accent; padding: 0 3u 0 7u; min-height: 22u; }
QComboBox:disabled { color: @faint; }
QComboBox::drop-down { border: 0; width: 18u; subcontrol-origin: padding; subcontrol-position: center right; }
QComboBox QAbstractItemView { background: @panel; color: @text; border: 1px solid @edge; padding: 4u; outline: 0;
  selection-background-color: @selected; selection-color: @text; }
QComboBox QAbstractItemView::item { min-height: 26u; padding: 0 6u; border-radius: 4u; }

QPushButton { background: @field; color: @text; border: 1px solid @hairline; border-radius: 6u;
  padding: 0 12u; min-height: 26u; }
QPushButton:hover { background: @hover; border-color: @edge; }
QPushButton:pressed { background: @pressed; }
QPushButton:disabled { color: @faint; }
QPushButton:checked, QPushButton[primary="true"] { background: @accent; color: @onAccent; border-color: @accent; }
QPushButton[primary="true"]:hover { background: @accentHover; }
QPushButton:checked:disabled, QPushButton[primary="true"]:disabled { background: @pressed; color: @faint; border-color: @hairline; }
QPushButton:focus { border: 2px solid @accent; padding: 0 11u; min-height: 24u; }
QPushButton:checked:focus, QPushButton[primary="true"]:focus { border-color: @text; }
QPushButton[segment] { border-radius: 0; padding: 0 10u; min-height: 26u; border-right-width: 0; }
QPushButton[segment]:focus { padding: 0 9u; min-height: 24u; }
QPushButton[segment="first"] { border-top-left-radius: 6u; border-bottom-left-radius: 6u; }
QPushButton[segment="last"] { border-top-right-radius: 6u; border-bottom-right-radius: 6u; border-right-width: 1px; }
QPushButton[segment="only"] { border-radius: 6u; border-right-width: 1px; }

QToolButton { background: transparent; color: @text; border: 1px solid transparent; border-radius: 6u; padding: 3u; }
QToolButton:hover { background: @hover; }
QToolButton:pressed { background: @pressed; }
QToolButton:checked { background: @hover; }
QToolButton[link="true"]:checked, QToolButton[pair="true"]:checked { background: transparent; }
QToolButton[pair="true"]:checked:hover { background: @hover; }
QToolButton:focus { border: 2px solid @accent; padding: 2u; }
QToolButton:disabled { color: @faint; }
QToolButton[link="true"] { color: @secondary; padding: 2u 0; font-size: 12u; }
QToolButton[link="true"]:hover { color: @text; background: transparent; }
QToolButton[icon="true"], QToolButton[icon="true"]:focus { padding: 0; }
QToolButton::menu-indicator { image: none; }

QTableView { background: transparent; color: @text; border: 0; gridline-color: transparent; outline: 0; font-size: 12u;
  selection-background-color: @selected; selection-color: @text; }
QTableView::item { border-bottom: 1px solid @hairline; padding: 0 4u; }
QTableView::item:selected { background: @selected; color: @text; }
QTableView QLineEdit { border-radius: 3u; padding: 0 3u; min-height: 0; font-size: 12u; background: @field; }
QTableView QLineEdit:focus { padding: 0 2u; min-height: 0; }
QHeaderView { background: transparent; border: 0; }
QTableCornerButton::section { background: transparent; border: 0; border-bottom: 1px solid @hairline; }
QHeaderView::section { background: transparent; color: @secondary; border: 0; border-bottom: 1px solid @hairline;
  padding: 0 7u; font-size: 11u; font-weight: 400; }
[choicePopup="true"] QListView { background: transparent; border: 0; outline: 0; padding: 0; }
QListWidget { background: @field; color: @text; border: 1px solid @hairline; border-radius: 6u; padding: 4u; outline: 0; }
QListWidget:focus { border-color: @accent; }
QListWidget::item { min-height: 22u; border-radius: 4u; padding: 0 4u; color: @text; }
QListWidget::item:selected { background: @selected; color: @text; }

QMenuBar { background: @panel; color: @text; }
QMenuBar::item { padding: 4u 8u; background: transparent; border-radius: 4u; }
QMenuBar::item:selected { background: @hover; }
QMenu { background: @panel; color: @text; border: 1px solid @edge; padding: 4u; }
QMenu::item { padding: 5u 24u 5u 10u; border-radius: 4u; }
QMenu::item:selected { background: @selected; }
QMenu::item:disabled { color: @faint; }
QMenu::separator { height: 1px; background: @hairline; margin: 4u 6u; }
QMenu::icon { padding-left: 6u; }
QToolBar { background: @panel; border: 0; border-bottom: 1px solid @hairline; spacing: 8u; padding: 6u 12u; }
QDockWidget { color: @secondary; font-size: 11u; }
QDockWidget::title { background: @panel; border-top: 1px solid @hairline; padding: 3u 12u; text-align: left; }
QMainWindow::separator { background: @hairline; width: 1px; height: 1px; }
QStatusBar { background: @panel; color: @secondary; border-top: 1px solid @hairline; font-size: 12u; }
QStatusBar QLabel { color: @secondary; font-size: 12u; }
QStatusBar::item { border: 0; }
QProgressBar { background: transparent; border: 0; max-height: 2u; min-height: 2u; }
QProgressBar::chunk { background: @accent; }
)";

QString lengths(const QString& sheet, double factor)
{
    static const QRegularExpression kLength(QStringLiteral("(\\d+)u\\b"));
    QString result;
    qsizetype end = 0;
    for (auto matches = kLength.globalMatch(sheet); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        result += QStringView(sheet).mid(end, match.capturedStart() - end);
        result += QString::number(std::lround(match.captured(1).toDouble() * factor))
                  + QStringLiteral("px");
        end = match.capturedEnd();
    }
    result += QStringView(sheet).mid(end);
    return result;
}

} // namespace

QString styleSheet(const render::Theme& theme, double scaleFactor)
{
    // Longer names first: "@accentHover" must not be read as "@accent".
    const std::pair<const char*, QColor> colors[] = {
        {"@scrollHover", blend(theme.panel, theme.secondary, .6)},
        {"@scroll", blend(theme.panel, theme.secondary, .35)},
        {"@accentHover", blend(theme.accent, theme.text, .12)},
        {"@onAccent", theme.dark ? theme.window : theme.panel},
        {"@accent", theme.accent},
        {"@selected", blend(theme.panel, theme.accent, .18)},
        {"@hairline", theme.hairline},
        {"@hover", blend(theme.field, theme.text, .06)},
        {"@pressed", blend(theme.field, theme.text, .12)},
        {"@secondary", theme.secondary},
        {"@faint", blend(theme.panel, theme.text, .4)},
        {"@edge", blend(theme.hairline, theme.secondary, .5)},
        {"@panel", theme.panel},
        {"@field", theme.field},
        {"@text", theme.text},
        {"@error", theme.error},
        {"@warning", theme.warning},
    };
    QString sheet = lengths(QString::fromUtf8(kSheet), scaleFactor);
    for (const auto& [name, color] : colors)
        sheet.replace(QLatin1StringView(name), color.name());
    return sheet;
}

} // namespace scorefield::ui
