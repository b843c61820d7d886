// SPDX-License-Identifier: GPL-3.0-or-later
// Scripts against the program: every sampler, guidance rule and score error either has a NumPy
// script that computes the same end points, or a sentence that says why not. All scripts run in one
// Python process; the end points are compared afterwards.
#include "core/base/file.h"
#include "core/base/npy.h"
#include "core/session/lane_plan.h"
#include "core/session/parameter_table.h"
#include "core/session/python_script.h"
#include "tests/support/runs.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <set>

using namespace scorefield;
using namespace scorefield::test;

namespace {

/// Runs every script that is named on its command line, with what follows it as its argument.
const char* const kDriver = R"(
import contextlib, io, runpy, sys, traceback
files = sys.argv[1:]
for script, end in zip(files[::2], files[1::2]):
    sys.argv = [script, end]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            runpy.run_path(script, run_name='__main__')
    except Exception:
        print(script)
        traceback.print_exc(file=sys.stdout)
)";

struct Case {
    std::string name;
    Session session;
    std::string refusedKey; ///< empty: there is a script
};

Session baseSession(int d = 2)
{
    Session session = defaultSession();
    session.lanes.resize(1);
    session.particles.count = 41;
    session.particles.seed = 123456789012; // both words of the key
    MixtureSpec data = *session.data;
    if (d != 2) {
        std::vector<Eigen::VectorXd> means;
        for (int k = 0; k < 3; ++k)
            means.push_back(Eigen::VectorXd::LinSpaced(d, k - 1., 2. * k));
        data = isotropicMixture(means, .3);
    }
    // Full covariances, one of them without spread in a direction.
    for (std::size_t k = 0; k < data.components.size(); ++k) {
        auto& component = data.components[k];
        Eigen::MatrixXd root = Eigen::MatrixXd::Identity(d, d) * .5;
        for (int j = 1; j < d; ++j)
            root(j, j - 1) = .3 - .25 * static_cast<double>(k);
        if (k == 2)
            root.col(d - 1).setZero();
        component.covariance = root * root.transpose();
        component.weight = 1. + static_cast<double>(k);
        component.classLabel = static_cast<int>(k);
    }
    data.classNames = {};
    session.data = data;
    fitReferencesToData(session);
    return session;
}

Session changed(Session session, const std::vector<std::pair<std::string, std::string>>& settings)
{
    for (const auto& [key, text] : settings)
        if (const auto status = setParameterText(session, key, text); !status)
            qFatal("%s", status.error().sentence().c_str());
    return session;
}

/// "lanes.0." in front.
Session changedLane(Session session,
                    const std::vector<std::pair<std::string, std::string>>& settings)
{
    for (const auto& [key, text] : settings)
        session = changed(std::move(session), {{"lanes.0." + key, text}});
    return session;
}

const std::vector<std::pair<std::string, std::string>> kPureStart = {
    {"process.kind", "rf"}, {"grid.kind", "uniform"}, {"grid.steps", "12"}};
const std::vector<std::pair<std::string, std::string>> kVp = {{"process.kind", "vp"},
                                                              {"grid.kind", "karras"},
                                                              {"grid.steps", "12"},
                                                              {"grid.final", "denoise"}};

/// Adaptive, or with a solver of its own inside every step.
const std::set<std::string> kRefused = {"rk45", "dpm-adaptive", "consistency"};

