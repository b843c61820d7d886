// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session.h"

#include "core/base/text.h"
#include "core/session/matched_levels.h"
#include "core/session/parameter_table.h"
#include "core/session/table_rows.h"

#include <algorithm>
#include <cassert>

namespace scorefield {

namespace {

MixtureSpec threeModes()
{
    std::vector<Eigen::VectorXd> means;
    for (double x : {-3.0, 0.0, 3.0})
        means.emplace_back(Eigen::Vector2d(x, 0));
    MixtureSpec mixture = isotropicMixture(means, .25);
    for (ComponentSpec& component : mixture.components)
        component.weight = 1.0 / 3;
    mixture.classNames = {"left", "centre", "right"};
    return mixture;
}

void require(const Status& status)
{
    assert(status.ok() && "a built-in session that its own parameter table refuses");
    static_cast<void>(status);
}

} // namespace

Lane defaultLane(const std::string& processKind)
{
    Lane lane;
    for (const table::Family& family : table::families()) {
        const std::string& kind = family.name == "process" ? processKind : family.defaultKind;
        const VariantInfo* info = table::findVariant(family, kind);
        assert(info != nullptr && "a default of an unregistered kind");
        lane.*(family.choice) = makeChoice(*info);
    }
    return lane;
}

Session defaultSession()
{
    Session session;
    session.info.title = "Three modes";
    session.data = threeModes();
    for (const char* process : {"vp", "rf"})
        session.lanes.push_back(defaultLane(process));
    for (int lane = 0; lane < 2; ++lane) {
        require(setVariantText(session, lane, "grid", "karras:steps=40"));
        require(setVariantText(session, lane, "sampler", "heun"));
        require(setVariantText(session, lane, "guidance", "cfg:w=0,target=1"));
    }
    require(setVariantText(session, 0, "process", "vp:horizon=10,stop=0.001"));
    return session;
}

Result<Session> sessionAtBookmark(Session session, std::string_view name)
{
    std::vector<std::string> names;
    for (const Bookmark& bookmark : session.bookmarks) {
        if (bookmark.name == name) {
            const SharedValue<SessionState> state = bookmark.state;
            static_cast<SessionState&>(session) = *state;
            return session;
        }
        names.push_back(bookmark.name);
    }
    const std::string near = nearestWord(name, names);
    return Error{"bookmark",
                 "there is no bookmark '" + std::string(name) + "'"
                     + (names.empty()  ? "; the session has none"
                        : near.empty() ? "; there are " + listOfWords(names)
                                       : "; did you mean '" + near + "'?")};
}

bool Changes::anySimulation() const
{
    return std::any_of(simulation.begin(), simulation.end(), [](bool lane) { return lane; });
}

Changes diff(const Session& before, const Session& after)
{
    Changes changes;
    changes.info = !(before.info == after.info);
    changes.data = !(before.data == after.data);
    changes.timeline = !(before.timeline == after.timeline);
    changes.laneCount = before.lanes.size() != after.lanes.size();
    changes.exports = before.keyframes != after.keyframes || before.jobs != after.jobs
                      || before.bookmarks != after.bookmarks;
    changes.style = changes.laneCount || changes.data || !(before.view == after.view);

    const ViewSpec& was = before.view;
    const ViewSpec& is = after.view;
    bool all = changes.data || !(before.particles == after.particles);
    // Converged solutions, unguided twins and stages are computed only while they are shown.
    all = all
          || (was.particleColor != is.particleColor
              && (is.particleColor == kColorByError || is.particleColor == kColorByFate));
    all = all
          || (is.particleColor == kColorByStage
              && (was.particleColor != is.particleColor || was.ridge.beta != is.ridge.beta
                  || was.ridge.gamma != is.ridge.gamma));
    // The plane belongs to the run (it carries the marginal mixture); runSession keeps the
    // trajectories.
    if (after.data->dimension > 2)
        all = all || was.projection != is.projection || was.axisX != is.axisX
              || was.axisY != is.axisY;
    for (std::size_t i = 0; i < after.lanes.size() && i < kMaxLanes; ++i) {
        const bool isNew = i >= before.lanes.size();
        changes.simulation[i] = all || isNew || !runsAlike(before, after, static_cast<int>(i));
        changes.style =
            changes.style || isNew || !(before.lanes[i].camera == after.lanes[i].camera);
    }
    changes.anything = changes.info || changes.data || changes.timeline || changes.style
                       || changes.exports || changes.anySimulation();
    return changes;
}

} // namespace scorefield
