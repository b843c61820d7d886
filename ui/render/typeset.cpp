// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/render/typeset.h"

#include "core/base/text.h"

#include <QFontMetricsF>
#include <QPainter>

#include <cmath>
#include <vector>

namespace scorefield::render {
namespace {

struct Run {
    QString text;
    bool italic;
    bool raised = false;
};

constexpr double kRaisedSize = 0.74, kRaise = 0.36; // of the font's size

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
            runs.push_back({symbol, letters < 3 && !acronym});
        }
        i = end;
    }
    return runs;
}

/// "e^(−t/2)" as e with a raised −t/2.
std::vector<Run> runsOf(const QString& text)
{
    std::vector<Run> runs;
    const auto append = [&runs](const QString& part, bool raised) {
        for (auto run : plainRuns(part)) {
            run.raised = raised;
            runs.push_back(run);
        }
    };
    qsizetype from = 0;
    for (;;) {
        const auto open = text.indexOf(QLatin1String("^("), from);
        const auto close = open < 0 ? -1 : text.indexOf(QLatin1Char(')'), open);
        if (close < 0)
            break;
        append(text.mid(from, open - from), false);
        append(text.mid(open + 2, close - open - 2), true);
        from = close + 1;
    }
    append(text.mid(from), false);
    return runs;
}

QFont styled(QFont font, const Run& run)
{
    font.setItalic(run.italic);
    if (run.raised)
        font.setPixelSize(
            std::max(1, static_cast<int>(std::lround(kRaisedSize * font.pixelSize()))));
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
        painter.drawText(baseline + QPointF(x, run.raised ? -kRaise * font.pixelSize() : 0),
                         run.text);
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
    painter.setFont(font);
    double x = 0;
    for (const QChar c : text) {
        const double width = metrics.horizontalAdvance(c), advance = c.isDigit() ? cell : width;
        painter.drawText(baseline + QPointF(x + 0.5 * (advance - width), 0), QString(c));
        x += advance;
    }
    return x;
}

} // namespace scorefield::render
