// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/dope_axis.h"

#include "core/session/film.h"
#include "core/session/keyframe_edit.h"
#include "ui/document/document.h"
#include "ui/render/typeset.h"
#include "ui/widgets/style.h"
#include "ui/window/dope_lanes.h"
#include "ui/window/dope_metrics.h"
#include "ui/window/film_player.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <array>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kHeight = 26;
constexpr double kTickRoom = 56; ///< pixels between numbers, at least
constexpr double kHandle = 6;    ///< half the width of the play-head

/// The finest of 1, 2 and 5 times a power of ten that leaves room for the numbers.
double tickStep(double seconds, double width)
{
    const double least = seconds * kTickRoom / std::max(width, kTickRoom);
    const double decade = std::pow(10, std::floor(std::log10(least)));
    for (const double factor : {1., 2., 5.})
        if (factor * decade >= least)
            return factor * decade;
    return 10 * decade;
}

bool isStepKey(int key)
{
    return key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Home || key == Qt::Key_End;
}

} // namespace

DopeAxis::DopeAxis(Document& document, FilmPlayer& player, const DopeLanes& lanes, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_player(player)
    , m_lanes(lanes)
{
    setObjectName(QStringLiteral("filmCursor"));
    setAccessibleName(tr("Film play-head"));
    setToolTip(tr("Drag to see the film: parameters follow their keys, particles play. Arrows move "
                  "it by a frame, with Shift by ten."));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&m_document, &Document::filmChanged, this, qOverload<>(&QWidget::update));
    connect(&m_document, &Document::sessionChanged, this, [this](const Changes& changes) {
        if (changes.exports)
            update();
    });
}

QSize DopeAxis::sizeHint() const
{
    return {px(640), px(kHeight)};
}

QSize DopeAxis::minimumSizeHint() const
{
    return {px(dope::kNames + 160), px(kHeight)};
}

bool DopeAxis::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride
        && isStepKey(static_cast<QKeyEvent*>(event)->key())) {
        event->accept();
        return true;
    }
    if (event->type() == QEvent::StyleChange)
        updateGeometry();
    return QWidget::event(event);
}

void DopeAxis::paintTicks(QPainter& painter) const
{
    const render::Theme& theme = currentTheme();
    const double seconds = m_player.seconds(), width = m_lanes.xOf(1) - m_lanes.xOf(0);
    const double step = tickStep(seconds, width);
    const QFont font = render::interfaceFont(px(11));
    const double baseline = px(15);
    painter.setRenderHint(QPainter::Antialiasing, false);
    // Sums of steps round: a little beyond the end is the end.
    for (int tick = 0; tick * step <= seconds * (1 + 1e-9); ++tick) {
        const double at = tick * step, x = std::round(m_lanes.xOf(at / seconds));
        painter.setPen(QPen(blend(theme.panel, theme.secondary, .5), 1));
        painter.drawLine(QPointF(x, height() - px(5)), QPointF(x, height() - 1));
        const QString text = render::prettyNumber(at) + QStringLiteral(" s");
        const double half = render::tabularWidth(text, font) / 2;
        // The last number ends with the film.
        const double left = std::min(x - half, m_lanes.xOf(1) + px(8) - 2 * half);
        render::drawTabular(painter, {left, baseline}, text, font, theme.secondary);
    }
}

void DopeAxis::paintEvent(QPaintEvent*)
{
    const render::Theme& theme = currentTheme();
    QPainter painter(this);
    paintTicks(painter);
    painter.setRenderHint(QPainter::Antialiasing);
    const double x = std::round(m_lanes.xOf(m_document.filmCursor())) + .5, half = px(kHandle);
    const double top = px(4), bottom = height() - px(1);
    QPainterPath head; // a tag that points at the rows
    head.moveTo(x - half, top);
    head.lineTo(x + half, top);
    head.lineTo(x + half, bottom - half - px(1));
    head.lineTo(x, bottom);
    head.lineTo(x - half, bottom - half - px(1));
    head.closeSubpath();
    if (hasFocus()) {
        painter.setPen(QPen(blend(theme.panel, theme.accent, .35),
                            px(5),
                            Qt::SolidLine,
                            Qt::RoundCap,
                            Qt::RoundJoin));
        painter.drawPath(head);
    }
    const bool on = m_document.showsFilm();
    painter.setPen(QPen(on ? theme.accent : theme.secondary, 1.5));
    painter.setBrush(on ? theme.accent : theme.panel);
    painter.drawPath(head);
}

void DopeAxis::scrubTo(const QMouseEvent& event)
{
    m_player.goTo(m_lanes.shareAt(event.position().x()));
}

void DopeAxis::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return event->ignore();
    if (event->position().x() < px(dope::kNames))
        return;
    m_dragging = true;
    scrubTo(*event);
}

void DopeAxis::mouseMoveEvent(QMouseEvent* event)
{
    if (m_dragging)
        scrubTo(*event);
}

void DopeAxis::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        m_dragging = false;
}

void DopeAxis::keyPressEvent(QKeyEvent* event)
{
    const double frames = event->modifiers().testFlag(Qt::ShiftModifier) ? 10 : 1;
    const double step = frames / (passFrames(previewFilm(m_document.stored())) - 1);
    switch (event->key()) {
    case Qt::Key_Left:
        return m_player.goTo(m_document.filmCursor() - step);
    case Qt::Key_Right:
        return m_player.goTo(m_document.filmCursor() + step);
    case Qt::Key_Home:
        return m_player.goTo(0);
    case Qt::Key_End:
        return m_player.goTo(1);
    default:
        QWidget::keyPressEvent(event);
    }
}

} // namespace scorefield::ui
