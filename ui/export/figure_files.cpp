// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/figure_files.h"

#include "core/base/file.h"
#include "core/session/session_json.h"
#include "ui/export/figure.h"

#include <QBuffer>
#include <QDateTime>
#include <QImageReader>
#include <QImageWriter>
#include <QXmlStreamReader>

#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

namespace scorefield::render {
namespace {

const QString kSessionKey = QStringLiteral("scorefield-session"); // text of a PNG, id in an SVG
constexpr double kInch = 0.0254;                                  // metres

Result<Session> readSession(const std::filesystem::path& path, const QString& text)
{
    if (text.isEmpty())
        return Error{path.string(), "the picture carries no Scorefield session"};
    auto session = sessionFromJson(text.toStdString());
    if (!session)
        return Error{path.string() + "#" + session.error().path, session.error().message};
    return session;
}

Result<QString> textOfSvg(const std::filesystem::path& path)
{
    const auto bytes = readFile(path);
    if (!bytes)
        return bytes.error();
    QXmlStreamReader xml(QByteArray::fromStdString(*bytes));
    while (!xml.atEnd())
        if (xml.readNext() == QXmlStreamReader::StartElement
            && xml.name() == QLatin1String("metadata")
            && xml.attributes().value(QLatin1String("id")) == kSessionKey)
            return xml.readElementText();
    if (xml.hasError())
        return Error{path.string(), "this is no picture that can be read"};
    return QString();
}

Result<QString> textOfPng(const std::filesystem::path& path)
{
    QImageReader reader(QString::fromStdString(path.string()));
    if (!reader.canRead())
        return Error{path.string(), "this is no picture that can be read"};
    return reader.text(kSessionKey);
}

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

/// The text attached to a PDF that finishedPdf made; empty without one.
Result<QString> textOfPdf(const std::filesystem::path& path)
{
    const auto content = readFile(path);
    if (!content)
        return content.error();
    const QByteArray pdf = QByteArray::fromStdString(*content);
    if (!pdf.startsWith("%PDF"))
        return Error{path.string(), "this is no picture that can be read"};
    const auto file = between(pdf, "/F (session.scorefield.json)\n/EF <</F ", " 0 R");
    if (!file)
        return QString();
    const QByteArray object = '\n' + pdf.mid(file->first, file->second) + " 0 obj";
    const qsizetype place = pdf.indexOf(object);
    const auto stream = place < 0 ? std::nullopt : between(pdf, "stream\n", "\nendstream", place);
    if (!stream)
        return QString();
    const QByteArray data = pdf.mid(stream->first, stream->second);
    const bool isPacked = pdf.mid(place, stream->first - place).contains("/FlateDecode");
    // qUncompress wants a guess of the size first, and grows it.
    return QString::fromUtf8(isPacked ? qUncompress(QByteArray("\0\1\0\0", 4) + data) : data);
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
    const auto text = format && *format == FigureFormat::Svg   ? textOfSvg(path)
                      : format && *format == FigureFormat::Pdf ? textOfPdf(path)
                                                               : textOfPng(path);
    if (!text)
        return text.error();
    return readSession(path, *text);
}

} // namespace scorefield::render
