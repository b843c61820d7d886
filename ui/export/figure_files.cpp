// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/figure_files.h"

#include "core/base/file.h"
#include "core/session/session_json.h"
#include "ui/export/figure.h"
#include "ui/export/picture_text.h"

#include <QBuffer>
#include <QDateTime>
#include <QImageWriter>

#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

namespace scorefield::render {
namespace {

const QString kSessionKey =
    QString::fromLatin1(kSessionText.data(), static_cast<qsizetype>(kSessionText.size()));
constexpr std::size_t kMostSession = 64'000'000; // bytes of a session in a picture; most have 10 kB
constexpr double kInch = 0.0254;                 // metres

/// Puts text in the place of other text of the same length, or of a longer one with spaces behind.
void overwrite(QByteArray& bytes, qsizetype from, qsizetype length, const QByteArray& text)
{
    if (text.size() <= length)
        bytes.replace(from, length, text.leftJustified(length, ' '));
}

/// What stands between `start` and `end`, or nothing: its place and length.
std::optional<std::pair<qsizetype, qsizetype>>
between(const QByteArray& bytes, const char* start, const char* end, qsizetype from = 0)
{
    const qsizetype before = bytes.indexOf(start, from);
    if (before < 0)
        return std::nullopt;
    const qsizetype place = before + static_cast<qsizetype>(std::strlen(start));
    const qsizetype after = bytes.indexOf(end, place);
    if (after < 0)
        return std::nullopt;
    return std::pair(place, after - place);
}

void setPageBox(QByteArray& pdf, const QSizeF& page, const QSizeF& exact)
{
    if (const auto box = between(pdf, "/MediaBox [", "]")) {
        const auto number = [](double value) { return QByteArray::number(value, 'f', 3); };
        overwrite(pdf,
                  box->first,
                  box->second,
                  "0 " + number(page.height() - exact.height()) + ' ' + number(exact.width()) + ' '
                      + number(page.height()));
    }
}

void setDate(QByteArray& pdf)
{
    bool isNumber = false;
    const qint64 seconds = qEnvironmentVariable("SOURCE_DATE_EPOCH").toLongLong(&isNumber);
    const auto date = between(pdf, "/CreationDate (D:", ")");
    if (!isNumber || !date)
        return;
    const QByteArray time = QDateTime::fromSecsSinceEpoch(seconds, Qt::UTC)
                                .toString(QStringLiteral("yyyyMMddHHmmss"))
                                .toLatin1();
    const bool hasOffset = date->second > time.size() + 1; // of the time zone
    overwrite(pdf, date->first, date->second, time + (hasOffset ? "+00'00'" : "Z"));
}

/// Fonts whose space is their tabulator too are read back as tabulators.
void nameSpaces(QByteArray& pdf)
{
    for (auto table = between(pdf, "beginbfrange", "endbfrange"); table;
         table = between(pdf, "beginbfrange", "endbfrange", table->first + table->second))
        for (auto list = between(pdf, "[", "]", table->first);
             list && list->first < table->first + table->second;
             list = between(pdf, "[", "]", list->first + list->second)) {
            QByteArray names = pdf.mid(list->first, list->second);
            overwrite(pdf, list->first, list->second, names.replace("<0009>", "<0020>"));
        }
}

} // namespace

QByteArray finishedPdf(QByteArray pdf, const QSizeF& page, const QSizeF& exact)
{
    setPageBox(pdf, page, exact);
    setDate(pdf);
    nameSpaces(pdf);
    return pdf;
}

QByteArray pngFile(const QImage& image, bool transparent, double dpi, const Session& session)
{
    QImage picture =
        image.convertToFormat(transparent ? QImage::Format_ARGB32 : QImage::Format_RGB32);
    picture.setDotsPerMeterX(static_cast<int>(std::lround(dpi / kInch)));
    picture.setDotsPerMeterY(static_cast<int>(std::lround(dpi / kInch)));
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QImageWriter writer(&buffer, "png");
    writer.setText(kSessionKey, QString::fromStdString(sessionToJson(session)));
    writer.setText(QStringLiteral("Software"), QStringLiteral("Scorefield " SCOREFIELD_VERSION));
    return writer.write(picture) ? bytes : QByteArray();
}

QByteArray finishedSvg(QByteArray svg, const QString& family, const Session& session)
{
    // A reader without the font shall not fall back to one with serifs.
    const QByteArray name = family.toHtmlEscaped().toUtf8();
    svg.replace("font-family=\"" + name + '"', "font-family=\"" + name + ", sans-serif\"");
    const QString json = QString::fromStdString(sessionToJson(session)).toHtmlEscaped();
    const QByteArray element =
        "<metadata id=\"" + kSessionKey.toLatin1() + "\">" + json.toUtf8() + "</metadata>\n";
    const qsizetype place = svg.indexOf("<defs>");
    return place < 0 ? svg : svg.insert(place, element);
}

Result<Session> sessionFromPicture(const std::filesystem::path& path)
{
    const auto format = figureFormat(path.string());
    const auto bytes = readFile(path);
    if (!bytes)
        return bytes.error();
    const auto text =
        format && *format == FigureFormat::Svg   ? sessionTextOfSvg(*bytes, kMostSession)
        : format && *format == FigureFormat::Pdf ? sessionTextOfPdf(*bytes, kMostSession)
                                                 : sessionTextOfPng(*bytes, kMostSession);
    if (!text)
        return Error{path.string(), text.error().message};
    if (text->empty())
        return Error{path.string(),
                     "the picture carries no session; a " + path.extension().string().substr(1)
                         + " file does where Scorefield has exported it"};
    return sessionFromFile(*text, path);
}

} // namespace scorefield::render
