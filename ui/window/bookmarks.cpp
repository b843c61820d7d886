// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/bookmarks.h"

#include "core/session/bookmarks.h"
#include "ui/document/document.h"

#include <algorithm>

namespace scorefield::ui {

Bookmarks::Bookmarks(Document& document, QObject* parent) : QObject(parent), m_document(document)
{
    connect(&m_document, &Document::sessionChanged, this, [this](const Changes& changes) {
        const bool isScene = changes.style || changes.data || changes.laneCount || changes.exports
                             || changes.anySimulation();
        // Playing leaves it where it is; clock and speed belong to a scene.
        if (isScene || (changes.timeline && m_document.session().timeline.playing == 0))
            refresh();
    });
    refresh();
}

int Bookmarks::count() const
{
    return static_cast<int>(m_document.stored().bookmarks.size());
}

QString Bookmarks::nameOf(int index) const
{
    return QString::fromStdString(
        m_document.stored().bookmarks[static_cast<std::size_t>(index)].name);
}

std::optional<int> Bookmarks::last() const
{
    const auto index = findBookmark(m_document.stored(), m_last.toStdString());
    return index ? std::optional(static_cast<int>(*index)) : std::nullopt;
}

void Bookmarks::refresh()
{
    const Session& session = m_document.stored();
    const auto stands = [&](const Bookmark& bookmark) {
        return isSameScene(*bookmark.state, session);
    };
    const auto before = last();
    std::optional<int> now;
    if (before && stands(session.bookmarks[static_cast<std::size_t>(*before)])) {
        now = before;
    } else {
        const auto first = std::find_if(session.bookmarks.begin(), session.bookmarks.end(), stands);
        if (first != session.bookmarks.end())
            now = static_cast<int>(first - session.bookmarks.begin());
    }
    m_current = now;
    if (now)
        m_last = nameOf(*now);
    Q_EMIT changed();
}

void Bookmarks::goTo(int index)
{
    if (index < 0 || index >= count())
        return;
    const QString name = nameOf(index);
    const SharedValue<SessionState> state =
        m_document.stored().bookmarks[static_cast<std::size_t>(index)].state;
    m_last = name;
    m_document.setShowsFilm(false);
    const Status edited = m_document.edit(tr("Go to bookmark %1").arg(name), [&](Session& session) {
        static_cast<SessionState&>(session) = *state;
    });
    if (!edited)
        return; // the document has said why
    // No undo step has these, so they are put there by themselves.
    for (std::size_t lane = 0; lane < state->lanes.size(); ++lane)
        m_document.setCamera(static_cast<int>(lane), state->lanes[lane].camera);
    m_document.setTimeline(state->timeline);
    refresh();
    Q_EMIT arrived(index);
}

void Bookmarks::step(int direction)
{
    if (count() == 0)
        return Q_EMIT nothingToStep();
    const auto from = m_current ? m_current : last();
    const int to = from ? *from + direction : 0;
    if (to < 0 || to >= count())
        return Q_EMIT arrived(*from);
    goTo(to);
}

SessionState Bookmarks::shownState() const
{
    return static_cast<const SessionState&>(m_document.session()); // without bookmarks and jobs
}

QString Bookmarks::proposedName() const
{
    return QString::fromStdString(proposedBookmarkName(m_document.session()));
}

Status Bookmarks::add(const QString& name)
{
    if (const Status status = checkBookmarkName(m_document.stored(), name.toStdString()); !status)
        return status;
    m_last = name.trimmed();
    const SessionState state = shownState();
    const Status status = m_document.edit(tr("Add bookmark %1").arg(m_last), [&](Session& session) {
        (void)addBookmark(session, name.toStdString(), state); // its name has been checked
    });
    refresh();
    return status;
}

Status Bookmarks::rename(int index, const QString& name)
{
    const auto at = static_cast<std::size_t>(index);
    if (const Status status = checkBookmarkName(m_document.stored(), name.toStdString(), at);
        !status)
        return status;
    if (nameOf(index) == m_last)
        m_last = name.trimmed();
    return m_document.edit(tr("Rename bookmark"), [&](Session& session) {
        (void)renameBookmark(session, at, name.toStdString()); // its name has been checked
    });
}

Status Bookmarks::remove(int index)
{
    const auto at = static_cast<std::size_t>(index);
    Session without = m_document.stored();
    if (const Status status = removeBookmark(without, at); !status)
        return status;
    return m_document.edit(tr("Delete bookmark %1").arg(nameOf(index)),
                           [&](Session& session) { session.bookmarks = without.bookmarks; });
}

void Bookmarks::replace(int index)
{
    const SessionState state = shownState();
    m_last = nameOf(index);
    (void)m_document.edit(tr("Replace bookmark %1").arg(m_last), [&](Session& session) {
        replaceBookmark(session, static_cast<std::size_t>(index), state);
    });
}

void Bookmarks::move(int index, int by)
{
    (void)m_document.edit(tr("Move bookmark %1").arg(nameOf(index)), [&](Session& session) {
        moveBookmark(session, static_cast<std::size_t>(index), by);
    });
}

} // namespace scorefield::ui
