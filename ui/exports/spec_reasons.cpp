// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/spec_reasons.h"

#include <QCoreApplication>

#include <algorithm>

namespace scorefield::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ExportForm", text);
}

template <class Enum>
bool is(double value, Enum item)
{
    return value == static_cast<double>(item);
}

bool isOneOf(const QString& key, std::initializer_list<const char*> keys)
{
    return std::any_of(
        keys.begin(), keys.end(), [&](const char* each) { return key == QLatin1String(each); });
}

QString whyOneLane(const Session& session, bool shown, const QString& otherwise)
{
    if (!shown)
        return otherwise;
    return session.lanes.size() == 1 ? tr("The session has one lane.") : QString();
}

/// Charts have a page, type, letters and a legend as lanes do.
QString whyNotInCharts(const FigureSpec& spec, const QString& key)
{
    if (key == QLatin1String("lane"))
        return is(spec.content, FigureContent::Ridge) ? QString()
                                                      : tr("The charts show all lanes.");
    if (key == QLatin1String("moments") && is(spec.clock, MomentClock::Here))
        return tr("The charts mark where the play-head stands; choose another moment above.");
    if (isOneOf(key,
                {"lanes",
                 "moments_down",
                 "formulas",
                 "captions",
                 "readouts",
                 "color_bar",
                 "particle_drawing",
                 "particle_limit"}))
        return tr("Charts have no panels of lanes.");
    return {};
}

QString whyNotParticles(const Session& session,
                        const QString& ending,
                        const FigureSpec& spec,
                        const QString& key)
{
    if (ending == QLatin1String(".png"))
        return tr("In a PNG everything is pixels.");
    if (session.view.particles.visible == 0)
        return tr("The particles are hidden.");
    if (key == QLatin1String("particle_limit") && !is(spec.particles, ParticleDrawing::Automatic))
        return tr("Only “Automatic” looks at the number of particles.");
    return {};
}

} // namespace

bool isChart(const FigureSpec& spec)
{
    return is(spec.content, FigureContent::OverTime) || is(spec.content, FigureContent::Ridge);
}

bool drawsParticleShapes(const Session& session, const QString& ending, const FigureSpec& spec)
{
    if (ending == QLatin1String(".png") || is(spec.particles, ParticleDrawing::Raster))
        return false;
    return is(spec.particles, ParticleDrawing::Vector)
           || session.particles.count <= spec.particleLimit;
}

QString
whyUnused(const Session& session, const QString& ending, const FigureSpec& spec, const QString& key)
{
    const bool isGrid = is(spec.content, FigureContent::Grid);
    if (isChart(spec))
        return whyNotInCharts(spec, key);
    if (key == QLatin1String("lane"))
        return whyOneLane(session,
                          is(spec.content, FigureContent::Lane),
                          tr("Only the content “One lane” shows a single lane."));
    if (isOneOf(key, {"lanes", "moments_down"}) && !isGrid)
        return tr("Only the content “Lanes × moments” is a grid.");
    if (key == QLatin1String("moments") && is(spec.clock, MomentClock::Here))
        return tr("The figure shows where the play-head stands; choose other moments above.");
    if (isOneOf(key, {"particle_drawing", "particle_limit"}))
        return whyNotParticles(session, ending, spec, key);
    return {};
}

QString
whyUnused(const Session& session, const QString& ending, const VideoSpec& spec, const QString& key)
{
    if (key == QLatin1String("lane"))
        return whyOneLane(session,
                          is(spec.content, FigureContent::Lane),
                          tr("Only the content “One lane” shows a single lane."));
    if (key == QLatin1String("quality") && ending != QLatin1String(".mp4")
        && ending != QLatin1String(".webm"))
        return tr("Only MP4 and WebM leave something out.");
    const bool moves =
        std::any_of(session.keyframes.begin(),
                    session.keyframes.end(),
                    [](const KeyframeTrack& track) { return track.key == "timeline.position"; });
    if (moves && isOneOf(key, {"easing", "from", "to", "hold_start", "hold_end"}))
        return tr("Keyframes move the play-head.");
    return {};
}

QString whyUnused(const Session& session, const QString&, const DataSpec&, const QString& key)
{
    return key == QLatin1String("lane") ? whyOneLane(session, true, {}) : QString();
}

} // namespace scorefield::ui
