// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/ridge_strip.h"

#include "core/base/text.h"
#include "ui/document/document.h"
#include "ui/widgets/style.h"
#include "ui/window/playback.h"
#include "ui/window/scrubber.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kHeight = 92, kLeastHeight = 76;
constexpr double kMargin = 6, kFoot = 22; ///< above the curves; below them: ticks and numbers
constexpr double kReach = 7;              ///< from a tick, to be meant
constexpr double kNoiseClock = 2;         ///< item of timeline.clock
constexpr int kWheelNotch = 120;          ///< QWheelEvent: one notch of a common mouse
constexpr double kPastEvent = 1e-4;       ///< of the time line: the play-head stands on this event

QString noiseText(double noise)
{
    return QStringLiteral("σ̃ ") + QString::fromStdString(formatNumber(noise, 3));
}

} // namespace

RidgeStrip::RidgeStrip(Document& document, Playback& playback, Scrubber& scrubber, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_playback(playback)
    , m_scrubber(scrubber)
{
    setObjectName(QStringLiteral("ridgeStrip"));
    setAccessibleName(tr("Ridge over noise"));
    setAccessibleDescription(
        tr("Number of modes, saddles and ridge components and the ridge's length against the noise "
           "level. Up and Down go to the event before and after."));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
    scrubber.installEventFilter(this); // its place is our axis
    connect(&m_document, &Document::sessionChanged, this, &RidgeStrip::refresh);
    connect(&m_playback, &Playback::headChanged, this, [this] {
        m_clock = -1;
        refresh();
    });
    connect(&m_worker, &ScaleSpaceWorker::changed, this, [this] {
        rebuild();
        update();
    });
    refresh();
}

void RidgeStrip::refresh()
{
    const Session& session = m_document.session();
    const bool wanted = session.view.ridge.strip != 0;
    setVisible(wanted);
    // The run's data, not the document's: they belong to the levels of the axis.
    m_worker.request(wanted ? m_playback.head().run() : nullptr, session.view);
    if (m_clock != session.timeline.clock)
        rebuild();
    update();
}

/// Where levels and events stand on the time line.
void RidgeStrip::rebuild()
{
    m_clock = m_document.session().timeline.clock;
    m_levels.clear();
    m_eventPositions.clear();
    m_window = {};
    const auto result = m_worker.result();
    if (!result || m_playback.head().steps(m_playback.lane()) == 0)
        return;
    for (const ScaleSpaceLevel& level : result->levels)
        m_levels.push_back({positionOf(level.noise),
                            {static_cast<double>(level.modes),
                             static_cast<double>(level.saddles),
                             static_cast<double>(level.components),
                             level.length}});
    for (const ScaleSpaceEvent& event : result->events)
        m_eventPositions.push_back(positionOf(event.noise));
    if (result->windowHigh > result->windowLow)
        m_window = {positionOf(result->windowHigh), positionOf(result->windowLow)};
}

/// The noise clock is that of all lanes; in the others the axis is the selected lane's.
double RidgeStrip::positionOf(double noise) const
{
    const PlayHead& head = m_playback.head();
    const Timeline& timeline = m_document.session().timeline;
    return timeline.clock == kNoiseClock && head.run()
               ? positionAtNoise(noise, head.run()->levels())
               : head.positionOfNoise(timeline, m_playback.lane(), noise);
}

double RidgeStrip::noiseAt(double position) const
{
    const PlayHead& head = m_playback.head();
    Timeline there = m_document.session().timeline;
    there.position = position;
    return there.clock == kNoiseClock && head.run()
               ? noiseAtPosition(position, head.run()->levels())
               : head.levelAt(there, m_playback.lane()).sigmaTilde();
}

double RidgeStrip::scrubberX(double position) const
{
    return m_scrubber.mapTo(window(), QPointF(m_scrubber.xOf(position), 0)).x()
           - mapTo(window(), QPointF(0, 0)).x();
}

double RidgeStrip::xOf(double noise) const
{
    return scrubberX(positionOf(noise));
}

QRectF RidgeStrip::plot() const
{
    const double left = scrubberX(0), right = scrubberX(1);
    return {left, double(px(kMargin)), right - left, height() - px(kMargin) - double(px(kFoot))};
}

QSize RidgeStrip::sizeHint() const
{
    return {px(320), px(kHeight)};
}

QSize RidgeStrip::minimumSizeHint() const
{
    return {px(240), px(kLeastHeight)};
}

std::optional<std::size_t> RidgeStrip::levelNear(double noise) const
{
    const auto result = m_worker.result();
    if (!result || result->levels.empty() || !(noise > 0) || !std::isfinite(noise))
        return std::nullopt;
    const auto nearest = std::min_element(result->levels.begin(),
                                          result->levels.end(),
                                          [&](const ScaleSpaceLevel& a, const ScaleSpaceLevel& b) {
                                              return std::abs(std::log(a.noise / noise))
                                                     < std::abs(std::log(b.noise / noise));
                                          });
    return static_cast<std::size_t>(nearest - result->levels.begin());
}

const ScaleSpaceEvent* RidgeStrip::eventNear(QPointF place) const
{
    const auto result = m_worker.result();
    const ScaleSpaceEvent* nearest = nullptr;
    double best = px(kReach);
    for (std::size_t i = 0; result && i < m_eventPositions.size(); ++i) {
        const double away = std::abs(scrubberX(m_eventPositions[i]) - place.x());
        if (away > best)
            continue;
        best = away;
        nearest = &result->events[i];
    }
    return nearest;
}

QString RidgeStrip::eventText(const ScaleSpaceEvent& event) const
{
    return QString::fromStdString(event.text()) + QStringLiteral(" · ") + noiseText(event.noise);
}

QString RidgeStrip::textAt(QPointF place) const
{
    const QRectF area = plot();
    const auto result = m_worker.result();
    if (!result || place.x() < area.left() - px(kReach) || place.x() > area.right() + px(kReach))
        return {};
    QStringList lines;
    if (const ScaleSpaceEvent* event = eventNear(place))
        lines << eventText(*event);
    const double noise = noiseAt(std::clamp((place.x() - area.left()) / area.width(), 0.0, 1.0));
    if (const auto index = levelNear(noise)) {
        const ScaleSpaceLevel& level = result->levels[*index];
        lines << tr("%1: %2 modes, %3 saddles, %4 ridges of length %5")
                     .arg(noiseText(level.noise))
                     .arg(level.modes)
                     .arg(level.saddles)
                     .arg(level.components)
                     .arg(QString::fromStdString(formatNumber(level.length, 3)));
        lines << tr("%1 % of draws see a ridge").arg(std::lround(100 * level.valid));
    }
    return lines.join(QLatin1Char('\n'));
}

bool RidgeStrip::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QString text = textAt(help->pos());
        text.isEmpty() ? QToolTip::hideText() : QToolTip::showText(help->globalPos(), text, this);
        return true;
    }
    return QWidget::event(event);
}