/// All samplers on a process from pure noise without guidance, and on another with it.
std::vector<Case> samplerCases()
{
    std::vector<Case> cases;
    for (const SamplerKind& kind : samplerKinds()) {
        const std::string& id = kind.info.id;
        const std::string refused = kRefused.count(id) != 0 ? "lanes.0.sampler.kind" : "";
        for (const char* eta : {"0", "0.7"}) {
            if (!kind.usesEta && eta != std::string("0"))
                continue;
            Session pure = changedLane(baseSession(), kPureStart);
            pure =
                changedLane(pure, {{"sampler.kind", id}, {"eta", eta}, {"guidance.kind", "none"}});
            Session guided = changedLane(baseSession(), kVp);
            guided = changedLane(guided,
                                 {{"sampler.kind", id},
                                  {"eta", eta},
                                  {"guidance.kind", "cfg"},
                                  {"guidance.w", "2"}});
            cases.push_back({id + " rf eta " + eta, pure, refused});
            cases.push_back({id + " vp guided eta " + eta, guided, refused});
        }
        // Every choice and switch of the sampler at each of its values.
        for (const ParameterDescriptor& row : kind.info.parameters) {
            if (!refused.empty()
                || (row.type != ParameterType::Choice && row.type != ParameterType::Boolean))
                continue;
            for (int value = 0; value <= static_cast<int>(row.maximum); ++value) {
                Session session =
                    changedLane(baseSession(), {{"sampler.kind", id}, {"eta", "0.5"}});
                session = changedLane(std::move(session), kVp);
                session =
                    changedLane(std::move(session), {{"sampler." + row.key, row.format(value)}});
                cases.push_back({id + " " + row.key + " " + std::to_string(value), session, ""});
            }
        }
    }
    return cases;
}

std::vector<Case> variantCases()
{
    using Settings = std::vector<std::pair<std::string, std::string>>;
    const std::vector<std::pair<const char*, Settings>> rows = {
        {"churn", {{"sampler.kind", "edm"}, {"sampler.churn", "5"}, {"sampler.churn_min", "0.3"}}},
        {"native churn",
         {{"sampler.kind", "edm"}, {"sampler.churn", "5"}, {"sampler.time", "native"}}},
        {"ralston", {{"sampler.kind", "edm"}, {"sampler.stage", "0.6"}}},
        {"unipc 3", {{"sampler.kind", "unipc"}, {"sampler.order", "3"}}},
        {"unipc 1", {{"sampler.kind", "unipc"}, {"sampler.order", "1"}}},
        {"deis 2", {{"sampler.kind", "deis"}, {"sampler.order", "2"}}},
        {"lms 1", {{"sampler.kind", "lms"}, {"sampler.order", "1"}}},
        {"fast 9", {{"sampler.kind", "dpm-fast"}, {"sampler.evaluations", "9"}, {"eta", "0.5"}}},
        {"fast 11", {{"sampler.kind", "dpm-fast"}, {"sampler.evaluations", "11"}}},
        {"no corrector", {{"sampler.kind", "langevin"}, {"sampler.corrector_steps", "0"}}},
        {"eta 3", {{"sampler.kind", "ancestral-dpm2"}, {"eta", "3"}}},
        {"exact prior", {{"prior", "exact"}, {"sampler.kind", "ddim"}, {"eta", "1"}}},
        {"exact prior, unguided",
         {{"prior", "exact"}, {"sampler.kind", "heun"}, {"guidance.kind", "none"}}},
        {"gain", {{"error.kind", "gain"}}},
        {"lag", {{"error.kind", "lag"}}},
        {"constant", {{"error.kind", "constant"}, {"error.part", "whole"}}},
        {"rotation", {{"error.kind", "rotation"}}},
        {"rotation and moments",
         {{"error.kind", "rotation"}, {"guidance.kind", "moment-steering"}}},
        {"blurred", {{"error.kind", "density-smoothing"}}},
        {"smoothed", {{"error.kind", "score-smoothing"}, {"error.nodes", "16"}}},
    };
    std::vector<Case> cases;
    for (const auto& [name, settings] : rows)
        cases.push_back({name, changedLane(changedLane(baseSession(), kVp), settings), ""});
    cases.push_back({"gain from pure noise",
                     changedLane(changedLane(baseSession(), kPureStart), {{"error.kind", "gain"}}),
                     ""});
    for (const int d : {1, 4})
        cases.push_back(
            {"dimension " + std::to_string(d),
             changedLane(changedLane(baseSession(d), kVp),
                         {{"sampler.kind", "dpmpp-sde"}, {"eta", "1"}, {"prior", "exact"}}),
             ""});
    cases.push_back({"tree",
                     changed(changedLane(baseSession(), {{"sampler.kind", "ddim"}, {"eta", "1"}}),
                             {{"particles.noise", "brownian"}}),
                     "particles.noise"});
    cases.push_back({"tree without draws",
                     changed(changedLane(baseSession(), {{"sampler.kind", "heun"}}),
                             {{"particles.noise", "brownian"}}),
                     ""});
    return cases;
}

