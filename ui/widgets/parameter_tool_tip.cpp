// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/parameter_tool_tip.h"

#include "ui/widgets/formula.h"
#include "ui/widgets/style.h"

#include <QCoreApplication>

namespace scorefield::ui {
namespace {

QString rangeText(const ParameterDescriptor& descriptor)
{
    const auto number = [&](double value) {
        return QString::fromStdString(descriptor.format(value)).replace(u'-', QChar(0x2212));
    };
    return QCoreApplication::translate("ParameterRow", "%1 to %2, default %3")
        .arg(number(descriptor.minimum),
             number(descriptor.maximum),
             number(descriptor.defaultValue));
}

} // namespace

QString parameterToolTip(const ParameterDescriptor& descriptor,
                         const QString& key,
                         const QString& disabledReason)
{
    const render::Theme& theme = currentTheme();
    const auto text = [](const std::string& plain) {
        return QString::fromStdString(plain).toHtmlEscaped();
    };
    const auto coloured = [](const QColor& color, const QString& content) {
        return QStringLiteral("<p style='color:%1; margin:4px 0 0 0'>%2</p>")
            .arg(color.name(), content);
    };
    QString tip = QStringLiteral("<p style='margin:0'><b>%1</b>").arg(text(descriptor.label));
    if (!descriptor.symbol.empty())
        tip += QStringLiteral("&nbsp; <i>%1</i>").arg(text(descriptor.symbol));
    if (!descriptor.unit.empty())
        tip += QStringLiteral(" [%1]").arg(text(descriptor.unit));
    tip += QStringLiteral("</p>");
    if (!disabledReason.isEmpty())
        tip += coloured(theme.warning, formulaHtml(disabledReason));
    if (!descriptor.help.empty())
        tip += QStringLiteral("<p style='margin:4px 0 0 0'>%1</p>")
                   .arg(formulaHtml(QString::fromStdString(descriptor.help)));
    if (descriptor.type == ParameterType::Real || descriptor.type == ParameterType::Integer)
        tip += coloured(theme.secondary, rangeText(descriptor).toHtmlEscaped());
    else
        tip += coloured(theme.secondary,
                        QCoreApplication::translate("ParameterRow", "default: %1")
                            .arg(QString::fromStdString(descriptor.format(descriptor.defaultValue)))
                            .toHtmlEscaped());
    return tip + coloured(theme.secondary, key.toHtmlEscaped());
}

} // namespace scorefield::ui
