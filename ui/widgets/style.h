// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How the tokens of ui/render/theme.h become widgets: palette, fonts, one style sheet, recoloured
// icons. Widgets that paint themselves ask currentTheme() and px(); they are told of a change by
// QEvent::StyleChange.
#include "ui/render/theme.h"

#include <QFont>
#include <QIcon>
#include <QPointF>
#include <QString>

#include <vector>

class QApplication;
class QPainter;

namespace scorefield::ui {

/// The factor of presentation mode, for applyTheme's last argument.
inline constexpr double kPresentationScale = 1.75;

/// Palette, font and style sheet of the whole application. `scaleFactor` multiplies every size
/// (presentation mode).
void applyTheme(QApplication& application, const render::Theme& theme, double scaleFactor = 1);
/// What applyTheme was called with last (dark at factor 1 before).
const render::Theme& currentTheme();
double scaleFactor();

/// A length of the design (logical pixels at factor 1) under the current factor.
int px(double length);
/// 13 px body text, and the 11 px tracked capitals of a section.
QFont bodyFont();
QFont capsFont();
/// `amount` of `over` mixed into `under`.
QColor blend(const QColor& under, const QColor& over, double amount);

/// resources/icons/NAME.svg in one colour, sharp at every size. Without a colour: the current text
/// colour.
QIcon themedIcon(const QString& name, const QColor& color);
QIcon themedIcon(const QString& name);
/// A disc in the colour of a class.
QIcon classIcon(int label);
/// Of a set: a disc in the colours of its first classes.
QIcon classIcon(const std::vector<int>& labels);
/// The 7 px chevron of lists, pointing down at 0 degrees.
void paintChevron(QPainter& painter, QPointF centre, double degrees, bool enabled = true);

} // namespace scorefield::ui
