// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/tape_path.h"

#include "core/base/utf8.h"

#include <system_error>

namespace scorefield {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = "outside:"; // no path in memory begins so: those are absolute

/// The path seen from the folder, without links; empty where it is not in it or below.
fs::path inside(const fs::path& path, const fs::path& folder)
{
    std::error_code failure, otherFailure;
    const fs::path relative = fs::weakly_canonical(path, failure)
                                  .lexically_relative(fs::weakly_canonical(folder, otherFailure));
    const bool leadsOut =
        failure || otherFailure || relative.empty() || *relative.begin() == ".." || relative == ".";
    return leadsOut ? fs::path() : relative;
}

fs::path whole(const fs::path& folder)
{
    std::error_code failure;
    const fs::path result = fs::absolute(folder.empty() ? fs::path(".") : folder, failure);
    return failure ? folder : result.lexically_normal();
}

/// Applies change(tape) to the session and to the state of every bookmark.
template <class Change>
void changeTapes(Session& session, const Change& change)
{
    session.particles.tape = change(session.particles.tape);
    for (Bookmark& bookmark : session.bookmarks) {
        const std::string tape = change(bookmark.state->particles.tape);
        if (tape == bookmark.state->particles.tape)
            continue;
        SessionState state = *bookmark.state;
        state.particles.tape = tape;
        bookmark.state = std::move(state);
    }
}

} // namespace

std::string tapeFromFile(const std::string& name, const fs::path& folder)
{
    if (name.empty())
        return name;
    const fs::path from = whole(folder);
    const fs::path path = fs::path(name);
    const bool staysInside = path.is_relative() && name.find('\0') == std::string::npos
                             && !inside(from / path, from).empty();
    return staysInside ? (from / path).lexically_normal().string() : std::string(kMark) + name;
}

std::string tapeForFile(const std::string& tape, const fs::path& folder)
{
    if (tape.starts_with(kMark) || !fs::path(tape).is_absolute())
        return tapeName(tape);
    const fs::path relative = inside(tape, whole(folder));
    return relative.empty() ? tape : relative.generic_string();
}

std::string tapeName(const std::string& tape)
{
    return tape.starts_with(kMark) ? tape.substr(kMark.size()) : tape;
}

Status checkTape(const std::string& tape)
{
    if (!tape.starts_with(kMark))
        return success();
    return Error{"particles.tape",
                 "is '" + shown(tapeName(tape), 200)
                     + "', which leads out of the folder of the session; a session file may name "
                       "only what lies beside it or below: put the recorded noise there, or choose "
                       "it again with File ▸ Use recorded noise"};
}

Session withTapesFromFile(Session session, const fs::path& folder)
{
    changeTapes(session, [&](const std::string& tape) { return tapeFromFile(tape, folder); });
    return session;
}

Session withTapesForFile(Session session, const fs::path& folder)
{
    changeTapes(session, [&](const std::string& tape) { return tapeForFile(tape, folder); });
    return session;
}

} // namespace scorefield
