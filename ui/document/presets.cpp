// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/presets.h"

#include "core/session/session_json.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace scorefield::ui {

namespace {

const QString kFolder = QStringLiteral(":/resources/sessions");
const QString kEnding = QStringLiteral(".scorefield.json");

QByteArray bytesOf(const QString& id)
{
    QFile file(kFolder + QLatin1Char('/') + id + kEnding);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// From the closed-form cases to the data sets; what is not listed comes last.
int rank(const QString& id)
{
    static const QStringList order{QStringLiteral("three-modes"),
                                   QStringLiteral("single-gaussian"),
                                   QStringLiteral("two-gaussians"),
                                   QStringLiteral("triangle"),
                                   QStringLiteral("ring-of-eight"),
                                   QStringLiteral("grid-of-25"),
                                   QStringLiteral("anisotropic-five"),
                                   QStringLiteral("thirteen-points"),
                                   QStringLiteral("two-moons"),
                                   QStringLiteral("low-rank"),
                                   QStringLiteral("old-faithful"),
                                   QStringLiteral("iris"),
                                   QStringLiteral("digits")};
    const auto index = order.indexOf(id);
    return static_cast<int>(index < 0 ? order.size() : index);
}

QString titleOf(const QString& id)
{
    const QJsonObject info =
        QJsonDocument::fromJson(bytesOf(id)).object().value(QLatin1String("info")).toObject();
    const QString title = info.value(QLatin1String("title")).toString();
    return title.isEmpty() ? id : title;
}

} // namespace

const std::vector<Preset>& presets()
{
    static const std::vector<Preset> all = [] {
        std::vector<Preset> found;
        const QStringList files =
            QDir(kFolder).entryList({QLatin1Char('*') + kEnding}, QDir::Files, QDir::Name);
        for (const QString& file : files) {
            const QString id = file.chopped(kEnding.size());
            found.push_back({id, titleOf(id)});
        }
        std::stable_sort(found.begin(), found.end(), [](const Preset& a, const Preset& b) {
            return rank(a.id) < rank(b.id);
        });
        return found;
    }();
    return all;
}

Result<Session> loadPreset(const QString& id)
{
    const QByteArray bytes = bytesOf(id);
    if (bytes.isEmpty())
        return Error{id.toStdString(), "there is no preset of this name"};
    auto session = sessionFromJson({bytes.constData(), static_cast<std::size_t>(bytes.size())});
    if (!session)
        return Error{id.toStdString(), session.error().sentence()};
    return session;
}

} // namespace scorefield::ui
