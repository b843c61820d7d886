// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The preview of an export: the page as large as there is room, with a hairline around it; squares
// where it is transparent.
#include <QImage>
#include <QTimer>
#include <QWidget>

namespace scorefield::ui {

class PreviewWorker;

class PictureView : public QWidget {
    Q_OBJECT
public:
    explicit PictureView(QWidget* parent = nullptr);

    /// The proportions of the page; the picture that is there keeps its own until the next one.
    void setPage(QSizeF size);
    void setPicture(const QImage& picture);
    /// In place of a picture; the last one stays, paler.
    void setProblem(const QString& sentence);
    /// Shows what the worker draws, that it is at work, and why it could not draw.
    void follow(const PreviewWorker& worker);
    /// A sign, if it takes noticeably long.
    void setBusy(bool busy);
    const QImage& picture() const { return m_picture; }
    /// The most pixels that a picture can show here.
    QSize room() const;

Q_SIGNALS:
    void resized();
    void answered(); ///< by the worker, with a picture or a problem

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QRectF pageRectangle(QSizeF size) const;

    QImage m_picture;
    QSizeF m_page{16, 9};
    QString m_problem;
    QTimer m_patience;
    bool m_busy = false;
};

} // namespace scorefield::ui
