// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/picture_view.h"

#include "ui/exports/preview_worker.h"
#include "ui/widgets/style.h"

#include <QPainter>

#include <algorithm>

namespace scorefield::ui {

namespace {

constexpr int kPatienceMs = 250;  ///< a quicker picture needs no sign
constexpr double kMargin = 20;    // design pixels around the page
constexpr double kSquare = 8;     // of the pattern under a transparent page
constexpr double kPaleness = .35; // of a picture that is no longer right

void paintSquares(QPainter& painter, const QRectF& page)
{
    const render::Theme& theme = currentTheme();
    QPixmap tile(2 * px(kSquare), 2 * px(kSquare));
    tile.fill(blend(theme.panel, theme.text, .04));
    QPainter corner(&tile);
    const QColor shade = blend(theme.panel, theme.text, .12);
    corner.fillRect(0, 0, px(kSquare), px(kSquare), shade);
    corner.fillRect(px(kSquare), px(kSquare), px(kSquare), px(kSquare), shade);
    corner.end();
    painter.drawTiledPixmap(page, tile);
}

} // namespace

PictureView::PictureView(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("preview"));
    setAccessibleName(tr("Preview"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setMinimumSize(px(200), px(140));
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatienceMs);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        m_busy = true;
        update();
    });
}

void PictureView::setPage(QSizeF size)
{
    if (size.isEmpty() || size == m_page)
        return;
    m_page = size;
    update();
}

void PictureView::setPicture(const QImage& picture)
{
    m_picture = picture;
    m_problem.clear();
    setAccessibleDescription({});
    update();
}

void PictureView::setProblem(const QString& sentence)
{
    m_problem = sentence;
    setAccessibleDescription(sentence);
    update();
}

void PictureView::follow(const PreviewWorker& worker)
{
    connect(
        &worker, &PreviewWorker::busyChanged, this, [this, &worker] { setBusy(worker.isBusy()); });
    connect(&worker, &PreviewWorker::ready, this, [this](const QImage& picture) {
        setPicture(picture);
        Q_EMIT answered();
    });
    connect(
        &worker, &PreviewWorker::failed, this, [this](const QString& path, const QString& message) {
            setProblem(path.isEmpty() ? message : path + QStringLiteral(": ") + message);
            Q_EMIT answered();
        });
}

void PictureView::setBusy(bool busy)
{
    if (busy && !m_busy && !m_patience.isActive())
        m_patience.start();
    if (busy)
        return;
    m_patience.stop();
    m_busy = false;
    update();
}

QSize PictureView::room() const
{
    const int margin = 2 * px(kMargin);
    return (QSizeF(width() - margin, height() - margin) * devicePixelRatioF())
        .toSize()
        .expandedTo({16, 16});
}

QRectF PictureView::pageRectangle(QSizeF size) const
{
    const QRectF room =
        QRectF(rect()).adjusted(px(kMargin), px(kMargin), -px(kMargin), -px(kMargin));
    QRectF page(QPointF(), size.scaled(room.size(), Qt::KeepAspectRatio));
    page.moveCenter(room.center());
    return QRectF(page.toRect());
}

void PictureView::paintEvent(QPaintEvent*)
{
    const render::Theme& theme = currentTheme();
    QPainter painter(this);
    painter.fillRect(rect(), theme.window);
    const QRectF page =
        pageRectangle(m_picture.isNull() ? m_page : QSizeF(m_picture.deviceIndependentSize()));
    if (m_picture.hasAlphaChannel())
        paintSquares(painter, page);
    else
        painter.fillRect(page, theme.canvas);
    if (!m_picture.isNull()) {
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.setOpacity(m_problem.isEmpty() ? 1 : kPaleness);
        painter.drawImage(page, m_picture);
        painter.setOpacity(1);
    }
    painter.setPen(theme.hairline);
    painter.drawRect(page.adjusted(-.5, -.5, .5, .5));
    const QString text = !m_problem.isEmpty() ? m_problem : m_busy ? tr("Drawing…") : QString();
    if (text.isEmpty())
        return;
    painter.setFont(bodyFont());
    QRectF words = painter.boundingRect(
        page.adjusted(px(24), 0, -px(24), 0), Qt::AlignCenter | Qt::TextWordWrap, text);
    const bool overPicture = m_problem.isEmpty() && !m_picture.isNull();
    if (overPicture)
        words.moveTopRight(page.topRight() + QPointF(-px(16), px(12)));
    const QRectF plate = words.adjusted(-px(10), -px(6), px(10), px(6));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.hairline);
    painter.setBrush(theme.panel);
    painter.drawRoundedRect(plate, px(6), px(6));
    painter.setPen(m_problem.isEmpty() ? theme.secondary : theme.error);
    painter.drawText(words, Qt::AlignCenter | Qt::TextWordWrap, text);
}

void PictureView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    Q_EMIT resized();
}

} // namespace scorefield::ui
