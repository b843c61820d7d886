// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/document.h"

#include "core/mixture/gaussian_mixture.h"
#include "core/session/keyframe_edit.h"
#include "core/session/lane_plan.h"
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"
#include "ui/document/set_session.h"

#include <QFileInfo>

#include <algorithm>
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

/// The keys that an edit of one means: itself, and with linked lanes those of the other lanes that
/// have it (rho of a uniform grid is left alone).
std::vector<std::string> keysMeant(const Session& session, const std::string& key)
{
    std::vector<std::string> keys{key};
    if (session.view.linkLanes == 0 || !isLaneKey(key))
        return keys;
    for (std::size_t lane = 0; lane < session.lanes.size(); ++lane)
        if (const std::string other = keyOfLane(key, lane);
            other != key && describe(session, other))
            keys.push_back(other);
    return keys;
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
    m_undoStack.setUndoLimit(kUndoSteps);
}

Document::~Document() = default;

bool Document::isModified() const
{
    return !(withViewStateOf(m_savedSession, stored()) == stored());
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
    if (isTimelineKey(name)) {
        Session after = m_session;
        if (const Status set = setParameter(after, name, value); !set)
            return refuse(set.error());
        setTimeline(after.timeline);
        return success();
    }
    Session after = stored();
    bool isKey = false;
    for (const std::string& each : keysMeant(after, name)) {
        // The film shows its tracks' values, so that is where the new one goes.
        const bool isMoved = showsFilm() && trackOf(after, each);
        const auto row = describe(after, each);
        const Status set = !isMoved ? setParameter(after, each, value)
                           : row    ? row->validate(value)
                                    : Status(row.error());
        if (!set)
            return refuse(set.error());
        if (isMoved)
            setKeyOf(after, each, m_filmCursor, value);
        isKey = isKey || isMoved;
    }
    const auto descriptor = describe(m_session, name);
    const QString label = descriptor ? QString::fromStdString(descriptor->label) : key;
    const Status status = push(
        std::move(after), isKey ? tr("Set key of %1").arg(label) : tr("Change %1").arg(label), key);
    if (isKey)
        Q_EMIT keySet(label);
    return status;
}

Status Document::setPoints(const QString& key, const std::vector<CurvePoint>& points)
{
    const std::string name = key.toStdString();
    Session after = stored();
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
    Session after = stored();
    change(after);
    if (!(after.data == stored().data))
        fitReferencesToData(after); // a deleted class is no longer a guidance target
    if (const Status valid = validateEdit(stored(), after); !valid)
        return refuse(valid.error());
    return push(std::move(after), text, mergeKey);
}

Status Document::push(Session after, const QString& text, const QString& mergeKey)
{
    if (after == stored())
        return success();
    const QString shown = m_gesture != 0 && !m_gestureText.isEmpty() ? m_gestureText : text;
    m_undoStack.push(
        new SetSession(*this, stored(), std::move(after), shown, m_gesture, mergeKey, m_mergeMs));
    return success();
}

Status Document::refuse(const Error& error)
{
    Q_EMIT failed(QString::fromStdString(error.path), QString::fromStdString(error.message));
    return error;
}

void Document::apply(const Session& session)
{
    Session next = withViewStateOf(session, stored());
    // A lane that comes back, or is new, looks where the others look when cameras are linked.
    if (next.view.linkCameras != 0)
        for (Lane& lane : next.lanes)
            lane.camera = next.lanes.front().camera;
    show(next);
}

/// Makes `stored` the session, seen through the film while that is shown.
void Document::show(const Session& stored)
{
    const Session before = m_session;
    const bool changed = !(stored == this->stored());
    m_session = m_stored ? previewAt(stored, m_filmCursor) : stored;
    if (m_stored)
        m_stored = stored;
    Changes changes = diff(before, m_session);
    if (changed && !changes.anything) // beneath what the film shows
        changes.anything = changes.info = true;
    if (changes.anything)
        Q_EMIT sessionChanged(changes);
}

