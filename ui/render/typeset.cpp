// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/typeset.h"

#include "core/base/text.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <vector>

namespace scorefield::render {
namespace {

struct Run {
    QString text;
    bool italic;
    double size = 1, raise = 0; ///< of the font's size
};

constexpr double kScriptSize = 0.74, kRaise = 0.36, kLower = 0.16; // of the font's size

/// The end of the bracket that opens at `start`, or -1.
qsizetype closingBracket(const QString& text, qsizetype start)
{
    const QChar open = text[start], close = open == u'(' ? u')' : u'}';
    int depth = 0;
    for (qsizetype i = start; i < text.size(); ++i) {
        if (text[i] == open)
            ++depth;
        else if (text[i] == close && --depth == 0)
            return i;
    }
    return -1;
}

/// The end of a script of one symbol: a number, a word of three small letters or more (max, churn),
/// or one letter with the marks that combine with it. `start` if there is none.
qsizetype symbolEnd(const QString& text, qsizetype start)
{
    qsizetype end = start;
    while (end < text.size() && text[end] >= u'a' && text[end] <= u'z')
        ++end;
    if (end - start >= 3)
        return end;
    end = start;
    if (end < text.size() && (text[end] == u'-' || text[end] == QChar(0x2212)))
        ++end;
    if (end >= text.size() || !text[end].isLetterOrNumber())
        return start;
    const bool number = text[end].isDigit();
    ++end;
    while (end < text.size() && (text[end].isMark() || (number && text[end].isDigit())))
        ++end;
    return end;
}

bool continuesSymbol(QChar c)
{
    const ushort u = c.unicode();
    const bool combining = c.category() == QChar::Mark_NonSpacing;
    const bool script = (u >= 0x2080 && u <= 0x209C) || (u >= 0x2070 && u <= 0x207F) || u == 0x00B2
                        || u == 0x00B3 || u == 0x00B9;
    return combining || script;
}

/// Words of three letters and more (exp, log) stay upright, and so does the d of a differential.
std::vector<Run> plainRuns(const QString& text)
{
    std::vector<Run> runs;
    for (int i = 0; i < text.size();) {
        int end = i;
        if (!text[i].isLetter() || continuesSymbol(text[i])) {
            while (end < text.size() && (!text[end].isLetter() || continuesSymbol(text[end])))
                ++end;
            runs.push_back({text.mid(i, end - i), false});
        } else {
            int letters = 0;
            while (end < text.size()
                   && ((text[end].isLetter() && !continuesSymbol(text[end]))
                       || continuesSymbol(text[end])))
                letters += continuesSymbol(text[end++]) ? 0 : 1;
            const bool differential = letters == 2 && text[i] == QLatin1Char('d');
            if (differential) {
                runs.push_back({text.mid(i, 1), false});
                ++i;
            }
            const QString symbol = text.mid(i, end - i);
            const bool acronym = letters == 2 && symbol.size() == 2 && symbol == symbol.toUpper()
                                 && symbol[0].unicode() < 128; // PC 1
            const bool logarithm = symbol == QLatin1String("ln");
            runs.push_back({symbol, letters < 3 && !acronym && !logarithm});
        }
        i = end;
    }
    return runs;
}

/// "e^(−t/2)" as e with a raised −t/2, "σ_max" with a lowered max.
std::vector<Run> runsOf(const QString& text, double size = 1, double raise = 0)
{
    std::vector<Run> runs;
    const auto append = [&](const QString& part) {
        for (Run run : plainRuns(part)) {
            run.size = size;
            run.raise = raise;
            runs.push_back(run);
        }
    };
    qsizetype from = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const auto script = scriptAt(text, i);
        if (!script)
            continue;
        append(text.mid(from, i - from));
        const double shift = size * (script->raised ? kRaise : -kLower);
        const auto inner = runsOf(text.mid(script->start, script->end - script->start),
                                  size * kScriptSize,
                                  raise + shift);
        runs.insert(runs.end(), inner.begin(), inner.end());
        from = script->next;
        i = from - 1;
    }
    append(text.mid(from));
    return runs;
}

QFont styled(QFont font, const Run& run)
{
    font.setItalic(run.italic);
    if (std::none_of(run.text.begin(), run.text.end(), [](QChar c) { return c.isLetter(); }))
        font = numberFont(font);
    if (run.size < 1)
        font.setPixelSize(std::max(1, static_cast<int>(std::lround(run.size * font.pixelSize()))));
    return font;
}

QString superscript(int value)
{
    static const QString digits = QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹");
    QString out = value < 0 ? QStringLiteral("⁻") : QString();
    for (const QChar c : QString::number(std::abs(value)))
        out += digits[c.digitValue()];
    return out;
}

} // namespace

