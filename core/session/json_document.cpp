// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/json_document.h"

#include "core/base/text.h"
#include "core/base/utf8.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace scorefield::json {

namespace {

constexpr std::size_t kColumns = 100;
constexpr double kWholeLimit = 1e15; // below, every whole double is written without an exponent

void writeFlat(const Json& value, std::string& out)
{
    if (value.is_number_float()) {
        out += formatNumber(value.get<double>());
    } else if (value.is_array()) {
        out += '[';
        const char* separator = "";
        for (const Json& item : value) {
            out += separator;
            writeFlat(item, out);
            separator = ", ";
        }
        out += ']';
    } else if (value.is_object()) {
        out += '{';
        const char* separator = "";
        for (const auto& [key, item] : value.items()) {
            out += separator;
            out += Json(key).dump() + ": ";
            writeFlat(item, out);
            separator = ", ";
        }
        out += '}';
    } else {
        out += value.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
}

bool isListOfScalars(const Json& value)
{
    return value.is_array() && std::none_of(value.begin(), value.end(), [](const Json& item) {
               return item.is_structured();
           });
}

void writeWrapped(const Json& list, std::size_t indent, std::string& out)
{
    const std::string margin(indent + 2, ' ');
    out += "[\n" + margin;
    std::size_t column = margin.size();
    for (std::size_t i = 0; i < list.size(); ++i) {
        std::string item;
        writeFlat(list[i], item);
        if (i + 1 < list.size())
            item += ',';
        if (column > margin.size() && column + 1 + item.size() > kColumns) {
            out += '\n' + margin;
            column = margin.size();
        } else if (column > margin.size()) {
            out += ' ';
            ++column;
        }
        out += item;
        column += item.size();
    }
    out += '\n' + std::string(indent, ' ') + ']';
}

/// `column`: where the value starts, after the indentation and a key.
void writeLaidOut(const Json& value, std::size_t indent, std::size_t column, std::string& out)
{
    std::string flat;
    writeFlat(value, flat);
    const bool isRoot = indent == 0 && column == 0;
    if (!value.is_structured() || value.empty() || (!isRoot && column + flat.size() < kColumns)) {
        out += flat;
        return;
    }
    if (isListOfScalars(value)) {
        writeWrapped(value, indent, out);
        return;
    }
    const std::string margin(indent + 2, ' ');
    const bool isObject = value.is_object();
    out += isObject ? '{' : '[';
    const char* separator = "\n";
    for (const auto& [key, item] : value.items()) {
        const std::string label = isObject ? Json(key).dump() + ": " : "";
        out.append(separator).append(margin).append(label);
        writeLaidOut(item, indent + 2, margin.size() + label.size(), out);
        separator = ",\n";
    }
    out += '\n' + std::string(indent, ' ') + (isObject ? '}' : ']');
}

} // namespace

std::string layout(const Json& value)
{
    std::string out;
    writeLaidOut(value, 0, 0, out);
    return out + '\n';
}

Json number(double value)
{
    if (std::floor(value) == value && std::abs(value) < kWholeLimit
        && !(value == 0 && std::signbit(value)))
        return static_cast<std::int64_t>(value);
    return value;
}

std::string child(const std::string& pointer, std::string_view key)
{
    std::string result = pointer + '/';
    for (const char c : key) {
        if (c == '~')
            result += "~0";
        else if (c == '/')
            result += "~1";
        else
            result += c;
    }
    return result;
}

std::string child(const std::string& pointer, std::size_t index)
{
    return pointer + '/' + std::to_string(index);
}

std::string excerpt(const Json& value)
{
    if (value.is_object())
        return "an object";
    if (value.is_array())
        return "a list";
    std::string text;
    writeFlat(value, text);
    return shown(text);
}

ObjectReader::ObjectReader(const Json& object, std::string pointer, Problems& problems)
    : m_object(object)
    , m_pointer(std::move(pointer))
    , m_problems(problems)
{
    if (!object.is_object())
        problems.add(m_pointer, "is " + excerpt(object) + ", must be an object");
}

const Json* ObjectReader::find(const std::string& key)
{
    m_known.push_back(key);
    if (!m_object.is_object())
        return nullptr;
    const auto found = m_object.find(key);
    return found == m_object.end() ? nullptr : &*found;
}

const Json* ObjectReader::require(const std::string& key)
{
    const Json* value = find(key);
    if (value == nullptr && m_object.is_object())
        m_problems.add(m_pointer, "the key '" + key + "' is missing");
    return value;
}

void ObjectReader::refuseUnknownKeys()
{
    if (!m_object.is_object())
        return;
    for (const auto& [key, value] : m_object.items()) {
        if (std::find(m_known.begin(), m_known.end(), key) != m_known.end())
            continue;
        const std::string near = nearestWord(key, m_known);
        m_problems.add(child(m_pointer, shown(key)),
                       "unknown key; "
                           + (near.empty() ? "allowed are " + listOfWords(m_known)
                                           : "did you mean '" + near + "'?"));
        return;
    }
}

double readNumber(const Json& value, const std::string& pointer, Problems& problems)
{
    if (value.is_number())
        return value.get<double>();
    problems.add(pointer, "is " + excerpt(value) + ", must be a finite number");
    return 0;
}

int readWhole(const Json& value, const std::string& pointer, Problems& problems)
{
    constexpr double limit = 1e9;
    const double number = value.is_number() ? value.get<double>() : .5;
    if (std::floor(number) == number && std::abs(number) < limit)
        return static_cast<int>(number);
    problems.add(pointer,
                 "is " + excerpt(value) + ", must be a whole number of at most nine digits");
    return 0;
}

std::string readText(const Json& value, const std::string& pointer, Problems& problems)
{
    if (value.is_string())
        return value.get<std::string>();
    problems.add(pointer, "is " + excerpt(value) + ", must be a text");
    return {};
}

std::vector<double> readNumbers(const Json& value, const std::string& pointer, Problems& problems)
{
    std::vector<double> result;
    if (!value.is_array())
        problems.add(pointer, "is " + excerpt(value) + ", must be a list of numbers");
    else
        for (std::size_t i = 0; i < value.size(); ++i)
            result.push_back(readNumber(value[i], child(pointer, i), problems));
    return result;
}

std::vector<std::string>
readTexts(const Json& value, const std::string& pointer, Problems& problems)
{
    std::vector<std::string> result;
    if (!value.is_array())
        problems.add(pointer, "is " + excerpt(value) + ", must be a list of texts");
    else
        for (std::size_t i = 0; i < value.size(); ++i)
            result.push_back(readText(value[i], child(pointer, i), problems));
    return result;
}

} // namespace scorefield::json