void Document::setFilmCursor(double share)
{
    share = std::clamp(share, 0., 1.);
    if (share == m_filmCursor)
        return;
    m_filmCursor = share;
    if (m_stored)
        show(Session(*m_stored));
    Q_EMIT filmChanged();
}

void Document::setShowsFilm(bool shows)
{
    if (shows == showsFilm())
        return;
    const Session stored = this->stored();
    shows ? void(m_stored = stored) : m_stored.reset();
    show(stored);
    Q_EMIT filmChanged();
}

void Document::setTimeline(const Timeline& timeline)
{
    if (timeline == m_session.timeline)
        return;
    const Timeline& shown = m_session.timeline;
    if (m_stored && timeline.position == shown.position && timeline.playing == shown.playing) {
        // Clock, speed and loop are not what the film moves.
        Timeline below = timeline;
        below.position = m_stored->timeline.position;
        below.playing = m_stored->timeline.playing;
        m_stored->timeline = below;
    } else {
        setShowsFilm(false);
    }
    m_session.timeline = timeline;
    Changes changes;
    changes.anything = changes.timeline = true;
    Q_EMIT sessionChanged(changes);
}

void Document::setCamera(int lane, const Camera& camera)
{
    bool changed = false;
    for (Session* session : {&m_session, m_stored ? &*m_stored : nullptr}) {
        if (session == nullptr)
            continue;
        for (std::size_t i = 0; i < session->lanes.size(); ++i) {
            const bool addressed = static_cast<int>(i) == lane || session->view.linkCameras != 0;
            if (!addressed || session->lanes[i].camera == camera)
                continue;
            session->lanes[i].camera = camera;
            changed = true;
        }
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
    m_stored.reset();
    m_filmCursor = 0;
    m_session = session;
    m_savedSession = session;
    m_filePath = filePath;
    Changes changes;
    changes.anything = changes.info = changes.style = changes.timeline = true;
    changes.data = changes.laneCount = changes.exports = true;
    changes.simulation.fill(true);
    Q_EMIT sessionChanged(changes);
    Q_EMIT filmChanged(); // after it: who shows the tracks knows by then that they are others
    Q_EMIT fileChanged();
}

Status Document::open(const QString& path)
{
    const QString ending = QFileInfo(path).suffix().toLower();
    const bool isPicture = ending == QLatin1String("png") || ending == QLatin1String("svg")
                           || ending == QLatin1String("pdf");
    const QFileInfo file(path);
    if (file.exists() && !file.isFile()) // a pipe may never say anything
        return refuse({path.toStdString(), "is a folder, a pipe or a device, must be a file"});
    const Result<Session> session =
        isPicture && m_pngReader ? m_pngReader(path) : loadSession(toPath(path));
    if (!session)
        return refuse(session.error());
    // A picture is not the session's file: saving must not overwrite it.
    setSession(*session, isPicture ? QString() : QFileInfo(path).absoluteFilePath());
    return success();
}

Status Document::save(const QString& path)
{
    if (const Status saved = saveSession(stored(), toPath(path)); !saved)
        return refuse(saved.error());
    m_savedSession = stored();
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

void Document::setNoGpu(const QString& reason)
{
    if (reason == m_noGpu)
        return;
    m_noGpu = reason;
    Changes changes; // controls look again
    changes.anything = changes.style = true;
    Q_EMIT sessionChanged(changes);
}

QString Document::whyDisabled(const QString& key) const
{
    const bool isOfGpu = key.startsWith(QLatin1StringView("view.swarm."));
    // What is on can be switched off.
    const bool isOn =
        m_session.view.swarm.layer.visible != 0 && key == QLatin1StringView("view.swarm.visible");
    if (isOfGpu && !m_noGpu.isEmpty())
        return isOn ? QString() : m_noGpu;
    const auto reason = scorefield::whyDisabled(m_session, key.toStdString());
    return reason ? QString::fromStdString(*reason) : QString();
}

} // namespace scorefield::ui
