// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/style.h"

#include "ui/widgets/focus_keys.h"
#include "ui/widgets/style_sheet.h"
#include "ui/widgets/tool_tips.h"

#include <QApplication>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QProxyStyle>
#include <QStyleFactory>
#include <QStyleOption>
#include <QSvgRenderer>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {
namespace {

struct Applied {
    render::Theme theme = render::Theme::darkTheme();
    double factor = 1;
    bool installed = false;
};

Applied& applied()
{
    static Applied state; // the look of the one application
    return state;
}

/// An SVG of ours in one colour, drawn anew at every size, so it is sharp at any device pixel
/// ratio.
class ThemedIconEngine : public QIconEngine {
public:
    ThemedIconEngine(const QString& name, const QColor& color) : m_color(color)
    {
        QFile file(QStringLiteral(":/resources/icons/%1.svg").arg(name));
        if (file.open(QIODevice::ReadOnly))
            m_svg = file.readAll().replace("currentColor", color.name().toLatin1());
    }

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        if (m_svg.isEmpty())
            return;
        QSvgRenderer renderer(m_svg);
        painter->save();
        if (mode == QIcon::Disabled)
            painter->setOpacity(painter->opacity() * .35);
        const double side = std::min(rect.width(), rect.height());
        renderer.render(painter,
                        QRectF(rect.x() + (rect.width() - side) / 2.,
                               rect.y() + (rect.height() - side) / 2.,
                               side,
                               side));
        painter->restore();
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap picture(size);
        picture.fill(Qt::transparent);
        QPainter painter(&picture);
        painter.setRenderHint(QPainter::Antialiasing);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        return picture;
    }

    QIconEngine* clone() const override { return new ThemedIconEngine(*this); }

private:
    QColor m_color;
    QByteArray m_svg;
};

/// Fusion, with our chevrons for every arrow that a list or menu draws, and our tick.
class ScorefieldStyle : public QProxyStyle {
public:
    ScorefieldStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

    void drawPrimitive(PrimitiveElement element,
                       const QStyleOption* option,
                       QPainter* painter,
                       const QWidget* widget) const override
    {
        switch (element) {
        case PE_IndicatorArrowDown:
            return drawChevron(painter, option, 0);
        case PE_IndicatorArrowUp:
            return drawChevron(painter, option, 180);
        case PE_IndicatorArrowRight:
            return drawChevron(painter, option, -90);
        case PE_IndicatorArrowLeft:
            return drawChevron(painter, option, 90);
        case PE_IndicatorItemViewItemCheck:
            return drawCheckBox(painter, option);
        case PE_FrameFocusRect:
            return; // the style sheet and our own controls draw the ring
        default:
            QProxyStyle::drawPrimitive(element, option, painter, widget);
        }
    }

    int styleHint(StyleHint hint,
                  const QStyleOption* option,
                  const QWidget* widget,
                  QStyleHintReturn* data) const override
    {
        if (hint == SH_ComboBox_Popup)
            return 0; // a list below the box, not a menu over it
        if (hint == SH_ToolTip_WakeUpDelay)
            return 450;
        if (hint == SH_DialogButtonBox_ButtonsHaveIcons)
            return 0; // words are enough, and the icons of other themes do not match ours
        return QProxyStyle::styleHint(hint, option, widget, data);
    }

private:
    /// Of lists: an outline that shows on dark fields too.
    static void drawCheckBox(QPainter* painter, const QStyleOption* option)
    {
        const render::Theme& theme = applied().theme;
        const bool checked = option->state.testFlag(State_On);
        const double side = std::min(option->rect.width(), option->rect.height()) - 1;
        QRectF box(0, 0, side, side);
        box.moveCenter(QRectF(option->rect).center());
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(checked ? theme.accent : theme.secondary, 1));
        painter->setBrush(checked ? theme.accent : QColor(Qt::transparent));
        painter->drawRoundedRect(box, side * .2, side * .2);
        if (checked) {
            painter->setPen(QPen(theme.field, side * .14, Qt::SolidLine, Qt::RoundCap));
            const auto at = [&](double x, double y) {
                return box.topLeft() + QPointF(x * side, y * side);
            };
            painter->drawPolyline(QPolygonF({at(.25, .52), at(.43, .7), at(.76, .3)}));
        }
        painter->restore();
    }

    static void drawChevron(QPainter* painter, const QStyleOption* option, double degrees)
    {
        paintChevron(*painter,
                     QRectF(option->rect).center(),
                     degrees,
                     option->state.testFlag(QStyle::State_Enabled));
    }
};

