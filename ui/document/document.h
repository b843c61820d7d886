// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The open session with its file and its undo history. Panels read session() and call
// setValue/edit; they never keep state of their own.
#include "core/session/session.h"

#include <QObject>
#include <QString>
#include <QUndoStack>

#include <functional>
#include <optional>
#include <vector>

namespace scorefield::ui {

class Document : public QObject {
    Q_OBJECT
public:
    /// Each holds two sessions: without an end a long day would fill the memory.
    static constexpr int kUndoSteps = 500;

    explicit Document(QObject* parent = nullptr);
    ~Document() override;

    /// What is shown: as stored, or as a film shows it at its cursor.
    const Session& session() const { return m_session; }
    /// What a file and the undo history hold.
    const Session& stored() const { return m_stored ? *m_stored : m_session; }
    /// The last kUndoSteps steps.
    QUndoStack& undoStack() { return m_undoStack; }
    QString filePath() const { return m_filePath; }
    /// Whether saving would write anything new; play position and cameras do not count.
    bool isModified() const;
    /// As it stands in the file, or as the document began.
    const Session& savedSession() const { return m_savedSession; }

    /// A gesture (press … release of a slider or handle) becomes one undo step, gone again if the
    /// value came home. Without one, edits of the same key within 600 ms merge (wheel, keys).
    void beginGesture(const QString& text);
    void endGesture();
    /// Wheel and key edits of one parameter closer together than this are one undo step (600 ms).
    void setMergeTime(qint64 milliseconds) { m_mergeMs = milliseconds; }

    /// One parameter by key. With view.link_lanes on, "lanes.N.…" goes to every lane that has the
    /// parameter. Errors are returned and emitted; nothing changes then.
    Status setValue(const QString& key, double value);
    /// The same for a list of points ("lanes.0.process.points"); see
    /// core/session/parameter_table.h. With view.link_lanes on, lanes that have the list follow.
    Status setPoints(const QString& key, const std::vector<CurvePoint>& points);
    /// Any other edit: change(copy), then the copy is validated (mixture included) and becomes the
    /// session. `mergeKey` merges like a key.
    Status edit(const QString& text,
                const std::function<void(Session&)>& change,
                const QString& mergeKey = {});
    /// Play state and position: part of the session, but no undo step and not a modification.
    void setTimeline(const Timeline& timeline);
    /// Where a lane looks (all lanes when cameras are linked): no undo step and not a modification.
    void setCamera(int lane, const Camera& camera);

    // The film's preview: keyframes and the play-head stand where the film has them at its cursor.
    // Nothing of it is an undo step or a modification; edits go to the stored session beneath, and
    // values of what a track moves become its keys at the cursor. Moving the play-head by hand
    // (setTimeline) ends it.
    double filmCursor() const
    {
        return m_filmCursor;
    } ///< a share of the pass, also while it is off
    void setFilmCursor(double share);
    bool showsFilm() const { return m_stored.has_value(); }
    void setShowsFilm(bool shows);

    /// A new document: history cleared.
    void setSession(const Session& session, const QString& filePath);
    /// A session, or a PNG that carries one (through the reader given by setPngReader).
    Status open(const QString& path);
    Status save(const QString& path);
    /// The session is another one now (a preset): the next save asks where, instead of overwriting
    /// the old file.
    void forgetFile();
    void setPngReader(std::function<Result<Session>(const QString&)> reader);

    /// Why this machine simulates nothing on its GPU, one sentence; empty: it does.
    void setNoGpu(const QString& reason);
    /// Why a parameter has no effect now: because of the session (whyDisabled of
    /// core/session/parameter_table.h), or of the machine. Empty: it has.
    QString whyDisabled(const QString& key) const;

Q_SIGNALS:
    void sessionChanged(const scorefield::Changes& changes);
    void fileChanged();
    void failed(const QString& path, const QString& message);
    void filmChanged(); ///< its cursor, or whether it is shown
    /// An edited value became a key at the film's cursor instead.
    void keySet(const QString& label);

private:
    friend class SetSession;
    void apply(const Session& session);
    void show(const Session& stored);
    Status push(Session after, const QString& text, const QString& mergeKey);
    Status refuse(const Error& error);

    Session m_session;
    std::optional<Session> m_stored; ///< while the film is shown
    double m_filmCursor = 0;
    QString m_filePath;
    QUndoStack m_undoStack;
    QString m_gestureText;
    int m_gesture = 0; ///< number of the open gesture; 0: none
    int m_lastGesture = 0;
    qint64 m_mergeMs = 600;
    Session m_savedSession;
    std::function<Result<Session>(const QString&)> m_pngReader;
    QString m_noGpu;
};

} // namespace scorefield::ui
