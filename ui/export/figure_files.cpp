// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/figure_files.h"

#include "core/base/file.h"
#include "core/session/session_json.h"
#include "ui/export/figure.h"

#include <QBuffer>
#include <QImageReader>
#include <QImageWriter>
#include <QXmlStreamReader>

#include <cmath>

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

} // namespace

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

QByteArray withSession(QByteArray svg, const Session& session)
{
    const QString json = QString::fromStdString(sessionToJson(session)).toHtmlEscaped();
    const QByteArray element = "<metadata id=\"" + kSessionKey.toLatin1() + "\">" + json.toUtf8()
                               + "</metadata>\n";
    const qsizetype place = svg.indexOf("<defs>");
    return place < 0 ? svg : svg.insert(place, element);
}

Result<Session> sessionFromPicture(const std::filesystem::path& path)
{
    const bool isSvg =
        QString::fromStdString(path.string()).endsWith(QLatin1String(".svg"), Qt::CaseInsensitive);
    const auto text = isSvg ? textOfSvg(path) : textOfPng(path);
    if (!text)
        return text.error();
    return readSession(path, *text);
}

} // namespace scorefield::render
