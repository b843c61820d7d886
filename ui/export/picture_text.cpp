// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/picture_text.h"

#include "core/base/memory.h"
#include "core/base/utf8.h"
#include "ui/export/inflate.h"

#include <QByteArray>
#include <QString>
#include <QXmlStreamReader>

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace scorefield::render {

namespace {

constexpr std::string_view kPngSignature = "\x89PNG\r\n\x1a\n";

std::string fromLatin1(std::string_view text)
{
    return QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size())).toStdString();
}

std::uint32_t bigEndian(std::string_view bytes)
{
    std::uint32_t number = 0;
    for (int i = 0; i < 4; ++i)
        number = number << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
    return number;
}

/// Length, type, data, checksum (PNG specification, 5.3).
struct Chunk {
    std::string_view type, data;
    bool isWhole; ///< its checksum is right
};

/// Takes the chunk that begins at `place`, and moves on behind it.
Result<Chunk> nextChunk(std::string_view png, std::size_t& place)
{
    constexpr std::size_t frame = 12; // what a chunk has beside its data
    const std::size_t left = png.size() - place;
    if (left < frame)
        return Error{"",
                     "the picture ends at byte " + std::to_string(png.size())
                         + ", before its last chunk"};
    const std::size_t length = bigEndian(png.substr(place));
    const std::string_view type = png.substr(place + 4, 4);
    if (length > left - frame)
        return Error{"",
                     "the chunk '" + shown(type) + "' at byte " + std::to_string(place)
                         + " of the picture should have " + std::to_string(length)
                         + " bytes, the file has " + std::to_string(left - frame) + " more"};
    const std::string_view checked = png.substr(place + 4, length + 4);
    const uLong sum = crc32_z(0, reinterpret_cast<const Bytef*>(checked.data()), checked.size());
    place += frame + length;
    return Chunk{type, checked.substr(4), sum == bigEndian(png.substr(place - 4))};
}

/// What stands before the next zero byte, which goes with it; nothing without one.
std::optional<std::string_view> takeWord(std::string_view& data)
{
    const std::size_t end = data.find('\0');
    if (end == std::string_view::npos)
        return std::nullopt;
    const std::string_view word = data.substr(0, end);
    data.remove_prefix(end + 1);
    return word;
}

/// The text of a chunk tEXt, zTXt or iTXt behind its keyword (PNG specification, 11.3.3).
Result<std::string> textOfChunk(std::string_view type, std::string_view data, std::size_t most)
{
    if (type == "tEXt")
        return fromLatin1(data);
    const bool isUtf8 = type == "iTXt";
    const Error refusal{"", "the chunk '" + std::string(type) + "' of the session is damaged"};
    const std::size_t flags = isUtf8 ? 2 : 1; // whether it is packed, and how
    if (data.size() < flags || data[flags - 1] != '\0')
        return refusal;
    const bool isPacked = !isUtf8 || data[0] != '\0';
    data.remove_prefix(flags);
    if (isUtf8 && (!takeWord(data) || !takeWord(data))) // language, keyword in that language
        return refusal;
    if (!isPacked)
        return std::string(data);
    auto text = inflated(data, most);
    return !text || isUtf8 ? text : Result<std::string>(fromLatin1(*text));
}

std::size_t behind(std::size_t place, std::string_view word)
{
    return place == std::string_view::npos ? place : place + word.size();
}

/// What stands between `start` and `end`, or nothing.
std::optional<std::string_view>
between(std::string_view bytes, std::string_view start, std::string_view end)
{
    const std::size_t from = behind(bytes.find(start), start);
    const std::size_t to = from == std::string_view::npos ? from : bytes.find(end, from);
    if (to == std::string_view::npos)
        return std::nullopt;
    return bytes.substr(from, to - from);
}

Error tooLong(std::size_t size, std::size_t most)
{
    return {"",
            "the session in the picture has " + memoryText(static_cast<double>(size)) + "; up to "
                + memoryText(static_cast<double>(most)) + " are read"};
}

