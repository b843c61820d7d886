// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/time_bar.h"

#include "core/base/text.h"
#include "ui/document/document.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/style.h"
#include "ui/window/playback.h"
#include "ui/window/scrubber.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

enum Clock { kStepClock = 0, kTimeClock = 1, kNoiseClock = 2 }; // the choices of timeline.clock

QString speedText(double speed)
{
    return QString::fromStdString(formatNumber(speed, 3)) + QStringLiteral("×");
}

} // namespace

TimeBar::TimeBar(Document& document, Playback& playback, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_playback(playback)
{
    setObjectName(QStringLiteral("timeBar"));
    build();
    applyMetrics();
    connect(&m_document, &Document::sessionChanged, this, [this](const Changes& changes) {
        if (changes.timeline)
            refresh();
    });
    connect(&m_playback, &Playback::headChanged, this, [this] {
        refreshTicks();
        refresh();
    });
    refresh();
}

void TimeBar::build()
{
    m_play = new IconButton(
        QStringLiteral("play"), tr("Play or pause (Space)"), this, QStringLiteral("pause"));
    m_play->setObjectName(QStringLiteral("timeline.playing"));
    m_play->setCheckable(true);
    connect(m_play, &IconButton::clicked, &m_playback, &Playback::setPlaying);

    m_loop = new IconButton(QStringLiteral("loop"), tr("Start again at the end (O)"), this);
    m_loop->setObjectName(QStringLiteral("timeline.loop"));
    m_loop->setCheckable(true);
    connect(m_loop, &IconButton::clicked, &m_playback, &Playback::toggleLoop);

    m_speed = new QComboBox(this);
    m_speed->setObjectName(QStringLiteral("timeline.speed"));
    m_speed->setToolTip(tr("Speed of play ([ slower, ] faster)"));
    m_speed->setAccessibleName(tr("Speed"));
    for (const double speed : kPlaybackSpeeds)
        m_speed->addItem(speedText(speed), speed);
    connect(m_speed, &QComboBox::activated, this, &TimeBar::setSpeed);

    m_scrubber = new Scrubber(this);
    connect(m_scrubber, &Scrubber::scrubStarted, &m_playback, &Playback::beginScrub);
    connect(m_scrubber, &Scrubber::scrubEnded, &m_playback, &Playback::endScrub);
    connect(m_scrubber, &Scrubber::scrubbed, &m_playback, &Playback::setPosition);
    connect(m_scrubber, &Scrubber::wheelSteps, &m_playback, &Playback::stepBy);

    m_value = new QLineEdit(this);
    m_value->setObjectName(QStringLiteral("playHeadValue"));
    m_value->setAccessibleName(tr("Value at the play-head"));
    m_value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_value->installEventFilter(this);
    connect(m_value, &QLineEdit::returnPressed, this, &TimeBar::goToTyped);

    m_clock = new SegmentedControl({tr("step"), QStringLiteral("t"), QStringLiteral("σ̃")}, this);
    m_clock->setObjectName(QStringLiteral("timeline.clock"));
    m_clock->setSegmentToolTip(0, tr("Lanes show the same fraction of their steps"));
    m_clock->setSegmentToolTip(1, tr("Lanes show the same fraction of their own time"));
    m_clock->setSegmentToolTip(2, tr("Lanes show the same noise level σ̃ = σ/α"));
    connect(m_clock, &SegmentedControl::activated, this, &TimeBar::setClock);

    auto* line = new QHBoxLayout(this);
    line->addWidget(m_play);
    line->addWidget(m_loop);
    line->addWidget(m_speed);
    line->addWidget(m_scrubber, 1);
    line->addWidget(m_value);
    line->addWidget(m_clock);
}

void TimeBar::applyMetrics()
{
    layout()->setContentsMargins(px(12), px(6), px(12), px(6));
    layout()->setSpacing(px(8));
    m_value->setFixedWidth(px(104));
    m_speed->setFixedWidth(px(72));
}

void TimeBar::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::StyleChange && m_value)
        applyMetrics();
    QWidget::changeEvent(event);
}

