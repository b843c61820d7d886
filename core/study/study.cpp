// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/study.h"

#include "core/base/text.h"
#include "core/session/lane_plan.h"
#include "core/session/parameter_table.h"
#include "core/study/lane_names.h"
#include "core/study/slope_fit.h"

#include <algorithm>
#include <memory>
#include <optional>

namespace scorefield {

namespace {

/// What all rows share.
struct Setting {
    const StudyKind& study;
    const Session& session;
    const std::vector<Sweep>& sweeps;
    std::size_t rows = 0;
    std::shared_ptr<const GaussianMixture> mixture; ///< of the session's own data
    std::shared_ptr<const NoiseTape> tape;          ///< null unless a row uses it
};

/// The data of a row: the session's own, unless a parameter of the study changed them.
Result<std::shared_ptr<const GaussianMixture>> mixtureAt(const Setting& setting, const Session& at)
{
    if (at.data == setting.session.data)
        return setting.mixture;
    auto mixture = GaussianMixture::create(*at.data);
    if (!mixture)
        return Error{"/data" + mixture.error().path, mixture.error().message};
    return std::make_shared<const GaussianMixture>(std::move(mixture).value());
}

/// Every place of the grid is planned once before the first is run, so that a study does not stop
/// halfway for a value that could have been refused at once.
Status checkGrid(Setting& setting)
{
    for (std::size_t row = 0; row < setting.rows; ++row) {
        const auto session = sessionAt(setting.session, setting.sweeps, row);
        if (!session)
            return session.error();
        const auto mixture = mixtureAt(setting, *session);
        if (!mixture)
            return mixture.error();
        for (int lane = 0; lane < static_cast<int>(session->lanes.size()); ++lane)
            if (auto plan = planLane(*session, lane, *mixture); !plan)
                return plan.error();
        if (setting.tape)
            continue;
        auto tape = sessionTape(*session);
        if (!tape)
            return tape.error();
        setting.tape = std::move(tape).value();
    }
    return success();
}

std::string laneId(int lane, const std::string& quantity)
{
    return "lanes." + std::to_string(lane) + "." + quantity;
}

/// The key that a sweep's key stands for in this lane, if it stands for one there.
std::string keyInLane(const std::string& key, int lane)
{
    const std::string every = "lanes.*.";
    if (!key.starts_with("lanes."))
        return key;
    if (key.starts_with(every))
        return laneId(lane, key.substr(every.size()));
    return key.starts_with(laneId(lane, "")) ? key : std::string();
}

Column ownColumn(const Session& session, const Sweep& sweep)
{
    const ParameterDescriptor& row = sweep.own->row;
    Column column{sweep.key, row.label, row.unit, ColumnRole::Parameter};
    column.help = row.help;
    column.logarithmic = sweep.logarithmic;
    column.current.assign(session.lanes.size(), sweep.own->current(session));
    return column;
}

Column parameterColumn(const Session& session, const Sweep& sweep)
{
    if (sweep.own != nullptr)
        return ownColumn(session, sweep);
    const std::vector<std::string> keys = keysOf(session, sweep.key);
    const ParameterDescriptor row = describe(session, keys.front()).value();
    Column column{sweep.key, row.label, row.unit, ColumnRole::Parameter};
    column.help = row.help;
    column.logarithmic = sweep.logarithmic;
    for (int lane = 0; lane < static_cast<int>(session.lanes.size()); ++lane)
        if (sweep.key.starts_with(laneId(lane, "")))
            column.lane = lane;
    for (int lane = 0; lane < static_cast<int>(session.lanes.size()); ++lane) {
        const std::string own = keyInLane(sweep.key, lane);
        const bool isOfLane = std::find(keys.begin(), keys.end(), own) != keys.end();
        column.current.push_back(isOfLane ? parameterValue(session, own).value()
                                          : std::numeric_limits<double>::quiet_NaN());
    }
    return column;
}

Table emptyTable(const Setting& setting)
{
    const StudyInfo& info = setting.study.info;
    Table table{info.id, info.label, info.source, {}, {}};
    table.over = info.over;
    table.lanes = laneNames(setting.session, setting.sweeps);
    for (const Sweep& sweep : setting.sweeps)
        table.columns.push_back(parameterColumn(setting.session, sweep));
    for (int lane = 0; lane < static_cast<int>(setting.session.lanes.size()); ++lane)
        for (const QuantityInfo& quantity : info.quantities) {
            Column column{laneId(lane, quantity.id), quantity.label, quantity.unit, quantity.role};
            column.of = quantity.of.empty() ? "" : laneId(lane, quantity.of);
            column.help = quantity.help;
            column.lane = lane;
            column.logarithmic = quantity.logarithmic;
            column.hiddenConstant = quantity.hiddenConstant;
            table.columns.push_back(std::move(column));
        }
    return table;
}

void appendParameters(const Setting& setting, const Session& session, std::size_t row, Table& table)
{
    for (std::size_t i = 0; i < setting.sweeps.size(); ++i) {
        const double value = valueAt(setting.sweeps, i, row);
        Column& column = table.columns[i];
        column.values.push_back(value);
        const StudyParameter* const own = setting.sweeps[i].own;
        const auto descriptor =
            own != nullptr ? Result<ParameterDescriptor>(own->row)
                           : describe(session, keysOf(session, setting.sweeps[i].key).front());
        const bool isWord = descriptor
                            && (descriptor->type == ParameterType::Choice
                                || descriptor->type == ParameterType::Boolean);
        if (isWord)
            column.words.push_back(descriptor->format(value));
    }
}

void appendEstimates(const Setting& setting,
                     int lane,
                     const std::vector<StudyValue>& estimates,
                     Table& table)
{
    const std::vector<QuantityInfo>& quantities = setting.study.info.quantities;
    for (std::size_t i = 0; i < quantities.size(); ++i) {
        Column& column = table.columns[setting.sweeps.size()
                                       + static_cast<std::size_t>(lane) * quantities.size() + i];
        column.values.push_back(estimates[i].value);
        if (quantities[i].hasError)
            column.errors.push_back(estimates[i].error);
    }
}

/// A lane that the sweep leaves as it was in the row before keeps what was measured there.
bool isUnchanged(const StudyInfo& study, const Session& before, const Session& after, int lane)
{
    const Changes changes = diff(before, after);
    return !changes.simulation[static_cast<std::size_t>(lane)]
           && !(study.followsPlayHead && changes.timeline);
}

Status trainFor(const SimulationPlan& plan,
                int lane,
                WorkerPool& pool,
                const std::stop_token& stop,
                const RunModels& models)
{
    if (!plan.error)
        return success();
    const auto ready = plan.error->prepare(*plan.mixture, pool, stop, models.progress);
    if (stop.stop_requested())
        return Error{"", "cancelled"};
    return ready ? ready : Error{laneId(lane, "error"), ready.error().message};
}

void addNote(Table& table, int lane, const std::string& note)
{
    const std::string sentence = "lanes." + std::to_string(lane) + ": " + note;
    if (!note.empty()
        && std::find(table.notes.begin(), table.notes.end(), sentence) == table.notes.end())
        table.notes.push_back(sentence);
}

} // namespace

Result<const StudyKind*> findStudy(const std::string& id)
{
    std::vector<std::string> ids;
    for (const StudyKind& kind : studyKinds()) {
        if (kind.info.id == id)
            return &kind;
        ids.push_back(kind.info.id);
    }
    const std::string near = nearestWord(id, ids);
    return Error{
        "",
        "'" + id + "' is no study; "
            + (near.empty() ? "there are " + listOfWords(ids) : "did you mean '" + near + "'?")};
}

Result<Table> runStudy(const StudyKind& study,
                       const Session& session,
                       std::vector<Sweep> sweeps,
                       WorkerPool& pool,
                       const StudyProgress& progress,
                       std::stop_token stop,
                       const RunModels& models)
{
    if (sweeps.empty()) {
        auto own = study.defaultSweeps(session);
        if (!own)
            return own.error();
        sweeps = std::move(own).value();
    }
    for (const Sweep& sweep : sweeps)
        if (sweep.key == kPlayHeadKey && !study.info.followsPlayHead)
            return Error{sweep.key,
                         "study " + study.info.id
                             + " measures whole runs, which the play-head does not change"};
    const auto rows = countRows(session, sweeps);
    if (!rows)
        return rows.error();
    auto mixture = GaussianMixture::create(*session.data);
    if (!mixture)
        return Error{"/data" + mixture.error().path, mixture.error().message};
    Setting setting{study,
                    session,
                    sweeps,
                    *rows,
                    std::make_shared<const GaussianMixture>(std::move(mixture).value()),
                    nullptr};
    if (auto valid = checkGrid(setting); !valid)
        return valid.error();

    StudyCache cache;
    const auto library = models.library ? models.library : std::make_shared<ModelLibrary>();
    Table table = emptyTable(setting);
    std::optional<Session> before;
    std::vector<Measurement> last(session.lanes.size());
    for (std::size_t row = 0; row < setting.rows; ++row) {
        Session at = sessionAt(session, sweeps, row).value(); // checked above
        const auto mixture = mixtureAt(setting, at).value();
        appendParameters(setting, at, row, table);
        for (int lane = 0; lane < static_cast<int>(at.lanes.size()); ++lane) {
            Measurement& measured = last[static_cast<std::size_t>(lane)];
            if (!before || !isUnchanged(study.info, *before, at, lane)) {
                auto plan = planLane(at, lane, mixture, library);
                plan->tape = setting.tape;
                if (auto ready = trainFor(*plan, lane, pool, stop, models); !ready)
                    return ready.error();
                auto result = study.measure({at, lane, *plan, cache}, pool, stop);
                if (stop.stop_requested())
                    return Error{"", "cancelled"};
                if (!result)
                    return result.error();
                measured = std::move(result).value();
            }
            appendEstimates(setting, lane, measured.estimates, table);
            addNote(table, lane, measured.note);
        }
        before = std::move(at);
        if (progress)
            progress(table, row + 1, setting.rows);
    }
    if (study.finish != nullptr)
        study.finish(session, sweeps, table);
    table.slopes = fitSlopes(study.info, sweeps, table);
    return table;
}

} // namespace scorefield
