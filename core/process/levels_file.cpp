// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/process/levels_file.h"

#include "core/base/file.h"
#include "core/base/npy.h"
#include "core/base/text.h"
#include "core/base/utf8.h"

#include <algorithm>

namespace scorefield {

Result<std::vector<double>> readLevelsFile(const std::filesystem::path& path)
{
    if (path.extension() == ".npy") {
        auto array = readNpy(path);
        if (!array)
            return array.error();
        if (array->shape.size() != 1)
            return Error{path.string(),
                         "has " + std::to_string(array->shape.size())
                             + " dimensions, must be a list of noise levels [K+1]"};
        return std::move(array->values);
    }
    auto text = readFile(path);
    if (!text)
        return text.error();
    std::replace_if(
        text->begin(),
        text->end(),
        [](char c) { return c == ',' || c == ';' || c == '\t' || c == '\n' || c == '\r'; },
        ' ');
    std::vector<double> numbers;
    for (const std::string& word : splitText(*text, ' ')) {
        if (word.empty())
            continue;
        const auto number = parseNumber(word);
        if (!number)
            return Error{path.string(),
                         "has '" + shown(word) + "' where number " + std::to_string(numbers.size())
                             + " should be"};
        numbers.push_back(*number);
    }
    return numbers;
}

} // namespace scorefield
