// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/class_json.h"

#include "core/base/text.h"

#include <algorithm>

namespace scorefield::json {

int readClass(const Json& value,
              std::vector<std::string>& names,
              bool namesAreOpen,
              const std::string& pointer,
              Problems& problems)
{
    if (!value.is_string())
        return readWhole(value, pointer, problems);
    const std::string name = value.get<std::string>();
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end() && !namesAreOpen) {
        problems.add(pointer,
                     "is '" + name + "', must be the name of a class: " + listOfWords(names));
        return 0;
    }
    const auto label = static_cast<int>(found - names.begin());
    if (found == names.end())
        names.push_back(name);
    return label;
}

std::vector<ClassSet> readSets(const Json& value,
                               const MixtureSpec& mixture,
                               const std::string& pointer,
                               Problems& problems)
{
    std::vector<ClassSet> sets;
    if (!value.is_array())
        problems.add(pointer, "is " + excerpt(value) + ", must be a list of sets of classes");
    std::vector<std::string> names = mixture.classNames;
    for (std::size_t i = 0; value.is_array() && i < value.size() && !problems.any(); ++i) {
        ObjectReader item(value[i], child(pointer, i), problems);
        ClassSet set;
        if (const Json* name = item.require("name"))
            set.name = readText(*name, item.pointerTo("name"), problems);
        if (const Json* list = item.require("classes")) {
            const std::string place = item.pointerTo("classes");
            if (!list->is_array())
                problems.add(place, "is " + excerpt(*list) + ", must be a list of classes");
            for (std::size_t k = 0; list->is_array() && k < list->size(); ++k)
                set.classes.push_back(
                    readClass((*list)[k], names, false, child(place, k), problems));
        }
        item.refuseUnknownKeys();
        sets.push_back(std::move(set));
    }
    return sets;
}

Json writeSets(const std::vector<ClassSet>& sets)
{
    Json list = Json::array();
    for (const ClassSet& set : sets)
        list.push_back({{"name", set.name}, {"classes", set.classes}});
    return list;
}

} // namespace scorefield::json