bool TimeBar::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_value && event->type() == QEvent::FocusOut)
        m_value->setModified(false);
    if (watched == m_value && event->type() == QEvent::KeyPress
        && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        m_value->setModified(false);
        refreshValue();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void TimeBar::refresh()
{
    const Timeline& timeline = m_document.session().timeline;
    // Only people make these emit what changes the timeline (clicked, activated): nothing to block.
    m_play->setChecked(timeline.playing != 0);
    m_loop->setChecked(timeline.loop != 0);
    refreshSpeed();
    if (m_clock->currentIndex() != static_cast<int>(timeline.clock)) {
        m_clock->setCurrentIndex(static_cast<int>(timeline.clock));
        refreshTicks();
    }
    m_scrubber->setPosition(timeline.position);
    refreshValue();
}

void TimeBar::refreshSpeed()
{
    const double speed = m_document.session().timeline.speed;
    if (speed == m_shownSpeed)
        return;
    m_shownSpeed = speed;
    const auto listed = std::find(kPlaybackSpeeds.begin(), kPlaybackSpeeds.end(), speed);
    m_speed->setCurrentIndex(static_cast<int>(listed - kPlaybackSpeeds.begin()));
    if (listed == kPlaybackSpeeds.end()) // a speed from a file
        m_speed->setCurrentIndex(-1);
    m_speed->setPlaceholderText(speedText(speed));
}

void TimeBar::refreshTicks()
{
    const Timeline& timeline = m_document.session().timeline;
    const PlayHead& head = m_playback.head();
    const int lane = m_playback.lane(), steps = head.steps(lane);
    std::vector<double> ticks;
    for (int step = 0; step <= steps && steps > 0; ++step)
        ticks.push_back(head.positionOfStep(timeline, lane, step));
    m_scrubber->setTicks(std::move(ticks));
}

void TimeBar::refreshValue()
{
    const Timeline& timeline = m_document.session().timeline;
    const PlayHead& head = m_playback.head();
    const int lane = m_playback.lane();
    if ((m_value->hasFocus() && m_value->isModified()) || head.steps(lane) == 0)
        return; // not under the typing hand
    QString text;
    switch (static_cast<int>(timeline.clock)) {
    case kStepClock:
        text = tr("step %1 / %2").arg(head.stepAt(timeline, lane), 0, 'f', 1).arg(head.steps(lane));
        break;
    case kTimeClock:
        text = QStringLiteral("t ")
               + QString::fromStdString(formatNumber(head.levelAt(timeline, lane).t, 3));
        break;
    default: {
        const double noise = head.levelAt(timeline, lane).sigmaTilde();
        text = QStringLiteral("σ̃ ")
               + (std::isinf(noise) ? QStringLiteral("∞")
                                    : QString::fromStdString(formatNumber(noise, 3)));
    }
    }
    if (text != m_value->text())
        m_value->setText(text);
}

void TimeBar::setClock(int clock)
{
    // The selected lane keeps its step; the others follow under the new clock.
    Timeline timeline = m_document.session().timeline;
    const double step = m_playback.head().stepAt(timeline, m_playback.lane());
    timeline.clock = clock;
    if (m_playback.head().steps(m_playback.lane()) > 0)
        timeline.position = m_playback.head().positionOfStep(timeline, m_playback.lane(), step);
    m_document.setTimeline(timeline);
    refreshTicks();
}

void TimeBar::setSpeed(int index)
{
    Timeline timeline = m_document.session().timeline;
    timeline.speed = m_speed->itemData(index).toDouble();
    m_document.setTimeline(timeline);
}

void TimeBar::goToTyped()
{
    // "σ̃ 0.84", "t 3", "step 12 / 100" or the bare number.
    QString text = m_value->text().section(QLatin1Char('/'), 0, 0).trimmed();
    text = text.section(QLatin1Char(' '), -1).trimmed();
    const auto value = parseNumber(text == QStringLiteral("∞") ? "inf" : text.toStdString());
    m_value->setModified(false);
    if (!value || std::isnan(*value)) {
        Q_EMIT rejected(
            tr("“%1” is no number; type the step, time or noise level to go to.").arg(text));
        refreshValue();
        return;
    }
    Timeline timeline = m_document.session().timeline;
    const PlayHead& head = m_playback.head();
    const int lane = m_playback.lane();
    switch (static_cast<int>(timeline.clock)) {
    case kStepClock:
        timeline.position = head.positionOfStep(timeline, lane, *value);
        break;
    case kTimeClock:
        timeline.position = head.positionOfTime(timeline, lane, *value);
        break;
    default:
        timeline.position = head.positionOfNoise(timeline, lane, *value);
    }
    timeline.playing = 0;
    m_document.setTimeline(timeline);
    refreshValue();
}

} // namespace scorefield::ui