Error wrongStart(std::string_view bytes, const char* kind)
{
    return {"",
            bytes.empty() ? std::string("is empty, no ") + kind + " picture"
                          : std::string("is no ") + kind + " picture: it begins with \""
                                + shown(bytes.substr(0, 8), 16) + "\""};
}

} // namespace

Result<std::string> sessionTextOfPng(std::string_view png, std::size_t most)
{
    if (!png.starts_with(kPngSignature))
        return wrongStart(png, "PNG");
    for (std::size_t place = kPngSignature.size();;) {
        const std::size_t start = place;
        const auto chunk = nextChunk(png, place);
        if (!chunk)
            return chunk.error();
        if (chunk->type == "IEND")
            return std::string();
        if (chunk->type != "tEXt" && chunk->type != "zTXt" && chunk->type != "iTXt")
            continue;
        std::string_view data = chunk->data;
        const auto keyword = takeWord(data);
        if (!keyword || *keyword != kSessionText)
            continue;
        if (!chunk->isWhole)
            return Error{"",
                         "the session in the picture is damaged: the checksum of its chunk '"
                             + std::string(chunk->type) + "' at byte " + std::to_string(start)
                             + " is wrong"};
        auto text = textOfChunk(chunk->type, data, most);
        return text && text->size() > most ? tooLong(text->size(), most) : text;
    }
}

Result<std::string> sessionTextOfSvg(std::string_view svg, std::size_t most)
{
    if (svg.find('<') == std::string_view::npos)
        return wrongStart(svg, "SVG");
    QXmlStreamReader xml(QByteArray::fromRawData(svg.data(), static_cast<qsizetype>(svg.size())));
    const auto place = [&xml] {
        return "line " + std::to_string(xml.lineNumber()) + ", column "
               + std::to_string(xml.columnNumber()) + " of the SVG";
    };
    const QLatin1String id(kSessionText.data(), static_cast<qsizetype>(kSessionText.size()));
    while (!xml.atEnd()) {
        const bool isOurs = xml.readNext() == QXmlStreamReader::StartElement
                            && xml.name() == QLatin1String("metadata")
                            && xml.attributes().value(QLatin1String("id")) == id;
        if (!isOurs)
            continue;
        const QString text = xml.readElementText();
        if (xml.hasError())
            break;
        std::string session = text.toStdString();
        if (session.size() > most)
            return tooLong(session.size(), most);
        return session;
    }
    if (xml.hasError())
        return Error{"", place() + ": " + shown(xml.errorString().toStdString(), 200)};
    return std::string();
}

Result<std::string> sessionTextOfPdf(std::string_view pdf, std::size_t most)
{
    if (!pdf.starts_with("%PDF"))
        return wrongStart(pdf, "PDF");
    const auto file = between(pdf, "/F (session.scorefield.json)\n/EF <</F ", " 0 R");
    if (!file)
        return std::string();
    const std::string number = shown(*file);
    const std::string object = '\n' + number + " 0 obj";
    const std::size_t start = pdf.find(object);
    if (start == std::string_view::npos)
        return Error{"", "the PDF has no object " + number + ", which should be its session"};
    const std::string_view rest = pdf.substr(start);
    const auto stream = between(rest, "stream\n", "\nendstream");
    if (!stream)
        return Error{"", "the PDF is cut off in its object " + number + ", the session"};
    const std::string_view facts = rest.substr(0, rest.find("stream\n"));
    if (facts.find("/FlateDecode") != std::string_view::npos) {
        auto text = inflated(*stream, most);
        return text ? text
                    : Error{"", "in object " + number + " of the PDF " + text.error().message};
    }
    return stream->size() > most ? Result<std::string>(tooLong(stream->size(), most))
                                 : std::string(*stream);
}

} // namespace scorefield::render
