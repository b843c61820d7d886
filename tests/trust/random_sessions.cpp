// SPDX-License-Identifier: GPL-3.0-or-later
// Random sessions, and a random walk over the parameter table: every session reads back as written,
// runs with a few particles to an outcome, and is read out; every parameter takes its ends and
// refuses what lies beyond. Meant for builds with SCOREFIELD_SANITIZE=address, whose reports end
// the program; ends by printing rows for tests/README.md.
//   random_sessions [--count SESSIONS] [--walk STEPS] [--first SEED] [--verbose]
#include "core/session/run_analysis.h"
#include "core/session/session_json.h"
#include "core/study/study.h"
#include "tests/support/sessions.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>
#include <set>
#include <string>

using namespace scorefield;

namespace {

constexpr std::size_t kParticles = 12;

struct Options {
    unsigned count = 40, walk = 400, first = 1;
    bool isVerbose = false;
};

[[noreturn]] void fail(const std::string& what, const Session& session)
{
    std::fprintf(stderr, "FAILED: %s\n%s\n", what.c_str(), sessionToJson(session).c_str());
    std::exit(1);
}

/// What happened, by name.
using Tally = std::map<std::string, long>;

class Draws {
public:
    explicit Draws(unsigned seed) : m_random(seed) {}
    double uniform() { return std::uniform_real_distribution<double>(0, 1)(m_random); }
    int below(int count) { return static_cast<int>(uniform() * count); }
    bool chance(double share) { return uniform() < share; }
    std::mt19937& engine() { return m_random; }

private:
    std::mt19937 m_random;
};

/// Points, segments, needles, far away or tiny: what a file may hold.
MixtureSpec randomData(Draws& draws)
{
    const int d = draws.chance(.8) ? 1 + draws.below(3) : 1 + draws.below(12),
              k = draws.chance(.98) ? 1 + draws.below(d > 3 ? 3 : 6) : 20 + draws.below(20);
    MixtureSpec data = test::randomMixture(d, k, draws.engine());
    const double scale = draws.chance(.7) ? 1 : std::pow(10., -6 + 12 * draws.uniform()),
                 shift = draws.chance(.8) ? 0 : std::pow(10., -3 + 9 * draws.uniform());
    for (ComponentSpec& component : data.components) {
        component.mean = (scale * component.mean).array() + shift;
        const double kind = draws.uniform();
        if (kind < .15) // a point
            component.covariance.setZero();
        else if (kind < .3) { // a segment
            const Eigen::VectorXd axis =
                Eigen::VectorXd::NullaryExpr(d, [&draws] { return draws.uniform() - .5; });
            component.covariance = axis * axis.transpose();
        } else if (kind < .4)
            component.covariance *= 1e-12;
        component.covariance *= scale * scale;
    }
    return data;
}

void setWhereItIs(Session& session, const std::string& key, double value)
{
    if (const auto row = describe(session, key); row)
        (void)setParameter(session, key, std::clamp(value, row->minimum, row->maximum));
}

/// Cheap enough for thousands: few steps, adaptive methods as they begin and weakly guided.
void makeCheap(Session& session)
{
    session.particles.noise = std::min(session.particles.noise, 1.0); // there is no recorded tape
    for (std::size_t lane = 0; lane < session.lanes.size(); ++lane) {
        const std::string base = "lanes." + std::to_string(lane) + ".";
        const auto steps = parameterValue(session, base + "grid.steps");
        if (steps && *steps > 8)
            setWhereItIs(session, base + "grid.steps", 1 + std::fmod(*steps, 8));
        Lane& of = session.lanes[lane];
        if (of.error.values.contains("nodes")) // evaluations for each one
            setWhereItIs(session, base + "error.nodes", 0);
        const bool isShared = session.view.matchNoise != 0 && session.view.match.sampler != 0;
        const auto sampler = findSampler(isShared ? session.lanes[0].sampler : of.sampler);
        if (!sampler || (*sampler)->evaluationsPerStep > 0)
            continue;
        of.sampler = makeChoice((*sampler)->info);
        of.error = makeChoice(scoreErrorKinds().front().info);
        for (const char* key : {"w", "from", "to", "strength", "scale"})
            if (of.guidance.values.contains(key))
                of.guidance.values.set(key, std::min(of.guidance.values.at(key), 4.0));
    }
}

Session drawSession(unsigned seed)
{
    Session session = test::randomSession(seed);
    Draws draws(seed * 2654435761U + 1);
    if (draws.chance(.8)) {
        Session other = session;
        other.data = randomData(draws);
        if (checkSession(other))
            session = other;
    }
    makeCheap(session);
    if (!checkSession(session)) // a lane cannot have what it shared with so few steps
        session.view.matchNoise = 0;
    if (!checkSession(session))
        return drawSession(seed + 1000003);
    session.particles.count = 1 + draws.below(2000);
    if (session.view.particleColor == kColorByError && draws.chance(.9)) // a converged solution
        session.view.particleColor = 0;
    if (draws.chance(.3)) {
        SessionState state = session;
        state.particles.seed = 11;
        session.bookmarks.push_back({"Here: \"σ̃\"", state});
    }
    if (draws.chance(.3))
        session.jobs.push_back({"ends", "ends.csv", "", DataSpec{}});
    return session;
}

void checkRoundTrip(const Session& session)
{
    const std::string text = sessionToJson(session);
    const auto read = sessionFromJson(text);
    if (!read)
        fail("what was written is not read: " + read.error().sentence(), session);
    if (!(*read == session))
        fail("what is read is not what was written", session);
    if (sessionToJson(*read) != text)
        fail("written again it is another text", session);
}

const char* nameOf(Outcome::Kind kind)
{
    switch (kind) {
    case Outcome::Kind::Completed:
        return "completed";
    case Outcome::Kind::Cancelled:
        return "waiting for a network";
    case Outcome::Kind::NonFinite:
        return "diverged";
    case Outcome::Kind::Refused:
        return "refused";
    }
    return "";
}

/// Runs and reads out. Numbers of a completed run are finite, and every other one says why.
void runOnce(const Session& session, WorkerPool& pool, Tally& tally, bool readsOut)
{
    const RunModels models{.train = false};
    const auto run = runSession(session, pool, {}, nullptr, kParticles, models);
    if (!run) {
        if (run.error().message.empty())
            fail("refused without a word", session);
        ++tally["refused as a whole"];
        return;
    }
    for (const auto& lane : (*run)->lanes) {
        ++tally[nameOf(lane->outcome.kind)];
        if (lane->outcome.kind != Outcome::Kind::Completed && lane->outcome.message.empty())
            fail("an outcome without a word", session);
        for (const float value : lane->trajectories.values)
            if (!std::isfinite(value))
                fail("a state that is kept is not finite", session);
        if (!lane->remarks.empty())
            ++tally["with a remark"];
    }
    if (!readsOut)
        return;
    const AnalysisRequest request{.overTime = true,
                                  .collapse = true,
                                  .entropy = session.data->dimension <= 3,
                                  .twin = true,
                                  .stages = session.data->dimension <= 3,
                                  .clocks = true};
    if (analyseRun(*run, request, pool) == nullptr)
        fail("no analysis", session);
    ++tally["read out"];
}

/// One study of the session, its first places only.
void studyOnce(const Session& session, unsigned number, WorkerPool& pool, Tally& tally)
{
    const StudyKind& study = studyKinds()[number % studyKinds().size()];
    auto sweeps = study.defaultSweeps(session);
    if (!sweeps)
        return;
    for (Sweep& sweep : *sweeps)
        sweep.values.resize(std::min<std::size_t>(sweep.values.size(), 2));
    Session small = session;
    small.particles.count = kParticles;
    for (const Lane& lane : small.lanes)
        if (lane.error.kind != "none")
            return; // a network would be trained
    const auto table = runStudy(study, small, *sweeps, pool);
    if (!table && table.error().message.empty())
        fail("a study was refused without a word", small);
    ++tally[table ? "studies" : "studies refused"];
}

/// A value at, between or beyond the ends of a parameter.
double drawValue(const ParameterDescriptor& row, Draws& draws)
{
    switch (draws.below(8)) {
    case 0:
        return row.minimum;
    case 1:
        return row.maximum;
    case 2:
        return row.defaultValue;
    case 3:
        return std::nextafter(row.minimum, std::numeric_limits<double>::infinity());
    case 4:
        return std::nextafter(row.maximum, std::numeric_limits<double>::infinity());
    case 5:
        return draws.chance(.5) ? std::nan("") : -std::numeric_limits<double>::infinity();
    default:
        return test::randomValue(row, draws.engine());
    }
}

/// Sets a parameter; what is out of its range must be refused and change nothing.
void setChecked(Session& session, const std::string& key, double value, Tally& tally)
{
    const auto row = describe(session, key);
    if (!row)
        fail(key + " is listed and not described", session);
    const Session before = session;
    const bool isAllowed = row->validate(value).ok();
    const auto status = setParameter(session, key, value);
    if (!isAllowed && status)
        fail(key + " took a value out of its range", session);
    if (!status && (!(session == before) || status.error().message.empty()))
        fail(key + ": a refused value changed the session, or was refused without a word", session);
    const auto now = parameterValue(session, key);
    if (status && (!now || *now != value))
        fail(key + " is not what it was set to", session);
    ++tally[status ? "values taken" : "values refused"];
}

std::string patternOf(const std::string& key)
{
    return key.starts_with("lanes.") ? "lanes.*" + key.substr(key.find('.', 6)) : key;
}

/// Every key of a session at both its ends, then some steps anywhere.
void walkFrom(Session session,
              unsigned steps,
              unsigned seed,
              WorkerPool& pool,
              Tally& tally,
              std::set<std::string>& seen)
{
    Draws draws(seed);
    const Session start = session;
    for (const std::string& key : parameterKeys(start)) {
        seen.insert(patternOf(key));
        const auto row = describe(start, key);
        for (const double value : {row->minimum, row->maximum}) {
            Session moved = start;
            setChecked(moved, key, value, tally);
            if (checkSession(moved))
                checkRoundTrip(moved);
        }
    }
    for (unsigned step = 0; step < steps; ++step) {
        const auto keys = parameterKeys(session);
        const std::string key =
            keys[static_cast<std::size_t>(draws.below(static_cast<int>(keys.size())))];
        seen.insert(patternOf(key));
        setChecked(session, key, drawValue(*describe(session, key), draws), tally);
        if (step % 4 != 0)
            continue;
        Session cheap = session;
        makeCheap(cheap);
        if (!checkSession(cheap)) {
            ++tally["refused as a whole"];
            session = start;
            continue;
        }
        checkRoundTrip(cheap);
        runOnce(cheap, pool, tally, false);
    }
}

std::vector<std::filesystem::path> presets()
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(SCOREFIELD_SOURCE_DIR)
                                                                 + "/resources/sessions"))
        if (entry.path().extension() == ".json")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

