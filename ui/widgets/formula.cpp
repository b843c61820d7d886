// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/formula.h"

#include "ui/render/typeset.h"

namespace scorefield::ui {

QString formulaHtml(const QString& text)
{
    QString html;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (const auto script = render::scriptAt(text, i)) {
            const QString tag = script->raised ? QStringLiteral("sup") : QStringLiteral("sub");
            html += u'<' + tag + u'>'
                    + formulaHtml(text.mid(script->start, script->end - script->start))
                    + QStringLiteral("</") + tag + u'>';
            i = script->next - 1;
            continue;
        }
        html += QString(text[i]).toHtmlEscaped();
    }
    return html;
}

} // namespace scorefield::ui
