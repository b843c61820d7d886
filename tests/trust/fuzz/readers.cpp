// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/trust/fuzz/readers.h"

#include "core/base/npy.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/mixture/data_set.h"
#include "core/session/lane_plan.h"
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"
#include "ui/export/picture_text.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace scorefield::fuzz {

namespace {

std::string_view textOf(const std::uint8_t* data, std::size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

/// Ends the program where a promise is broken; not an assertion, for it holds in every build.
void require(bool holds, const char* promise, const std::string& detail = {})
{
    if (holds)
        return;
    std::fprintf(stderr, "broken promise: %s %s\n", promise, detail.c_str());
    std::abort();
}

/// A refusal is one line of UTF-8 that fits on a screen.
void checkSentence(const Error& error)
{
    constexpr std::size_t kLongest = 2000;
    const std::string sentence = error.sentence();
    require(!error.message.empty(), "a refusal says why");
    require(sentence.size() <= kLongest, "a refusal is short", sentence.substr(0, kLongest));
    require(invalidUtf8At(sentence) == std::string_view::npos, "a refusal is UTF-8");
    require(sentence.find('\n') == std::string::npos, "a refusal is one line", sentence);
}

/// What is written is what was read.
void checkRoundTrip(const Session& session)
{
    const std::string text = sessionToJson(session);
    const auto again = sessionFromJson(text);
    require(again.ok(),
            "a session that was read can be read again",
            again ? std::string() : again.error().sentence());
    require(*again == session, "a session is written as it was read");
}

void checkSessionText(std::string_view text)
{
    if (const auto session = sessionFromJson(text))
        checkRoundTrip(*session);
    else
        checkSentence(session.error());
}

void checkPicture(const Result<std::string>& text)
{
    if (!text)
        checkSentence(text.error());
    else
        checkSessionText(*text);
}

constexpr std::size_t kMostText = 1 << 20; // of a picture: as readers limit it, but smaller

constexpr Target kTargets[] = {{"session", readSessionText},
                               {"set", readSetOptions},
                               {"csv", readCsvTable},
                               {"npy", readNpyArray},
                               {"mixture", readMixtureText},
                               {"png", readPngPicture},
                               {"svg", readSvgPicture},
                               {"pdf", readPdfPicture}};

} // namespace

std::span<const Target> targets()
{
    return kTargets;
}

void readSessionText(const std::uint8_t* data, std::size_t size)
{
    checkSessionText(textOf(data, size));
}

/// Lines KEY=VALUE as after --set; lines "FAMILY KIND[:key=value,…]" as after --process and its
/// like.
void readSetOptions(const std::uint8_t* data, std::size_t size)
{
    Session session = defaultSession();
    for (const std::string& line : splitText(textOf(data, size), '\n')) {
        const auto equals = line.find('=');
        const auto blank = line.find(' ');
        const Session before = session;
        const bool isVariant = blank < equals && blank != std::string::npos;
        const Status status =
            isVariant ? setVariantText(session, 0, line.substr(0, blank), line.substr(blank + 1))
            : equals != std::string::npos ? setParameterText(
                  session, trimmed(line.substr(0, equals)), line.substr(equals + 1))
                                          : Status(Error{"--set", "must be KEY=VALUE"});
        if (status)
            continue;
        checkSentence(status.error());
        require(isVariant || session == before, "what is refused changes nothing", line);
    }
    if (const auto checked = checkSession(session))
        checkRoundTrip(session);
    else
        checkSentence(checked.error());
}

void readCsvTable(const std::uint8_t* data, std::size_t size)
{
    for (const char* label : {"", "auto", "1"}) {
        const auto table = dataSetFromCsv(textOf(data, size), {{}, label});
        if (!table) {
            checkSentence(table.error());
            continue;
        }
        require(table->points.rows() >= 2 && table->points.cols() >= 1, "a table has points");
        require(table->points.allFinite(), "points are finite");
        require(table->labels.empty()
                    || static_cast<Eigen::Index>(table->labels.size()) == table->points.rows(),
                "every point has a label");
    }
}

void readNpyArray(const std::uint8_t* data, std::size_t size)
{
    const auto array = npyFromBytes(textOf(data, size));
    if (!array)
        return checkSentence(array.error());
    const std::string bytes = npyBytes(array->shape, std::span<const double>(array->values));
    const auto again = npyFromBytes(bytes);
    require(again.ok(), "an array that was read can be read again");
    require(again->shape == array->shape && again->values == array->values,
            "an array is written as it was read");
    if (const auto table = dataSetFromNpy(*array); !table)
        checkSentence(table.error());
}

void readMixtureText(const std::uint8_t* data, std::size_t size)
{
    const auto mixture = mixtureFromJson(textOf(data, size));
    if (!mixture)
        return checkSentence(mixture.error());
    const auto again = mixtureFromJson(mixtureToJson(*mixture));
    require(again.ok(),
            "a mixture that was read can be read again",
            again ? std::string() : again.error().sentence());
    require(*again == *mixture, "a mixture is written as it was read");
}

void readPngPicture(const std::uint8_t* data, std::size_t size)
{
    checkPicture(render::sessionTextOfPng(textOf(data, size), kMostText));
}

void readSvgPicture(const std::uint8_t* data, std::size_t size)
{
    checkPicture(render::sessionTextOfSvg(textOf(data, size), kMostText));
}

void readPdfPicture(const std::uint8_t* data, std::size_t size)
{
    checkPicture(render::sessionTextOfPdf(textOf(data, size), kMostText));
}

} // namespace scorefield::fuzz
