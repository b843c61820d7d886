// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/figure_page.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace scorefield::render {
namespace {

// Designed pixels.
constexpr double kEdge = 14, kTitleRow = 34, kHeadingRow = 24, kRemarkRow = 16;
constexpr double kNumbers = 36, kNumbersRow = 28; // beside the outer plots of a grid
constexpr double kGap = 5;                        // half of it between two plots of a grid
constexpr double kLetterRow = 21, kHeaderRow = 38;

FigureContent contentOf(const FigureSpec& spec)
{
    return static_cast<FigureContent>(static_cast<int>(spec.content));
}

/// What the panels show if they stand for themselves.
LaneParts partsOf(const FigureSpec& spec)
{
    const auto isInPanel = [](double place) {
        return place == static_cast<double>(KeyPlace::EachPanel);
    };
    LaneParts parts;
    parts.title = spec.panelTitles != 0;
    parts.formula = spec.formulas != 0;
    parts.caption = spec.captions != 0;
    parts.notes = false; // they are for whoever sits before the window
    parts.readouts = spec.readouts != 0;
    parts.axes = spec.axes != 0;
    parts.colorBar = isInPanel(spec.colorBar);
    parts.legend = isInPanel(spec.legend);
    // Paper needs no lines between panels.
    parts.edges = spec.theme != static_cast<double>(PictureTheme::Print) && spec.transparent == 0;
    return parts;
}

/// Takes a strip from the side of an area.
QRectF takeTop(QRectF& area, double height)
{
    const QRectF strip(area.left(), area.top(), area.width(), height);
    area.setTop(area.top() + height);
    return strip;
}

QRectF takeLeft(QRectF& area, double width)
{
    const QRectF strip(area.left(), area.top(), width, area.height());
    area.setLeft(area.left() + width);
    return strip;
}

/// The plots of a grid, all of one size, and what stands around them.
class Grid {
public:
    Grid(const FigureSpec& spec,
         const std::vector<int>& lanes,
         const PageWords& words,
         double scale)
        : m_spec(spec)
        , m_lanes(lanes)
        , m_words(words)
        , m_scale(scale)
        , m_down(spec.momentsDown != 0)
        , m_columns(static_cast<int>(m_down ? lanes.size() : words.moments.size()))
        , m_rows(static_cast<int>(m_down ? words.moments.size() : lanes.size()))
    {
    }

    void layout(QRectF area, FigurePage& page) const
    {
        const double px = m_scale;
        const bool headed = m_spec.panelTitles != 0, remarked = !m_words.captions.empty();
        const double row = headed ? kHeadingRow * px : 0, remark = remarked ? kRemarkRow * px : 0;
        const QRectF top = takeTop(area, row + (m_down ? remark : 0)),
                     side = takeLeft(area, row + (m_down ? 0 : remark));
        area.adjust(kGap * px, 0, -kEdge / 2 * px, -kEdge / 2 * px);
        const bool axes = m_spec.axes != 0;
        const double left = axes ? kNumbers * px : 0, bottom = axes ? kNumbersRow * px : 0,
                     header = headerRow() * px, gap = kGap * px;
        const double width = (area.width() - left) / m_columns - 2 * gap,
                     height = (area.height() - bottom) / m_rows - header - 2 * gap;
        for (int i = 0; i < m_rows; ++i)
            for (int j = 0; j < m_columns; ++j) {
                FigureCell cell = cellAt(i, j);
                const double extraLeft = j == 0 ? left : 0,
                             extraBottom = i == m_rows - 1 ? bottom : 0;
                cell.parts.margins =
                    QMarginsF(gap + extraLeft, gap + header, gap, gap + extraBottom);
                cell.rectangle = QRectF(area.left() + (j == 0 ? 0 : left) + j * (width + 2 * gap),
                                        area.top() + i * (height + header + 2 * gap),
                                        width + 2 * gap + extraLeft,
                                        height + header + 2 * gap + extraBottom);
                // A name has the room of its row, and stands in the middle of its plots if it can.
                if (i == 0 && headed)
                    addHeadings(page, top, plotOf(cell), j, m_down, false);
                if (j == 0 && headed)
                    addHeadings(page,
                                side,
                                plotOf(cell).adjusted(0, -gap - header, 0, gap),
                                i,
                                !m_down,
                                true);
                page.cells.push_back(std::move(cell));
            }
    }

private:
    static QRectF plotOf(const FigureCell& cell)
    {
        return cell.rectangle.marginsRemoved(*cell.parts.margins);
    }

    double headerRow() const
    {
        const bool hasBar = m_spec.colorBar == static_cast<double>(KeyPlace::EachPanel);
        return hasBar ? kHeaderRow : panelLetter(m_spec, 0).isEmpty() ? 0 : kLetterRow;
    }