bool RidgeStrip::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == &m_scrubber
        && (event->type() == QEvent::Resize || event->type() == QEvent::Move))
        update();
    return QWidget::eventFilter(watched, event);
}

void RidgeStrip::scrubTo(double x)
{
    const QRectF area = plot();
    if (area.width() > 0)
        m_playback.setPosition(std::clamp((x - area.left()) / area.width(), 0.0, 1.0));
}

void RidgeStrip::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return event->ignore();
    m_dragging = true;
    m_playback.beginScrub();
    // A click on a tick goes to its event, exactly.
    const ScaleSpaceEvent* tick =
        event->position().y() > plot().bottom() ? eventNear(event->position()) : nullptr;
    scrubTo(tick ? xOf(tick->noise) : event->position().x());
}

void RidgeStrip::mouseMoveEvent(QMouseEvent* event)
{
    if (m_dragging)
        scrubTo(event->position().x());
}

void RidgeStrip::mouseReleaseEvent(QMouseEvent* event)
{
    if (!m_dragging || event->button() != Qt::LeftButton)
        return;
    m_dragging = false;
    m_playback.endScrub();
}

void RidgeStrip::wheelEvent(QWheelEvent* event)
{
    m_wheel += event->angleDelta().y();
    const int notches = m_wheel / kWheelNotch;
    m_wheel -= notches * kWheelNotch;
    if (notches != 0)
        m_playback.stepBy(notches);
    event->accept();
}

void RidgeStrip::jumpToEvent(int direction)
{
    const double now = m_document.session().timeline.position;
    std::optional<double> next;
    for (const double position : m_eventPositions) {
        const double ahead = direction * (position - now);
        if (ahead > kPastEvent && (!next || ahead < direction * (*next - now)))
            next = position;
    }
    if (!next)
        return;
    m_playback.setPlaying(false);
    m_playback.setPosition(*next);
}

void RidgeStrip::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down)
        return jumpToEvent(event->key() == Qt::Key_Down ? 1 : -1);
    QWidget::keyPressEvent(event);
}

void RidgeStrip::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::StyleChange) {
        updateGeometry();
        update();
    }
    QWidget::changeEvent(event);
}

} // namespace scorefield::ui
