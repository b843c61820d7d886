// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a figure's file holds beside the picture: its size on paper, the program, and the session it
// was made of.
#include "core/session/session.h"

#include <QByteArray>
#include <QImage>
#include <QSizeF>
#include <QString>

namespace scorefield::render {

/// With the resolution, and the session as the text "scorefield-session". Empty without memory.
QByteArray pngFile(const QImage& image, bool transparent, double dpi, const Session& session);
/// A PDF by QPdfWriter of one page in whole points, completed: the exact size (points of 1/72
/// inch), the date of SOURCE_DATE_EPOCH where it is set, and spaces that a reader finds.
QByteArray finishedPdf(QByteArray pdf, const QSizeF& page, const QSizeF& exact);
/// An SVG by QSvgGenerator, completed: the session as its metadata, a fallback for the font.
QByteArray finishedSvg(QByteArray svg, const QString& family, const Session& session);

} // namespace scorefield::render