    FigureCell cellAt(int row, int column) const
    {
        FigureCell cell;
        cell.moment = m_down ? row : column;
        cell.lane = m_lanes[static_cast<std::size_t>(m_down ? column : row)];
        cell.parts = partsOf(m_spec);
        // Names stand once beside the grid.
        cell.parts.title = cell.parts.formula = cell.parts.caption = cell.parts.edges = false;
        cell.parts.xNumbers = row == m_rows - 1;
        cell.parts.yNumbers = column == 0;
        // They are of the end of the run, whatever the moment.
        cell.parts.readouts =
            cell.parts.readouts && cell.moment + 1 == static_cast<int>(m_words.moments.size());
        cell.parts.letter = panelLetter(m_spec, row * m_columns + column);
        return cell;
    }

    /// The name of a row or column, and of a lane how it is run, between the strip and the plot.
    void addHeadings(FigurePage& page,
                     const QRectF& strip,
                     const QRectF& plot,
                     int index,
                     bool isLane,
                     bool upwards) const
    {
        const auto i = static_cast<std::size_t>(index);
        const double row = kHeadingRow * m_scale;
        const auto add = [&](const QString& text, double from, double to, PageText::Role role) {
            const QRectF rectangle =
                upwards ? QRectF(strip.left() + from, plot.top(), to - from, plot.height())
                        : QRectF(plot.left(), strip.top() + from, plot.width(), to - from);
            page.texts.push_back({text, rectangle, role, upwards, !isLane});
        };
        add(isLane ? m_words.lanes[i] : m_words.moments[i], 0, row, PageText::Role::Heading);
        if (isLane && !m_words.captions.empty())
            add(m_words.captions[i],
                row - .25 * kRemarkRow * m_scale,
                row + .75 * kRemarkRow * m_scale,
                PageText::Role::Remark);
    }

    const FigureSpec& m_spec;
    const std::vector<int>& m_lanes;
    const PageWords& m_words;
    double m_scale;
    bool m_down;
    int m_columns, m_rows;
};

} // namespace

std::vector<QRectF> laneRectangles(const QRectF& area, int lanes)
{
    const int columns = lanes == 4 ? 2 : std::max(lanes, 1), rows = lanes == 4 ? 2 : 1;
    // Whole logical pixels, so that neighbours share crisp edges.
    const auto edge = [](double from, double length, int i, int count) {
        return std::round(from + length * i / count);
    };
    std::vector<QRectF> rectangles;
    for (int i = 0; i < lanes; ++i) {
        const int column = i % columns, row = i / columns;
        const double left = edge(area.left(), area.width(), column, columns),
                     right = edge(area.left(), area.width(), column + 1, columns);
        const double top = edge(area.top(), area.height(), row, rows),
                     bottom = edge(area.top(), area.height(), row + 1, rows);
        rectangles.emplace_back(left, top, right - left, bottom - top);
    }
    return rectangles;
}

std::vector<int> shownLanes(const FigureSpec& spec, int laneCount)
{
    if (contentOf(spec) == FigureContent::Lane)
        return {static_cast<int>(spec.lane) - 1};
    std::vector<int> lanes(static_cast<std::size_t>(laneCount));
    std::iota(lanes.begin(), lanes.end(), 0);
    if (contentOf(spec) == FigureContent::Grid && !spec.lanes.empty()) {
        lanes.clear();
        for (const int number : spec.lanes)
            lanes.push_back(number - 1);
    }
    return lanes;
}

QString panelLetter(const FigureSpec& spec, int index)
{
    const auto style = static_cast<LetterStyle>(static_cast<int>(spec.letters));
    if (style == LetterStyle::None)
        return {};
    const char first = style == LetterStyle::Upper ? 'A' : 'a';
    QString text(QLatin1Char(static_cast<char>(first + index % 26)));
    if (index >= 26) // aa, ab …
        text.prepend(QLatin1Char(static_cast<char>(first + index / 26 - 1)));
    return style == LetterStyle::LowerParentheses ? u'(' + text + u')' : text;
}

double keysWidth(const QSizeF& size, double scale)
{
    return size.width() - 2 * kEdge * scale;
}

FigurePage layoutPage(const FigureSpec& spec,
                      const std::vector<int>& lanes,
                      const PageWords& words,
                      const QSizeF& size,
                      double scale,
                      double keysHeight)
{
    FigurePage page;
    QRectF area(QPointF(), size);
    if (!words.title.isEmpty())
        page.texts.push_back(
            {words.title,
             takeTop(area, kTitleRow * scale).adjusted(kEdge * scale, 0, -kEdge * scale, 0),
             PageText::Role::Title});
    if (keysHeight > 0) {
        page.keys = QRectF(area.left() + kEdge * scale,
                           area.bottom() - keysHeight,
                           keysWidth(size, scale),
                           keysHeight);
        area.setBottom(page.keys.top());
    }
    if (contentOf(spec) == FigureContent::Grid) {
        Grid(spec, lanes, words, scale).layout(area, page);
        return page;
    }
    const auto rectangles = laneRectangles(area, static_cast<int>(lanes.size()));
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        FigureCell cell{lanes[i], 0, rectangles[i], partsOf(spec)};
        cell.parts.letter = panelLetter(spec, static_cast<int>(i));
        page.cells.push_back(std::move(cell));
    }
    return page;
}

} // namespace scorefield::render
