// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/npy.h"

#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/base/utf8.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <set>

namespace scorefield {

static_assert(std::endian::native == std::endian::little, "NPY data are copied as they are");

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

struct Header {
    std::string type;
    bool fortranOrder = false;
    std::vector<std::size_t> shape;
    std::size_t dataOffset = 0;
};

/// The text after 'name': in the header's dictionary, or nothing.
std::optional<std::string_view> entry(std::string_view dictionary, std::string_view name)
{
    for (const char quote : {'\'', '"'}) {
        const std::string key = quote + std::string(name) + quote;
        const auto at = dictionary.find(key);
        const auto colon =
            at == std::string_view::npos ? at : dictionary.find(':', at + key.size());
        const auto value = colon == std::string_view::npos
                               ? colon
                               : dictionary.find_first_not_of(" \t", colon + 1);
        if (value != std::string_view::npos)
            return dictionary.substr(value);
    }
    return std::nullopt;
}

constexpr std::size_t kMostAxes = 32;                      // as NumPy has
constexpr std::size_t kMostEntries = std::size_t{1} << 40; // no array of a tera of entries is meant

/// "(3, 2)" or "'<f8'" as it stands in the header, for a sentence.
std::string literal(std::string_view text)
{
    const bool isGroup = text.front() == '(' || text.front() == '[';
    const std::size_t end = text.find_first_of(isGroup ? ")]}\n" : ",}\n");
    return shown(text.substr(0, end == std::string_view::npos ? end : end + (isGroup ? 1 : 0)));
}

Result<std::vector<std::size_t>> parseShape(std::string_view text)
{
    const auto close = text.find(')');
    const Error refusal{"",
                        "has the shape " + literal(text)
                            + " in its NPY header, must be a tuple of up to "
                            + std::to_string(kMostAxes) + " whole numbers from 0 up, "
                            + "together at most 2^40 entries"};
    if (text.empty() || text.front() != '(' || close == std::string_view::npos)
        return refusal;
    std::vector<std::size_t> shape;
    std::size_t total = 1;
    for (const std::string& part : splitText(text.substr(1, close - 1), ',')) {
        const std::string word = trimmed(part);
        if (word.empty())
            continue;
        std::size_t extent = 0;
        for (const char digit : word) {
            if (digit < '0' || digit > '9' || extent > kMostEntries)
                return refusal;
            extent = 10 * extent + static_cast<std::size_t>(digit - '0');
        }
        if (extent > kMostEntries || (extent != 0 && total > kMostEntries / extent)
            || shape.size() == kMostAxes)
            return refusal;
        total *= extent;
        shape.push_back(extent);
    }
    return shape;
}

/// The type, order and shape that the dictionary of a header names.
Result<Header> parseDictionary(std::string_view dictionary)
{
    const auto type = entry(dictionary, "descr");
    const auto order = entry(dictionary, "fortran_order");
    const auto shapeText = entry(dictionary, "shape");
    for (const auto& [key, text] :
         {std::pair{"descr", type}, {"fortran_order", order}, {"shape", shapeText}})
        if (!text)
            return Error{"", std::string("has an NPY header without '") + key + "'"};
    const auto shape = parseShape(*shapeText);
    if (!shape)
        return shape.error();
    Header header;
    header.shape = *shape;
    const bool isQuoted = type->front() == '\'' || type->front() == '"';
    const auto quote = isQuoted ? type->find(type->front(), 1) : std::string_view::npos;
    header.type =
        quote == std::string_view::npos ? literal(*type) : std::string(type->substr(1, quote - 1));
    header.fortranOrder = order->starts_with("True");
    if (!header.fortranOrder && !order->starts_with("False"))
        return Error{"",
                     "has the fortran_order " + literal(*order)
                         + " in its NPY header, must be True or False"};
    return header;
}

Result<Header> parseHeader(std::string_view bytes)
{
    if (bytes.empty())
        return Error{"", "is empty, not an NPY file"};
    if (!bytes.starts_with(kMagic))
        return Error{"",
                     "is not an NPY file: it begins with \"" + shown(bytes.substr(0, 6))
                         + "\", must begin with \"\\x93NUMPY\""};
    const auto byte = [&](std::size_t i) {
        return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
    };
    const std::size_t version = bytes.size() > kMagic.size() ? byte(kMagic.size()) : 1;
    if (version != 1 && version != 2)
        return Error{"",
                     "is NPY version " + std::to_string(version) + "; versions 1 and 2 are read"};
    const std::size_t start = version == 1 ? 10 : 12;
    if (start > bytes.size())
        return Error{"",
                     "is truncated in the first " + std::to_string(start)
                         + " bytes of its NPY header: it has " + std::to_string(bytes.size())};
    std::size_t length = byte(8) | byte(9) << 8;
    if (version == 2)
        length |= byte(10) << 16 | byte(11) << 24;
    if (start + length > bytes.size())
        return Error{"",
                     "is truncated inside its NPY header, which should have "
                         + std::to_string(length) + " bytes and has "
                         + std::to_string(bytes.size() - start)};
    auto header = parseDictionary(bytes.substr(start, length));
    if (header)
        header.value().dataOffset = start + length;
    return header;
}

template <class Stored>
void copyValues(std::string_view data, std::vector<double>& values)
{
    for (std::size_t i = 0; i < values.size(); ++i) {
        Stored stored;
        std::memcpy(&stored, data.data() + i * sizeof(Stored), sizeof(Stored));
        values[i] = static_cast<double>(stored);
    }
}

std::vector<double> toCOrder(const std::vector<double>& fortran,
                             const std::vector<std::size_t>& shape)
{
    std::vector<double> values(fortran.size());
    std::vector<std::size_t> index(shape.size(), 0);
    for (const double value : fortran) {
        std::size_t target = 0;
        for (std::size_t axis = 0; axis < shape.size(); ++axis)
            target = target * shape[axis] + index[axis];
        values[target] = value;
        for (std::size_t axis = 0; axis < shape.size() && ++index[axis] == shape[axis]; ++axis)
            index[axis] = 0; // the first index runs fastest
    }
    return values;
}

/// `type`: a Python literal.
std::string headerBytes(std::string_view type, std::span<const std::size_t> shape)
{
    std::string dictionary =
        "{'descr': " + std::string(type) + ", 'fortran_order': False, 'shape': (";
    for (const std::size_t extent : shape)
        dictionary += std::to_string(extent) + (shape.size() == 1 ? "," : ", ");
    if (shape.size() > 1)
        dictionary.resize(dictionary.size() - 2);
    dictionary += "), }";
    const std::size_t unpadded = kMagic.size() + 4 + dictionary.size() + 1;
    dictionary.append((64 - unpadded % 64) % 64, ' ');
    dictionary += '\n';
    std::string bytes(kMagic);
    bytes += {'\x01',
              '\x00',
              static_cast<char>(dictionary.size() & 0xff),
              static_cast<char>(dictionary.size() >> 8)};
    return bytes + dictionary;
}

/// A Python string in ASCII, which the header of a version 1.0 file must be.
std::string pythonText(std::string_view utf8)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text = "'";
    for (std::size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[i++]);
        if (lead < 0x80 && lead >= 0x20) {
            text += lead == '\'' || lead == '\\' ? std::string("\\") : std::string();
            text += static_cast<char>(lead);
            continue;
        }
        unsigned code = lead < 0x80   ? lead
                        : lead < 0xe0 ? lead & 0x1fU
                        : lead < 0xf0 ? lead & 0xfU
                                      : lead & 7U;
        for (; i < utf8.size() && (static_cast<unsigned char>(utf8[i]) & 0xc0U) == 0x80; ++i)
            code = code << 6 | (static_cast<unsigned char>(utf8[i]) & 0x3fU);
        text += "\\U";
        for (int shift = 28; shift >= 0; shift -= 4)
            text += digits[code >> shift & 0xf];
    }
    return text + "'";
}

