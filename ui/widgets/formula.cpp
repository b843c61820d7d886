// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/formula.h"

namespace scorefield::ui {
namespace {

/// The end of the bracket that opens at `start`, or -1.
qsizetype closingBracket(const QString& text, qsizetype start)
{
    int depth = 0;
    for (qsizetype i = start; i < text.size(); ++i) {
        if (text[i] == u'(')
            ++depth;
        else if (text[i] == u')' && --depth == 0)
            return i;
    }
    return -1;
}

/// The end of a script of one symbol: a number, or one letter with the marks that combine with it.
/// `start` if there is none.
qsizetype symbolEnd(const QString& text, qsizetype start)
{
    qsizetype end = start;
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

} // namespace

QString formulaHtml(const QString& text)
{
    QString html;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        // A snake_case key in a sentence is no formula: a script follows a symbol of one letter, or
        // a bracket.
        const bool afterSymbol =
            i > 0 && !(i > 1 && text[i - 1].isLetter() && text[i - 2].isLetter());
        if ((c == u'^' || c == u'_') && afterSymbol && i + 1 < text.size()) {
            const bool bracket = text[i + 1] == u'(';
            const qsizetype start = bracket ? i + 2 : i + 1;
            const qsizetype end = bracket ? closingBracket(text, i + 1) : symbolEnd(text, start);
            if (end > start) {
                const QString tag = c == u'^' ? QStringLiteral("sup") : QStringLiteral("sub");
                html += u'<' + tag + u'>' + formulaHtml(text.mid(start, end - start))
                        + QStringLiteral("</") + tag + u'>';
                i = bracket ? end : end - 1;
                continue;
            }
        }
        html += QString(c).toHtmlEscaped();
    }
    return html;
}

} // namespace scorefield::ui