std::optional<Script> scriptAt(const QString& text, qsizetype at)
{
    // A snake_case key in a sentence is no formula: a script follows a symbol of one letter, or a
    // bracket.
    const bool marked = text[at] == u'^' || text[at] == u'_';
    const bool afterSymbol =
        at > 0 && !(at > 1 && text[at - 1].isLetter() && text[at - 2].isLetter());
    if (!marked || !afterSymbol || at + 1 >= text.size())
        return std::nullopt;
    const bool bracket = text[at + 1] == u'(' || text[at + 1] == u'{';
    const qsizetype start = bracket ? at + 2 : at + 1;
    const qsizetype end = bracket ? closingBracket(text, at + 1) : symbolEnd(text, start);
    if (end <= start)
        return std::nullopt;
    return Script{start, end, bracket ? end + 1 : end, text[at] == u'^'};
}

QString prettyNumber(double value, int digits)
{
    if (std::isinf(value))
        return value > 0 ? QStringLiteral("∞") : QStringLiteral("−∞");
    if (std::isnan(value))
        return QStringLiteral("–");
    QString text = QString::fromStdString(formatNumber(value, digits));
    const auto exponent = text.indexOf(QLatin1Char('e'));
    if (exponent >= 0) {
        const QString mantissa = text.left(exponent);
        const int power = text.mid(exponent + 1).toInt();
        text = (mantissa == QLatin1String("1") ? QString() : mantissa + QStringLiteral("·"))
               + QStringLiteral("10") + superscript(power);
    }
    return text.replace(QLatin1Char('-'), QStringLiteral("−"));
}

bool isFileFont(const QFont& font)
{
    return (font.styleStrategy() & QFont::NoSubpixelAntialias) != 0; // see interfaceFont
}

QFont numberFont(QFont font)
{
    if (isFileFont(font))
        font.setStyleStrategy(QFont::StyleStrategy(font.styleStrategy() | QFont::PreferNoShaping));
    return font;
}

QString fittingClauses(QString text, const QFont& font, double width)
{
    const QFontMetricsF metrics(font);
    const QString dot = QStringLiteral(" · ");
    while (text.contains(dot) && metrics.horizontalAdvance(text) > width)
        text = text.left(text.lastIndexOf(dot));
    return metrics.elidedText(text, Qt::ElideRight, width);
}

double formulaWidth(const QString& text, const QFont& font)
{
    double width = 0;
    for (const auto& run : runsOf(text))
        width += QFontMetricsF(styled(font, run)).horizontalAdvance(run.text);
    return width;
}

double drawFormula(QPainter& painter,
                   QPointF baseline,
                   const QString& text,
                   const QFont& font,
                   const QColor& color)
{
    painter.setPen(color);
    double x = 0;
    for (const auto& run : runsOf(text)) {
        const QFont use = styled(font, run);
        painter.setFont(use);
        painter.drawText(baseline + QPointF(x, -run.raise * font.pixelSize()), run.text);
        x += QFontMetricsF(use).horizontalAdvance(run.text);
    }
    return x;
}

double tabularWidth(const QString& text, const QFont& font)
{
    const QFontMetricsF metrics(font);
    double width = 0;
    for (const QChar c : text)
        width += metrics.horizontalAdvance(c.isDigit() ? QLatin1Char('0') : c);
    return width;
}

double drawTabular(QPainter& painter,
                   QPointF baseline,
                   const QString& text,
                   const QFont& font,
                   const QColor& color)
{
    const QFontMetricsF metrics(font);
    const double cell = metrics.horizontalAdvance(QLatin1Char('0'));
    painter.setPen(color);
    painter.setFont(numberFont(font));
    if (isFileFont(font)) {
        painter.drawText(baseline, text);
        return tabularWidth(text, font);
    }
    double x = 0;
    for (const QChar c : text) {
        const double width = metrics.horizontalAdvance(c), advance = c.isDigit() ? cell : width;
        painter.drawText(baseline + QPointF(x + 0.5 * (advance - width), 0), QString(c));
        x += advance;
    }
    return x;
}

} // namespace scorefield::render
