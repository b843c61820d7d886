// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/guidance_target.h"

#include <algorithm>

namespace scorefield {

namespace {

int rowsOfClasses(const MixtureSpec& mixture)
{
    return std::max(1, mixture.classCount());
}

bool hasComponents(const MixtureSpec& mixture, int target)
{
    const auto set = static_cast<std::size_t>(std::max(0, target - kFirstSetTarget));
    if (target >= kFirstSetTarget && set >= mixture.sets.size())
        return false;
    const auto belongs = [&](int label) {
        if (target < kFirstSetTarget)
            return label == target;
        const std::vector<int>& classes = mixture.sets[set].classes;
        return std::find(classes.begin(), classes.end(), label) != classes.end();
    };
    return std::any_of(
        mixture.components.begin(), mixture.components.end(), [&](const ComponentSpec& component) {
            return component.weight > 0 && belongs(component.classLabel);
        });
}

} // namespace

bool isTargetParameter(std::string_view localKey)
{
    return localKey == "target" || localKey == "guide_class";
}

std::vector<std::string> targetNames(const MixtureSpec& mixture)
{
    std::vector<std::string> names;
    for (int label = 0; label < rowsOfClasses(mixture); ++label)
        names.push_back(mixture.className(label));
    for (const ClassSet& set : mixture.sets)
        names.push_back(set.name);
    return names;
}

int targetOfRow(const MixtureSpec& mixture, double row)
{
    const int number = static_cast<int>(row), classes = rowsOfClasses(mixture);
    return number < classes ? number : kFirstSetTarget + number - classes;
}

double rowOfTarget(const MixtureSpec& mixture, double target)
{
    return target < kFirstSetTarget ? target : target - kFirstSetTarget + rowsOfClasses(mixture);
}

int nearestTarget(const MixtureSpec& mixture, int target)
{
    if (hasComponents(mixture, target))
        return target;
    int label = std::min(target, mixture.classCount() - 1);
    while (label > 0 && !hasComponents(mixture, label))
        --label;
    for (int next = 0; !hasComponents(mixture, label) && next < mixture.classCount(); ++next)
        label = next;
    return std::max(0, label);
}

void fitSetsToClasses(MixtureSpec& mixture)
{
    const int classes = mixture.classCount();
    for (ClassSet& set : mixture.sets)
        std::erase_if(set.classes, [&](int label) { return label >= classes; });
    std::erase_if(mixture.sets, [](const ClassSet& set) { return set.classes.empty(); });
}

} // namespace scorefield
