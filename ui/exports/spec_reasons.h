// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Why a number of an export has no effect, for its disabled control: one sentence, empty if it has.
#include "core/session/session.h"

#include <QString>

namespace scorefield::ui {

/// `ending`: of the file, ".png".
QString whyUnused(const Session& session,
                  const QString& ending,
                  const FigureSpec& spec,
                  const QString& key);
QString
whyUnused(const Session& session, const QString& ending, const VideoSpec& spec, const QString& key);
QString
whyUnused(const Session& session, const QString& ending, const DataSpec& spec, const QString& key);

/// Whether the figure's content is charts, not lanes.
bool isChart(const FigureSpec& spec);
/// Of a figure file of this kind: whether the particles of a panel are drawn as shapes.
bool drawsParticleShapes(const Session& session, const QString& ending, const FigureSpec& spec);

} // namespace scorefield::ui
