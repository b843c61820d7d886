// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a figure's file holds beside the picture: its size on paper, the program, and the session it
// was made of.
#include "core/session/session.h"

#include <QByteArray>
#include <QImage>
#include <QString>

namespace scorefield::render {

/// With the resolution, and the session as the text "scorefield-session". Empty without memory.
QByteArray pngFile(const QImage& image, bool transparent, double dpi, const Session& session);
/// An SVG by QSvgGenerator, completed: the session as its metadata, fonts with a fallback.
QByteArray withSession(QByteArray svg, const Session& session);

} // namespace scorefield::render
