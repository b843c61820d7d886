// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Small mathematics with QPainter: italic symbols, real minus signs and powers of ten, figures of
// one width.
#include <QColor>
#include <QFont>
#include <QPointF>
#include <QString>

#include <optional>

class QPainter;

namespace scorefield::render {

/// "−0.25", "1.2·10⁻⁶": at most `digits` significant digits, a real minus sign, powers of ten as
/// superscripts.
QString prettyNumber(double value, int digits = 3);

/// A super- or subscript of a formula in one line: ^x ^(…) ^{…} _x _max _churn _(…) _{…} after a
/// symbol of one letter or a bracket; the text from start to end, without brackets.
struct Script {
    qsizetype start, end, next; ///< next: what follows
    bool raised;
};
/// The script whose ^ or _ stands at this place.
std::optional<Script> scriptAt(const QString& text, qsizetype at);

/// Of a file, as opposed to the screen: every character in its own form. Some fonts have others for
/// signs between digits, which a search of the file would not find.
bool isFileFont(const QFont& font);
QFont numberFont(QFont font);

/// "a · b · c" without its last clauses where they do not fit.
QString fittingClauses(QString text, const QFont& font, double width);

/// Width of `text` with single letters (with their sub- and superscripts and accents) in italics,
/// all else upright.
double formulaWidth(const QString& text, const QFont& font);
/// Draws it from the left end of the baseline; returns its width.
double drawFormula(QPainter& painter,
                   QPointF baseline,
                   const QString& text,
                   const QFont& font,
                   const QColor& color);

/// Width with every figure as wide as a zero, so that changing numbers do not dance. In a file,
/// where nothing changes, the number is one piece of text.
double tabularWidth(const QString& text, const QFont& font);
double drawTabular(QPainter& painter,
                   QPointF baseline,
                   const QString& text,
                   const QFont& font,
                   const QColor& color);

} // namespace scorefield::render
