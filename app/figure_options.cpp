// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/figure_options.h"

#include "app/spec_options.h"
#include "core/base/text.h"

#include <QString>
#include <QtGlobal>

#include <cstdio>

namespace scorefield::app {

namespace {

/// What of a figure is not about lanes.
const std::vector<std::string> kChartKeys = {"width",
                                             "height",
                                             "unit",
                                             "dpi",
                                             "theme",
                                             "transparent",
                                             "font_size",
                                             "line_scale",
                                             "letters",
                                             "panel_titles",
                                             "axes",
                                             "legend"};

std::vector<SpecRow<FigureSpec>> chartRows()
{
    std::vector<SpecRow<FigureSpec>> rows;
    for (const std::string& key : kChartKeys)
        if (const auto* row = findSpecRow<FigureSpec>(key))
            rows.push_back(*row);
    return rows;
}

} // namespace

std::vector<Option> chartFigureOptions(const FigureSpec& usual)
{
    FigureSpec spec = usual;
    std::vector<Option> options = {
        {"--size", "WxH[mm|in|px]", "the page, in place of --width, --height and --unit"},
        {"--title", "TEXT", "above the charts"},
        {"--font-family", "NAME", "of all text; Inter without it"}};
    for (SpecRow<FigureSpec>& row : chartRows()) {
        row.descriptor.defaultValue = row.field(spec);
        options.push_back(optionOf(row.descriptor));
    }
    return options;
}

Status readChartFigure(const Arguments& arguments, FigureSpec& spec)
{
    for (const SpecRow<FigureSpec>& row : chartRows()) {
        double& field = row.field(spec);
        const auto value = optionValue(arguments, row.descriptor, field);
        if (!value)
            return value.error();
        field = *value;
    }
    if (const auto size = arguments.value("--size"))
        if (auto status = setFigureSize(spec, *size); !status)
            return Error{"--size", status.error().message};
    spec.title = arguments.value("--title").value_or("");
    spec.fontFamily = arguments.value("--font-family").value_or("");
    if (auto status = checkSpec(spec, 1); !status) {
        const bool isSide = status.error().path == "width" || status.error().path == "height";
        return isSide && arguments.has("--size") ? Error{"--size", status.error().message}
                                                 : asOption<FigureSpec>(status.error());
    }
    return success();
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
