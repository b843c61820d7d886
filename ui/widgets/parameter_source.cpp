// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/parameter_source.h"

#include "core/session/guidance_target.h"
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

DocumentSource::DocumentSource(Document& document, QObject* parent)
    : ParameterSource(parent)
    , m_document(document)
{
    connect(&m_document, &Document::sessionChanged, this, [this](const Changes& changes) {
        const bool concerns =
            changes.style || changes.data || changes.laneCount || changes.anySimulation();
        Q_EMIT changed(!concerns);
    });
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
    const auto reason = scorefield::whyDisabled(m_document.session(), key.toStdString());
    return reason ? QString::fromStdString(*reason) : QString();
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

} // namespace scorefield::ui
