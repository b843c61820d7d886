// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/mixture_edit.h"

#include "core/session/guidance_target.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace scorefield::ui {
namespace {

double largestDeviation(const ComponentSpec& component)
{
    return std::sqrt(std::max(0., component.covariance.diagonal().maxCoeff()));
}

std::set<int> usedLabels(const MixtureSpec& mixture)
{
    std::set<int> labels;
    for (const ComponentSpec& component : mixture.components)
        labels.insert(component.classLabel);
    return labels;
}

} // namespace

int addComponent(Session& session, int like)
{
    int added = -1;
    session.data.edit([&](MixtureSpec& mixture) {
        const int count = static_cast<int>(mixture.components.size());
        if (count == 0)
            return;
        const bool known = like >= 0 && like < count;
        ComponentSpec component =
            mixture.components[static_cast<std::size_t>(known ? like : count - 1)];
        const double deviation = largestDeviation(component);
        component.mean[component.mean.size() > 1 ? 1 : 0] += 4 * (deviation > 0 ? deviation : 1);
        const std::set<int> labels = usedLabels(mixture);
        if (labels.size() == mixture.components.size())
            component.classLabel = *labels.rbegin() + 1;
        mixture.components.push_back(std::move(component));
        added = count;
    });
    return added;
}

int duplicateComponent(Session& session, int component)
{
    int added = -1;
    session.data.edit([&](MixtureSpec& mixture) {
        ComponentSpec copy = mixture.components.at(static_cast<std::size_t>(component));
        const double deviation = largestDeviation(copy);
        copy.mean[0] += deviation > 0 ? deviation : 1;
        added = component + 1;
        mixture.components.insert(mixture.components.begin() + added, std::move(copy));
    });
    return added;
}

void deleteComponent(Session& session, int component)
{
    session.data.edit([&](MixtureSpec& mixture) {
        if (mixture.components.size() > 1)
            mixture.components.erase(mixture.components.begin() + component);
    });
}

void addClassSet(Session& session)
{
    session.data.edit([](MixtureSpec& mixture) {
        const auto taken = [&](const std::string& name) {
            return std::any_of(mixture.sets.begin(), mixture.sets.end(), [&](const ClassSet& set) {
                return set.name == name;
            });
        };
        int number = 1;
        while (taken("set " + std::to_string(number)))
            ++number;
        const int first = *usedLabels(mixture).begin();
        mixture.sets.push_back({"set " + std::to_string(number), {first}});
    });
}

void deleteClassSet(Session& session, int set)
{
    const int target = kFirstSetTarget + set;
    const int instead = session.data->sets.at(static_cast<std::size_t>(set)).classes.front();
    for (Lane& lane : session.lanes) {
        const ParameterValues before = lane.guidance.values;
        for (const auto& [key, value] : before.items())
            if (isTargetParameter(key) && value >= target)
                lane.guidance.values.set(key, value == target ? instead : value - 1);
    }
    session.data.edit(
        [&](MixtureSpec& mixture) { mixture.sets.erase(mixture.sets.begin() + set); });
}

void setComponentClass(Session& session, int component, int label)
{
    session.data.edit([&](MixtureSpec& mixture) {
        mixture.components.at(static_cast<std::size_t>(component)).classLabel = label;
    });
}

void replaceData(Session& session, const MixtureSpec& mixture, const SessionInfo& info)
{
    session.data = mixture;
    session.info = info;
    session.view.axisX = 0;
    session.view.axisY = mixture.dimension > 1 ? 1 : 0;
    for (Lane& lane : session.lanes)
        lane.camera = {};
}

} // namespace scorefield::ui