std::string wordsOf(const Tally& tally)
{
    std::string words;
    for (const auto& [name, count] : tally)
        words += (words.empty() ? "" : ", ") + std::to_string(count) + " " + name;
    return words;
}

Options parse(int count, char** words)
{
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        const auto number = [&] {
            return i + 1 < count ? static_cast<unsigned>(std::strtoul(words[++i], nullptr, 10)) : 0;
        };
        if (word == "--count")
            options.count = number();
        else if (word == "--walk")
            options.walk = number();
        else if (word == "--first")
            options.first = number();
        else if (word == "--verbose")
            options.isVerbose = true;
        else {
            std::fprintf(stderr, "unknown word: %s\n", words[i]);
            std::exit(2);
        }
    }
    return options;
}

} // namespace

int main(int argumentCount, char** arguments)
{
    const Options options = parse(argumentCount, arguments);
    WorkerPool pool(2);
    Tally sessions, walk;
    for (unsigned seed = options.first; seed < options.first + options.count; ++seed) {
        const auto begin = std::chrono::steady_clock::now();
        const Session session = drawSession(seed);
        checkRoundTrip(session);
        runOnce(session, pool, sessions, seed % 10 == 0);
        if (seed % 50 == 0)
            studyOnce(session, seed / 50, pool, sessions);
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        if (options.isVerbose && (seconds > 1 || seed % 500 == 0))
            std::fprintf(stderr, "session %u: %.1f s\n", seed, seconds);
    }
    std::set<std::string> seen;
    auto files = presets();
    if (options.walk < 1000 && !files.empty()) // a few of them
        files.resize(1 + (files.size() - 1) / 12);
    for (std::size_t i = 0; i < files.size() && options.walk > 0; ++i) {
        auto session = loadSession(files[i]);
        if (!session)
            return std::fprintf(stderr, "%s\n", session.error().sentence().c_str()), 1;
        const unsigned steps = options.walk / static_cast<unsigned>(files.size());
        walkFrom(*session, steps, options.first + static_cast<unsigned>(i), pool, walk, seen);
        if (options.isVerbose)
            std::fprintf(stderr, "%s\n", files[i].filename().c_str());
    }
    if (options.count > 0)
        std::printf("| random sessions | %u | read back equal; lanes: %s |\n",
                    options.count,
                    wordsOf(sessions).c_str());
    if (options.walk > 0)
        std::printf("| walk over the parameter table | %u | from %zu presets, %zu kinds of keys at "
                    "both ends; %s |\n",
                    options.walk,
                    files.size(),
                    seen.size(),
                    wordsOf(walk).c_str());
    return 0;
}
