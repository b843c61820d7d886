// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session_source.h"

#include "core/base/text.h"
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"
#include "ui/export/figure.h"

#include <QDir>
#include <QFile>
#include <QString>

#include <algorithm>
#include <filesystem>
#include <iterator>

namespace scorefield::app {

namespace {

const QString kPresetFolder = QStringLiteral(":/resources/sessions/");
constexpr const char* kPictureEndings[] = {".png", ".svg", ".pdf"};
const QString kPresetSuffix = QStringLiteral(".scorefield.json");

QString presetPath(const std::string& name)
{
    return kPresetFolder + QString::fromStdString(name) + kPresetSuffix;
}

bool isPicture(const std::string& name)
{
    const QString file = QString::fromStdString(name);
    return std::any_of(std::begin(kPictureEndings), std::end(kPictureEndings), [&](const char* e) {
        return file.endsWith(QLatin1String(e), Qt::CaseInsensitive);
    });
}

} // namespace

std::vector<std::string> presetNames()
{
    std::vector<std::string> names;
    const QDir folder(kPresetFolder);
    for (const QString& file :
         folder.entryList({QLatin1Char('*') + kPresetSuffix}, QDir::Files, QDir::Name))
        names.push_back(file.chopped(kPresetSuffix.size()).toStdString());
    return names;
}

Result<Session> loadPreset(const std::string& name)
{
    QFile file(presetPath(name));
    if (!file.open(QIODevice::ReadOnly))
        return Error{name, "no such preset"};
    auto session = sessionFromJson(file.readAll().toStdString());
    if (!session)
        return Error{name + "#" + session.error().path, session.error().message};
    return session;
}

Result<FoundSession> findSession(const std::string& name)
{
    std::error_code ignored;
    if (!std::filesystem::exists(name, ignored)) {
        const std::vector<std::string> presets = presetNames();
        for (const std::string& preset : presets)
            if (preset == name) {
                auto session = loadPreset(name);
                if (!session)
                    return session.error();
                return FoundSession{presetPath(name).toStdString(), std::move(session).value()};
            }
        const std::string near = nearestWord(name, presets);
        return Error{name,
                     "no such file, and no preset of this name"
                         + (near.empty() ? "; see 'scorefield list presets'"
                                         : "; did you mean '" + near + "'?")};
    }
    auto session = isPicture(name) ? render::sessionFromPicture(name) : loadSession(name);
    if (!session)
        return session.error();
    return FoundSession{name, std::move(session).value()};
}

std::vector<Option> sessionOptions()
{
    return {{"--bookmark", "NAME", "the state that the session keeps under this name"},
            {"--set",
             "KEY=VALUE",
             "change a parameter of the session; lanes.*.KEY changes it in all lanes",
             "",
             true},
            {"--particles", "N", "the number of particles"},
            {"--seed", "S", "the seed of all noise"}};
}

Status applySessionOptions(const Arguments& arguments, Session& session)
{
    if (const auto name = arguments.value("--bookmark")) {
        auto there = sessionAtBookmark(session, *name);
        if (!there)
            return Error{"--bookmark", there.error().message};
        session = std::move(there).value();
    }
    for (const std::string& item : arguments.values("--set")) {
        const auto equals = item.find('=');
        if (equals == std::string::npos)
            return Error{"--set", "is '" + item + "', must be KEY=VALUE"};
        if (auto status =
                setParameterText(session, trimmed(item.substr(0, equals)), item.substr(equals + 1));
            !status)
            return status;
    }
    for (const auto& [option, key] :
         {std::pair{"--particles", "particles.count"}, std::pair{"--seed", "particles.seed"}})
        if (const auto text = arguments.value(option))
            if (auto status = setParameterText(session, key, *text); !status)
                return Error{option, status.error().message};
    return success();
}

std::vector<Option> laneOptions()
{
    return {{"--process", "KIND[:k=v,…]", "the forward process, e.g. vp:horizon=10"},
            {"--grid", "KIND[:k=v,…]", "the time grid, e.g. karras:steps=40,rho=7"},
            {"--sampler", "KIND[:k=v,…]", "the sampler, e.g. ddim:eta=1"},
            {"--guidance", "KIND[:k=v,…]", "the guidance rule, e.g. cfg:w=3,target=1"},
            {"--error", "KIND[:k=v,…]", "what the score gets wrong, e.g. gain:gain=0.2"}};
}

Status applyLaneOptions(const Arguments& arguments, Session& session, int lane)
{
    for (const char* family : {"process", "grid", "sampler", "guidance", "error"})
        if (const auto text = arguments.value(std::string("--") + family))
            if (auto status = setVariantText(session, lane, family, *text); !status)
                return status;
    return success();
}

} // namespace scorefield::app
