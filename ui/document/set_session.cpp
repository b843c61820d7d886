// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/set_session.h"

#include "ui/document/document.h"

#include <algorithm>

namespace scorefield::ui {

SetSession::SetSession(Document& document,
                       Session before,
                       Session after,
                       const QString& text,
                       int gesture,
                       QString mergeKey,
                       qint64 mergeMs)
    : QUndoCommand(text)
    , m_document(document)
    , m_before(std::move(before))
    , m_after(std::move(after))
    , m_gesture(gesture)
    , m_mergeKey(std::move(mergeKey))
    , m_mergeMs(mergeMs)
{
    m_sinceEdit.start();
}

void SetSession::undo()
{
    m_document.apply(m_before);
}

void SetSession::redo()
{
    m_document.apply(m_after);
}

bool SetSession::mergeWith(const QUndoCommand* next)
{
    const auto& other =
        static_cast<const SetSession&>(*next); // same id(): the only command there is
    const bool sameGesture = m_gesture != 0 && m_gesture == other.m_gesture;
    const bool sameKey = m_gesture == 0 && other.m_gesture == 0 && !m_mergeKey.isEmpty()
                         && m_mergeKey == other.m_mergeKey && m_sinceEdit.elapsed() < m_mergeMs;
    if (!sameGesture && !sameKey)
        return false;
    m_after = other.m_after;
    m_sinceEdit.start();
    setObsolete(withViewStateOf(m_before, m_after) == m_after);
    return true;
}

Session withViewStateOf(Session session, const Session& other)
{
    session.timeline = other.timeline;
    const std::size_t common = std::min(session.lanes.size(), other.lanes.size());
    for (std::size_t lane = 0; lane < common; ++lane)
        session.lanes[lane].camera = other.lanes[lane].camera;
    return session;
}

} // namespace scorefield::ui