QPalette paletteOf(const render::Theme& theme)
{
    QPalette palette;
    const auto set = [&](QPalette::ColorRole role, const QColor& color) {
        palette.setColor(role, color);
    };
    set(QPalette::Window, theme.window);
    set(QPalette::WindowText, theme.text);
    set(QPalette::Base, theme.field);
    set(QPalette::AlternateBase, theme.panel);
    set(QPalette::Text, theme.text);
    set(QPalette::PlaceholderText, theme.secondary);
    set(QPalette::Button, theme.field);
    set(QPalette::ButtonText, theme.text);
    set(QPalette::BrightText, theme.error);
    set(QPalette::ToolTipBase, theme.panel);
    set(QPalette::ToolTipText, theme.text);
    set(QPalette::Highlight, theme.accent);
    set(QPalette::HighlightedText, theme.dark ? theme.window : theme.panel);
    set(QPalette::Link, theme.accent);
    set(QPalette::LinkVisited, theme.accent);
    set(QPalette::Light, theme.hairline);
    set(QPalette::Midlight, theme.hairline);
    set(QPalette::Mid, theme.hairline);
    set(QPalette::Dark, theme.hairline);
    set(QPalette::Shadow, theme.window);
    const QColor faint = blend(theme.panel, theme.text, .4);
    for (const QPalette::ColorRole role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, faint);
    return palette;
}

} // namespace

const render::Theme& currentTheme()
{
    return applied().theme;
}

double scaleFactor()
{
    return applied().factor;
}

int px(double length)
{
    return static_cast<int>(std::lround(length * applied().factor));
}

QFont bodyFont()
{
    return render::interfaceFont(13 * applied().factor);
}

QFont capsFont()
{
    QFont font = render::interfaceFont(11 * applied().factor);
    font.setWeight(QFont::DemiBold);
    font.setLetterSpacing(QFont::AbsoluteSpacing, .7 * applied().factor);
    return font;
}

QColor blend(const QColor& under, const QColor& over, double amount)
{
    const auto mix = [amount](float a, float b) {
        return static_cast<float>(a + (b - a) * amount);
    };
    return QColor::fromRgbF(mix(under.redF(), over.redF()),
                            mix(under.greenF(), over.greenF()),
                            mix(under.blueF(), over.blueF()));
}

QIcon themedIcon(const QString& name, const QColor& color)
{
    return QIcon(new ThemedIconEngine(name, color));
}

QIcon themedIcon(const QString& name)
{
    return themedIcon(name, applied().theme.text);
}

void paintChevron(QPainter& painter, QPointF centre, double degrees, bool enabled)
{
    const double s = applied().factor;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(centre);
    painter.rotate(degrees);
    painter.setOpacity(painter.opacity() * (enabled ? 1 : .4));
    painter.setPen(
        QPen(applied().theme.secondary, 1.5 * s, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QPointF points[] = {{-3.5 * s, -1.75 * s}, {0, 1.75 * s}, {3.5 * s, -1.75 * s}};
    painter.drawPolyline(points, 3);
    painter.restore();
}

QIcon classIcon(int label)
{
    return classIcon(std::vector<int>{label});
}

QIcon classIcon(const std::vector<int>& labels)
{
    constexpr int kMostParts = 4;
    constexpr int kSide = 64; // drawn large, shown small: sharp at every device pixel ratio
    QPixmap picture(kSide, kSide);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const QRectF disc(kSide * .15, kSide * .15, kSide * .7, kSide * .7);
    const int parts = std::min(kMostParts, static_cast<int>(labels.size()));
    for (int i = 0; i < parts; ++i) {
        constexpr int kTurn = 360 * 16, kTop = 90 * 16; // Qt counts sixteenths of a degree
        painter.setBrush(applied().theme.classColor(labels[static_cast<std::size_t>(i)]));
        if (parts == 1)
            painter.drawEllipse(disc);
        else
            painter.drawPie(disc, kTop - kTurn * i / parts, -kTurn / parts);
    }
    return picture;
}

void applyTheme(QApplication& application, const render::Theme& theme, double scaleFactor)
{
    Applied& state = applied();
    state.theme = theme;
    state.factor = scaleFactor;
    if (!state.installed) {
        state.installed = true;
        application.setStyle(new ScorefieldStyle);
        application.installEventFilter(new FocusKeys(&application));
        application.installEventFilter(new ToolTips(&application));
    }
    QToolTip::hideText(); // one that is shown would keep its size
    const QPalette palette = paletteOf(theme);
    application.setPalette(palette);
    QToolTip::setPalette(palette);
    application.setFont(bodyFont());
    QToolTip::setFont(bodyFont());
    application.setStyleSheet(styleSheet(theme, scaleFactor));
}

} // namespace scorefield::ui
