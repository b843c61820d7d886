// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/figure_options.h"

#include "core/base/text.h"

#include <QString>
#include <QtGlobal>

#include <cmath>
#include <cstdio>

namespace scorefield::app {

std::vector<Option> figureOptions(QSize usual)
{
    return {
        {"--size",
         "WxH",
         "pixels (" + std::to_string(usual.width()) + "x" + std::to_string(usual.height()) + ")"},
        {"--dpi", "N", "text and lines scale with N/96 (96)"},
        {"--theme", "light|dark", "(light)"}};
}

Result<FigureOptions> readFigureOptions(const Arguments& arguments, QSize usual)
{
    FigureOptions options{usual};
    if (const auto text = arguments.value("--size")) {
        constexpr double smallest = 64,
                         largest = 16384; // pixels; the largest texture of OpenGL 4 hardware
        const auto parts = splitText(*text, 'x');
        const auto width = parseNumber(parts[0]);
        const auto height = parts.size() == 2 ? parseNumber(parts[1]) : Result<double>(Error{});
        const auto isSide = [&](const Result<double>& side) {
            return side.ok() && *side >= smallest && *side <= largest && std::floor(*side) == *side;
        };
        if (!isSide(width) || !isSide(height))
            return Error{"--size",
                         "is '" + *text
                             + "', must be WIDTHxHEIGHT in pixels, each from 64 to 16384"};
        options.size = QSize(static_cast<int>(*width), static_cast<int>(*height));
    }
    const auto dpi = arguments.number("--dpi", 24, 2400, options.dpi);
    if (!dpi)
        return dpi.error();
    options.dpi = *dpi;
    const std::string theme = arguments.value("--theme").value_or("light");
    if (theme != "light" && theme != "dark")
        return Error{"--theme", "is '" + theme + "', must be light or dark"};
    options.dark = theme == "dark";
    return options;
}

void drawWithoutDisplay()
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qInstallMessageHandler([](QtMsgType type, const QMessageLogContext&, const QString& message) {
        if (type == QtCriticalMsg
            || type == QtFatalMsg) // remarks on the desktop it does not find concern nobody here
            std::fputs((message.toStdString() + "\n").c_str(), stderr);
    });
}

} // namespace scorefield::app