std::vector<Case> processCases()
{
    std::vector<Case> cases;
    for (const ProcessKind& kind : processKinds())
        for (const char* sampler : {"heun", "euler-maruyama"})
            cases.push_back({kind.info.id + " " + sampler,
                             changedLane(baseSession(),
                                         {{"process.kind", kind.info.id},
                                          {"sampler.kind", sampler},
                                          {"eta", "0.5"},
                                          {"grid.steps", "12"}}),
                             ""});
    return cases;
}

/// The rules of guidance that no short script computes.
const std::set<std::string> kRefusedGuidance = {"cfg-zero",
                                                "characteristic",
                                                "exact-tilt",
                                                "feedback",
                                                "feynman-kac",
                                                "recfg",
                                                "rectified-cfg++",
                                                "reg",
                                                "predictor-corrector"};
const std::set<std::string> kScriptedErrors = {"none",
                                               "gain",
                                               "lag",
                                               "constant",
                                               "rotation",
                                               "density-smoothing",
                                               "coarse",
                                               "gaussian",
                                               "score-smoothing"};

std::vector<Case> guidanceCases()
{
    std::vector<Case> cases;
    for (const GuidanceKind& kind : guidanceKinds()) {
        const std::string& id = kind.info.id;
        const bool refused = kRefusedGuidance.count(id) != 0;
        for (const char* sampler : {"ddim", "heun"})
            cases.push_back({"guidance " + id + " " + sampler,
                             changedLane(changedLane(baseSession(), kVp),
                                         {{"guidance.kind", id}, {"sampler.kind", sampler}}),
                             refused ? "lanes.0.guidance.kind" : ""});
    }
    cases.push_back(
        {"apg with momentum",
         changedLane(baseSession(), {{"guidance.kind", "apg"}, {"guidance.momentum", "-0.5"}}),
         "lanes.0.guidance.kind"});
    // One class that is all there is.
    Session whole = changedLane(baseSession(), kVp);
    MixtureSpec data = *whole.data;
    for (auto& component : data.components)
        component.classLabel = 0;
    whole.data = data;
    fitReferencesToData(whole);
    cases.push_back({"no others", changedLane(whole, {{"guidance.kind", "cfg"}}), ""});
    cases.push_back({"no others, field",
                     changedLane(whole, {{"guidance.kind", "autoguidance"}}),
                     "lanes.0.guidance.target"});
    cases.push_back({"no others, corrector",
                     changedLane(whole, {{"guidance.kind", "predictor-corrector"}}),
                     "lanes.0.guidance.kind"});
    cases.push_back(
        {"smoothed, changing weight",
         changedLane(baseSession(),
                     {{"error.kind", "score-smoothing"}, {"guidance.kind", "interval"}}),
         "lanes.0.guidance.kind"});
    cases.push_back({"smoothed in four dimensions",
                     changedLane(changedLane(baseSession(4), kVp),
                                 {{"error.kind", "score-smoothing"}, {"error.nodes", "16"}}),
                     ""});
    for (const char* guide : {"blurred", "merged"})
        cases.push_back({std::string("guide ") + guide,
                         changedLane(changedLane(baseSession(), kVp),
                                     {{"guidance.kind", "autoguidance"},
                                      {"guidance.guide", guide},
                                      {"guidance.share", "0.6"}}),
                         ""});
    for (const ScoreErrorKind& kind : scoreErrorKinds())
        if (kScriptedErrors.count(kind.info.id) == 0)
            cases.push_back({"error " + kind.info.id,
                             changedLane(baseSession(), {{"error.kind", kind.info.id}}),
                             "lanes.0.error.kind"});
    return cases;
}

