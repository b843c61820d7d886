// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/export_strip.h"

#include "ui/exports/export_queue.h"
#include "ui/widgets/style.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kPictureWidth = 64, kPictureHeight = 36, kStateWidth = 220;

QString timeText(double seconds)
{
    const auto whole = static_cast<int>(std::ceil(seconds));
    if (whole < 60)
        return ExportStrip::tr("%1 s left").arg(whole);
    return ExportStrip::tr("%1 min %2 s left").arg(whole / 60).arg(whole % 60);
}

} // namespace

ExportStrip::ExportStrip(ExportQueue& queue, QWidget* parent)
    : QFrame(parent)
    , m_queue(queue)
    , m_picture(new QLabel(this))
    , m_name(new QLabel(this))
    , m_state(new QLabel(this))
    , m_bar(new QProgressBar(this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
{
    setObjectName(QStringLiteral("exportStrip"));
    m_picture->setObjectName(QStringLiteral("exportPicture"));
    m_picture->setAccessibleName(tr("The newest picture"));
    m_name->setObjectName(QStringLiteral("exportName"));
    m_state->setObjectName(QStringLiteral("exportState"));
    m_state->setProperty("quiet", true);
    m_bar->setObjectName(QStringLiteral("exportProgress"));
    m_bar->setAccessibleName(tr("Progress of the export"));
    m_bar->setTextVisible(false);
    m_cancel->setObjectName(QStringLiteral("exportCancel"));
    m_cancel->setAccessibleName(tr("Cancel the export"));
    m_cancel->setToolTip(tr("Stops it; no file is left"));
    m_cancel->setFocusPolicy(Qt::TabFocus);
    auto* line = new QHBoxLayout(this);
    line->addWidget(m_picture);
    line->addWidget(m_name);
    line->addWidget(m_bar, 1, Qt::AlignVCenter);
    line->addWidget(m_state);
    line->addWidget(m_cancel);
    connect(m_cancel, &QPushButton::clicked, &m_queue, &ExportQueue::cancel);
    connect(&m_queue, &ExportQueue::changed, this, &ExportStrip::refresh);
    applyMetrics();
    refresh();
}

void ExportStrip::applyMetrics()
{
    layout()->setContentsMargins(px(12), px(6), px(12), px(5));
    layout()->setSpacing(px(12));
    m_picture->setFixedSize(px(kPictureWidth), px(kPictureHeight));
    m_state->setFixedWidth(px(kStateWidth));
}

void ExportStrip::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::StyleChange && layout() != nullptr)
        applyMetrics();
}

void ExportStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), currentTheme().panel);
    painter.fillRect(QRect(0, 0, width(), 1), currentTheme().hairline);
}

void ExportStrip::refresh()
{
    setVisible(m_queue.isBusy());
    if (!m_queue.isBusy())
        return m_picture->clear();
    const render::ExportProgress& progress = m_queue.progress();
    m_name->setText(m_queue.running());
    const auto total = static_cast<int>(progress.total);
    // No total yet: the bar runs on the spot.
    m_bar->setRange(0, total);
    m_bar->setValue(static_cast<int>(progress.done));
    QStringList parts;
    if (total > 2) // a figure has its run and its picture: nothing to count
        parts += tr("%1 of %2").arg(progress.done).arg(progress.total);
    if (progress.secondsLeft >= 0)
        parts += timeText(progress.secondsLeft);
    if (parts.isEmpty())
        parts += tr("Working…");
    if (m_queue.waiting() > 0)
        parts += tr("%1 waiting").arg(m_queue.waiting());
    m_state->setText(parts.join(QStringLiteral(" · ")));
    if (!progress.preview.isNull()) {
        const QSize room = m_picture->size() * devicePixelRatioF();
        QPixmap picture = QPixmap::fromImage(
            progress.preview.scaled(room, Qt::KeepAspectRatio, Qt::SmoothTransformation));
        picture.setDevicePixelRatio(devicePixelRatioF());
        m_picture->setPixmap(picture);
        m_picture->setAlignment(Qt::AlignCenter);
    }
}

} // namespace scorefield::ui
