// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/parameter_source.h"

#include "core/session/film.h"
#include "core/session/guidance_target.h"
#include "core/session/keyframe_edit.h"
#include "core/session/parameter_table.h"
#include "ui/document/document.h"
#include "ui/widgets/style.h"

#include <algorithm>

namespace scorefield::ui {

void ParameterSource::beginGesture(const QString&) {}

void ParameterSource::endGesture() {}

QIcon ParameterSource::choiceIcon(const QString&, int) const
{
    return {};
}

std::optional<KeyDiamond::State> ParameterSource::motion(const QString&) const
{
    return std::nullopt;
}

void ParameterSource::toggleKey(const QString&) {}

DocumentSource::DocumentSource(Document& document, QObject* parent)
    : ParameterSource(parent)
    , m_document(document)
{
    connect(&m_document, &Document::sessionChanged, this, [this](const Changes& changes) {
        const bool concerns =
            changes.style || changes.data || changes.laneCount || changes.anySimulation();
        Q_EMIT changed(!concerns);
        if (changes.exports)
            Q_EMIT motionChanged();
    });
    connect(&m_document, &Document::filmChanged, this, &ParameterSource::motionChanged);
}

std::optional<ParameterDescriptor> DocumentSource::descriptor(const QString& key) const
{
    const auto described = describe(m_document.session(), key.toStdString());
    return described ? std::optional(*described) : std::nullopt;
}

std::optional<double> DocumentSource::value(const QString& key) const
{
    const auto number = parameterValue(m_document.session(), key.toStdString());
    return number ? std::optional(*number) : std::nullopt;
}

QString DocumentSource::whyDisabled(const QString& key) const
{
    return m_document.whyDisabled(key);
}

Status DocumentSource::setValue(const QString& key, double value)
{
    return m_document.setValue(key, value);
}

void DocumentSource::beginGesture(const QString& text)
{
    m_document.beginGesture(text);
}

void DocumentSource::endGesture()
{
    m_document.endGesture();
}

QIcon DocumentSource::choiceIcon(const QString& key, int index) const
{
    const bool isClass = key.contains(QLatin1StringView(".guidance."))
                         && isTargetParameter(key.section(u'.', -1).toStdString());
    if (!isClass)
        return {};
    const MixtureSpec& data = *m_document.session().data;
    const int target = targetOfRow(data, index);
    if (target < kFirstSetTarget)
        return classIcon(target);
    const auto set = static_cast<std::size_t>(target - kFirstSetTarget);
    return set < data.sets.size() ? classIcon(data.sets[set].classes) : QIcon();
}

std::optional<KeyDiamond::State> DocumentSource::motion(const QString& key) const
{
    const Session& session = m_document.stored();
    const std::string name = key.toStdString();
    if (const auto track = trackOf(session, name))
        return keyAt(session.keyframes[*track], m_document.filmCursor()) ? KeyDiamond::State::Key
                                                                         : KeyDiamond::State::Moved;
    return isAnimatable(session, name) ? std::optional(KeyDiamond::State::None) : std::nullopt;
}

void DocumentSource::toggleKey(const QString& key)
{
    const Session& session = m_document.stored();
    std::string name = key.toStdString();
    const auto row = descriptor(key);
    const auto shown = value(key);
    if (!row || !shown)
        return;
    const QString label = QString::fromStdString(row->label);
    if (const auto track = trackOf(session, name))
        if (const auto there = keyAt(session.keyframes[*track], m_document.filmCursor())) {
            const KeyRef ref{*track, *there};
            (void)m_document.edit( // errors are emitted
                tr("Delete key of %1").arg(label),
                [&](Session& edited) { removeKeys(edited, {ref}); });
            return;
        }
    // Linked lanes are moved together, where there are others that have the parameter.
    if (session.view.linkLanes != 0 && !trackOf(session, name) && name.starts_with("lanes.")) {
        const std::string all = "lanes.*." + key.section(u'.', 2).toStdString();
        if (const auto keys = trackKeys(session, {all, {}}); keys && keys->size() > 1)
            name = all;
    }
    (void)m_document.edit(tr("Set key of %1").arg(label), [&](Session& edited) {
        setKeyOf(edited, name, m_document.filmCursor(), *shown);
    });
}

} // namespace scorefield::ui