Eigen::MatrixXd doubleEnds(const Session& session)
{
    const auto mixture = makeMixture(*session.data);
    SimulationPlan plan = planLane(session, 0, mixture).value();
    plan.tape = sessionTape(session).value();
    WorkerPool pool(1);
    const auto result = simulate<double>(plan, pool);
    if (result.outcome.kind != Outcome::Kind::Completed)
        qFatal("%s", result.outcome.message.c_str());
    return statesAt(result.trajectories);
}

void compareWithScripts(const std::vector<Case>& cases)
{
    const QTemporaryDir folder;
    const auto path = [&](const QString& name) { return folder.filePath(name); };
    QStringList words{path(QStringLiteral("driver.py"))};
    QVERIFY(writeFileAtomically(words[0].toStdString(), kDriver).ok());
    std::ptrdiff_t longest = 0;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto script = pythonScript(cases[i].session, 0);
        const std::string refused = script ? std::string() : script.error().path;
        QVERIFY2(
            refused == cases[i].refusedKey,
            (cases[i].name + ": " + (script ? "a script" : script.error().sentence())).c_str());
        if (!script)
            continue;
        longest = std::max(longest, std::count(script->begin(), script->end(), '\n'));
        words << path(QStringLiteral("%1.py").arg(i)) << path(QStringLiteral("%1.npy").arg(i));
        QVERIFY(writeFileAtomically(words[words.size() - 2].toStdString(), *script).ok());
    }
    QVERIFY2(longest <= 80, qPrintable(QString::number(longest)));
    QProcess python;
    python.start(QStringLiteral("/usr/bin/python3"), words);
    QVERIFY(python.waitForFinished(120000));
    const QString trouble = QString::fromUtf8(python.readAllStandardOutput());
    QVERIFY2(trouble.isEmpty(), qPrintable(trouble));
    QStringList wrong;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (!cases[i].refusedKey.empty())
            continue;
        const auto ends = readNpy(path(QStringLiteral("%1.npy").arg(i)).toStdString());
        const double scale = makeMixture(*cases[i].session.data)->scale();
        const double difference =
            ends ? largestDifference(asMatrix(*ends), doubleEnds(cases[i].session)) : scale;
        // The product promises 1e-6 of the data scale; what differs is rounding.
        if (!(difference < 1e-6 * scale))
            wrong << QStringLiteral("%1: %2")
                         .arg(QString::fromStdString(cases[i].name))
                         .arg(difference);
    }
    QCOMPARE(wrong.join(QStringLiteral("; ")), QString());
}

} // namespace

class TestPythonScript : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void samplers() { compareWithScripts(samplerCases()); }
    void variants() { compareWithScripts(variantCases()); }
    void processes() { compareWithScripts(processCases()); }
    void guidance() { compareWithScripts(guidanceCases()); }
    void recordedNoise();
    void refusesLanesThatAreNotThere();
};

void TestPythonScript::recordedNoise()
{
    const QTemporaryDir folder;
    const auto tape = folder.filePath(QStringLiteral("it's a tape.npy")).toStdString();
    std::vector<double> normals(20 * 50 * 2);
    for (std::size_t i = 0; i < normals.size(); ++i)
        normals[i] = philoxNormal(3, Stream::Data, static_cast<std::uint32_t>(i), 0, 0);
    const std::array<std::size_t, 3> shape{20, 50, 2};
    QVERIFY(writeFileAtomically(tape, npyBytes(shape, std::span<const double>(normals))).ok());
    Session session = changedLane(changedLane(baseSession(), kVp),
                                  {{"sampler.kind", "euler-maruyama"}, {"eta", "1"}});
    session.particles.tape = tape;
    session = changed(session, {{"particles.noise", "tape"}});
    compareWithScripts({{"tape", session, ""}});
}

void TestPythonScript::refusesLanesThatAreNotThere()
{
    QVERIFY(!pythonScript(defaultSession(), 2).ok());
    QVERIFY(!pythonScript(defaultSession(), -1).ok());
}

QTEST_APPLESS_MAIN(TestPythonScript)
#include "tst_python_script.moc"