template <class Real>
std::string
arrayBytes(std::string_view type, std::span<const std::size_t> shape, std::span<const Real> values)
{
    std::string bytes = headerBytes(type, shape);
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    return bytes;
}

} // namespace

Result<NpyArray> npyFromBytes(std::string_view bytes)
{
    const auto header = parseHeader(bytes);
    if (!header)
        return header.error();
    const std::string& type = header->type;
    if (type != "<f8" && type != "<f4" && type != "<i8" && type != "<i4")
        return Error{"",
                     "holds values of type '" + shown(type)
                         + "'; little-endian <f4, <f8, <i4 and <i8 are read"};

    NpyArray array;
    array.shape = header->shape;
    std::size_t count = 1;
    for (const std::size_t extent : array.shape)
        count *= extent;
    const std::string_view data = bytes.substr(header->dataOffset);
    const std::size_t width = type.back() == '8' ? 8 : 4;
    if (data.size() != count * width)
        return Error{"",
                     std::string(data.size() < count * width ? "is truncated" : "is too long")
                         + ": its shape needs " + std::to_string(count * width) + " bytes, it has "
                         + std::to_string(data.size())};
    array.values.resize(count);
    if (type == "<f8")
        copyValues<double>(data, array.values);
    else if (type == "<f4")
        copyValues<float>(data, array.values);
    else if (type == "<i8")
        copyValues<std::int64_t>(data, array.values);
    else
        copyValues<std::int32_t>(data, array.values);
    if (header->fortranOrder)
        array.values = toCOrder(array.values, array.shape);
    for (std::size_t i = 0; i < count; ++i)
        if (!std::isfinite(array.values[i]))
            return Error{"",
                         "entry " + std::to_string(i) + " is " + formatNumber(array.values[i])
                             + "; all entries must be finite"};
    return array;
}

Result<NpyArray> readNpy(const std::filesystem::path& path)
{
    // The file's bytes, their numbers as double, and these in another order lie side by side.
    const auto bytes = readFile(path, static_cast<std::uintmax_t>(machineMemory() / 5));
    if (!bytes)
        return bytes.error();
    auto array = npyFromBytes(*bytes);
    if (!array)
        return Error{path.string(), array.error().message};
    return array;
}

std::string npyBytes(std::span<const std::size_t> shape, std::span<const double> values)
{
    return arrayBytes("'<f8'", shape, values);
}

std::string npyBytes(std::span<const std::size_t> shape, std::span<const float> values)
{
    return arrayBytes("'<f4'", shape, values);
}

std::string npyRecordBytes(const std::vector<std::string>& names, std::span<const double> values)
{
    std::string type = "[";
    std::set<std::string> taken;
    for (const std::string& name : names) {
        std::string unique = name;
        for (int number = 2; !taken.insert(unique).second; ++number)
            unique = name + "_" + std::to_string(number);
        type += (taken.size() == 1 ? "(" : ", (") + pythonText(unique) + ", '<f8')";
    }
    const std::size_t count = names.empty() ? 0 : values.size() / names.size();
    return arrayBytes(type + "]", std::span<const std::size_t>(&count, 1), values);
}

} // namespace scorefield
