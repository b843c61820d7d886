// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/document.h"

#include "core/mixture/gaussian_mixture.h"
#include "core/session/lane_plan.h"
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"
#include "ui/document/set_session.h"

#include <QFileInfo>

#include <filesystem>

namespace scorefield::ui {

namespace {

std::filesystem::path toPath(const QString& path)
{
    return std::filesystem::path(path.toStdU16String());
}

/// "lanes.1.eta" → "lanes.0.eta"; other keys as they are.
std::string keyOfLane(const std::string& key, std::size_t lane)
{
    const std::size_t begin = key.find('.') + 1;
    return "lanes." + std::to_string(lane) + key.substr(key.find('.', begin));
}

bool isLaneKey(const std::string& key)
{
    return key.rfind("lanes.", 0) == 0 && key.find('.', 6) != std::string::npos;
}

/// Whether changing this key is play state, which is no undo step.
bool isTimelineKey(const std::string& key)
{
    return key.rfind("timeline.", 0) == 0;
}

/// Only the mixture can become invalid by a free edit; everything else goes through descriptors.
Status validateEdit(const Session& before, const Session& after)
{
    if (after.lanes.empty() || after.lanes.size() > static_cast<std::size_t>(kMaxLanes))
        return Error{"lanes",
                     "a session has 1 to 4 lanes, not " + std::to_string(after.lanes.size())};
    if (!(before.data == after.data)) {
        const auto mixture = GaussianMixture::create(*after.data);
        if (!mixture)
            return mixture.error();
    }
    for (const std::string& key : parameterKeys(after)) {
        const auto descriptor = describe(after, key);
        const auto value = parameterValue(after, key);
        if (!descriptor || !value)
            return descriptor ? value.error() : descriptor.error();
        if (const Status valid = descriptor->validate(*value); !valid)
            return Error{key, valid.error().message};
    }
    for (const std::string& key : pointsKeys(after)) {
        const auto info = describePoints(after, key);
        const auto points = pointsValue(after, key);
        if (!info || !points)
            return info ? points.error() : info.error();
        if (const Status valid = info->validate(*points); !valid)
            return Error{key, valid.error().message};
    }
    return success();
}

} // namespace

Document::Document(QObject* parent)
    : QObject(parent)
    , m_session(defaultSession())
    , m_savedSession(m_session)
{
}

Document::~Document() = default;

bool Document::isModified() const
{
    return !(withViewStateOf(m_savedSession, m_session) == m_session);
}

void Document::beginGesture(const QString& text)
{
    m_gesture = ++m_lastGesture;
    m_gestureText = text;
}

void Document::endGesture()
{
    m_gesture = 0;
    m_gestureText.clear();
}

Status Document::setValue(const QString& key, double value)
{
    const std::string name = key.toStdString();
    Session after = m_session;
    if (const Status set = setParameter(after, name, value); !set)
        return refuse(set.error());
    if (isTimelineKey(name)) {
        setTimeline(after.timeline);
        return success();
    }
    if (after.view.linkLanes != 0 && isLaneKey(name)) {
        for (std::size_t lane = 0; lane < after.lanes.size(); ++lane) {
            const std::string other = keyOfLane(name, lane);
            // A lane whose variant lacks the parameter (rho of a uniform grid) is left alone.
            if (other == name || !describe(after, other))
                continue;
            if (const Status set = setParameter(after, other, value); !set)
                return refuse(set.error());
        }
    }
    const auto descriptor = describe(m_session, name);
    const QString label = descriptor ? QString::fromStdString(descriptor->label) : key;
    return push(std::move(after), tr("Change %1").arg(label), key);
}

Status Document::setPoints(const QString& key, const std::vector<CurvePoint>& points)
{
    const std::string name = key.toStdString();
    Session after = m_session;
    if (const Status set = scorefield::setPoints(after, name, points); !set)
        return refuse(set.error());
    if (after.view.linkLanes != 0 && isLaneKey(name)) {
        for (std::size_t lane = 0; lane < after.lanes.size(); ++lane) {
            const std::string other = keyOfLane(name, lane);
            if (other == name || !describePoints(after, other))
                continue;
            if (const Status set = scorefield::setPoints(after, other, points); !set)
                return refuse(set.error());
        }
    }
    return push(std::move(after), tr("Move points"), key);
}

Status Document::edit(const QString& text,
                      const std::function<void(Session&)>& change,
                      const QString& mergeKey)
{
    Session after = m_session;
    change(after);
    if (!(after.data == m_session.data))
        fitReferencesToData(after); // a deleted class is no longer a guidance target
    if (const Status valid = validateEdit(m_session, after); !valid)
        return refuse(valid.error());
    return push(std::move(after), text, mergeKey);
}

Status Document::push(Session after, const QString& text, const QString& mergeKey)
{
    if (after == m_session)
        return success();
    const QString shown = m_gesture != 0 && !m_gestureText.isEmpty() ? m_gestureText : text;
    m_undoStack.push(
        new SetSession(*this, m_session, std::move(after), shown, m_gesture, mergeKey, m_mergeMs));
    return success();
}

Status Document::refuse(const Error& error)
{
    Q_EMIT failed(QString::fromStdString(error.path), QString::fromStdString(error.message));
    return error;
}

void Document::apply(const Session& session)
{
    const Session before = m_session;
    m_session = withViewStateOf(session, before);
    // A lane that comes back, or is new, looks where the others look when cameras are linked.
    if (m_session.view.linkCameras != 0)
        for (Lane& lane : m_session.lanes)
            lane.camera = m_session.lanes.front().camera;
    const Changes changes = diff(before, m_session);
    if (changes.anything)
        Q_EMIT sessionChanged(changes);
}

void Document::setTimeline(const Timeline& timeline)
{
    if (timeline == m_session.timeline)
        return;
    m_session.timeline = timeline;
    Changes changes;
    changes.anything = changes.timeline = true;
    Q_EMIT sessionChanged(changes);
}

void Document::setCamera(int lane, const Camera& camera)
{
    bool changed = false;
    for (std::size_t i = 0; i < m_session.lanes.size(); ++i) {
        const bool addressed = static_cast<int>(i) == lane || m_session.view.linkCameras != 0;
        if (!addressed || m_session.lanes[i].camera == camera)
            continue;
        m_session.lanes[i].camera = camera;
        changed = true;
    }
    if (!changed)
        return;
    Changes changes;
    changes.anything = changes.style = true;
    Q_EMIT sessionChanged(changes);
}

void Document::setSession(const Session& session, const QString& filePath)
{
    endGesture();
    m_undoStack.clear();
    m_session = session;
    m_savedSession = session;
    m_filePath = filePath;
    Changes changes;
    changes.anything = changes.info = changes.style = changes.timeline = true;
    changes.data = changes.laneCount = true;
    changes.simulation.fill(true);
    Q_EMIT sessionChanged(changes);
    Q_EMIT fileChanged();
}

Status Document::open(const QString& path)
{
    const bool isPng =
        QFileInfo(path).suffix().compare(QLatin1String("png"), Qt::CaseInsensitive) == 0;
    const Result<Session> session =
        isPng && m_pngReader ? m_pngReader(path) : loadSession(toPath(path));
    if (!session)
        return refuse(session.error());
    // A picture is not the session's file: saving must not overwrite it.
    setSession(*session, isPng ? QString() : QFileInfo(path).absoluteFilePath());
    return success();
}

Status Document::save(const QString& path)
{
    if (const Status saved = saveSession(m_session, toPath(path)); !saved)
        return refuse(saved.error());
    m_savedSession = m_session;
    m_filePath = QFileInfo(path).absoluteFilePath();
    Q_EMIT fileChanged();
    return success();
}

void Document::forgetFile()
{
    if (m_filePath.isEmpty())
        return;
    m_filePath.clear();
    Q_EMIT fileChanged();
}

void Document::setPngReader(std::function<Result<Session>(const QString&)> reader)
{
    m_pngReader = std::move(reader);
}

} // namespace scorefield::ui
