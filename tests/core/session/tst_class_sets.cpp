// SPDX-License-Identifier: GPL-3.0-or-later
// Sets of classes as the target of guidance, from the file to the field.
#include "core/metric/collapse.h"
#include "core/metric/confidence_ceiling.h"
#include "core/session/guidance_target.h"
#include "core/session/lane_plan.h"
#include "core/session/mixture_json.h"
#include "core/session/parameter_table.h"
#include "core/session/session_json.h"
#include "tests/support/guidance.h"

#include <QtTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

/// Four classes of two components each, and two sets.
MixtureSpec fourClasses()
{
    MixtureSpec spec = randomMixture(3, 2, 8, 2, 3, 4);
    spec.classNames = {"a", "b", "c", "d"};
    spec.sets = {{"odd", {1, 3}}, {"all but a", {3, 2, 1}}};
    return spec;
}

Session sessionOf(MixtureSpec spec)
{
    Session session = defaultSession();
    session.data = std::move(spec);
    fitReferencesToData(session);
    return session;
}

const std::string kKey = "lanes.0.guidance.target";

} // namespace

class TestClassSets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void membersAreTheUnion()
    {
        const auto mixture = makeMixture(fourClasses());
        QCOMPARE(mixture->classMembers(kFirstSetTarget), (std::vector<int>{1, 3, 5, 7}));
        COMPARE_CLOSE(mixture->classWeight(kFirstSetTarget),
                      mixture->classWeight(1) + mixture->classWeight(3),
                      1e-15,
                      0);
        QCOMPARE(mixture->conditional(kFirstSetTarget + 1)->componentCount(), 6);
        QVERIFY(!mixture->conditional(kFirstSetTarget + 2).ok());
        QCOMPARE(mixture->classWeight(kFirstSetTarget + 2), 0.0);
    }

    /// The field of a set is that of data in which its classes are one class.
    void fieldIsThatOfTheJoinedClass()
    {
        MixtureSpec joined = fourClasses();
        for (auto& component : joined.components)
            component.classLabel = component.classLabel % 2;
        const auto mixture = makeMixture(fourClasses()), one = makeMixture(joined);
        const auto levels = someLevels("vp");
        for (const char* id : {"cfg", "apg"}) {
            const auto set = rule(id, {{"w", 3}}, 0, kFirstSetTarget), same = rule(id, {{"w", 3}});
            for (const PathCoefficients& level : probes(levels)) {
                const Block<double> x = points(*mixture, level);
                QVERIFY((denoised(*makeExactField<double>(mixture, set, levels), level, x)
                         == denoised(*makeExactField<double>(one, same, levels), level, x))
                            .all());
                QVERIFY((denoised(*makeExactField<float>(mixture, set, levels), level, x)
                         == denoised(*makeExactField<float>(one, same, levels), level, x))
                            .all());
            }
        }
        const auto meter =
            CollapseMeter::create(mixture, levels.back(), kFirstSetTarget, 500, 3).value();
        const auto expected = CollapseMeter::create(one, levels.back(), 1, 500, 3).value();
        QCOMPARE(meter.ceiling().value, expected.ceiling().value);
        QCOMPARE(meter.ceiling().bound, expected.ceiling().bound);
        QCOMPARE(meter.floor().confidence.value, expected.floor().confidence.value);
        // 1e-8: both are searched for by descent, and are nearly 1
        QVERIFY(meter.ceiling().value >= confidenceCeiling(*mixture, 1).value - 1e-8);
    }

    void setsComeBackFromFiles()
    {
        const MixtureSpec spec = fourClasses();
        const auto again = mixtureFromJson(mixtureToJson(spec));
        QVERIFY2(again.ok(), again ? "" : again.error().message.c_str());
        QVERIFY(again->sets == spec.sets);
        Session session = sessionOf(spec);
        QVERIFY(setParameterText(session, kKey, "all but a").ok());
        const auto loaded = sessionFromJson(sessionToJson(session));
        QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().message.c_str());
        QVERIFY(*loaded == session);
        QCOMPARE(loaded->lanes[0].guidance.values.at("target"), kFirstSetTarget + 1.0);
        const auto byName = mixtureFromJson(
            R"({"components": [{"mean": [0], "covariance": 1, "class": "x"},
                               {"mean": [1], "covariance": 1, "class": "y"}],
                "sets": [{"name": "both", "classes": ["y", 0]}]})");
        QVERIFY2(byName.ok(), byName ? "" : byName.error().message.c_str());
        QCOMPARE(byName->sets.front().classes, (std::vector<int>{1, 0}));
    }

    void badSetsAreRefused_data()
    {
        QTest::addColumn<QString>("sets");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("words");
        QTest::newRow("no list") << R"(3)"
                                 << "/sets"
                                 << "must be a list";
        QTest::newRow("no name") << R"([{"classes": [0]}])"
                                 << "/sets/0"
                                 << "name";
        QTest::newRow("empty name") << R"([{"name": " ", "classes": [0]}])"
                                    << "/sets/0/name"
                                    << "not empty";
        QTest::newRow("no class") << R"([{"name": "n", "classes": []}])"
                                  << "/sets/0/classes"
                                  << "at least one";
        QTest::newRow("unknown class") << R"([{"name": "n", "classes": [2]}])"
                                       << "/sets/0/classes"
                                       << "0 to 1";
        QTest::newRow("unknown name") << R"([{"name": "n", "classes": ["z"]}])"
                                      << "/sets/0/classes/0"
                                      << "'z'";
        QTest::newRow("twice") << R"([{"name": "n", "classes": [1, 1]}])"
                               << "/sets/0/classes"
                               << "twice";
        QTest::newRow("same name") << R"([{"name": "n", "classes": [1]},
                                          {"name": "n", "classes": [0]}])"
                                   << "/sets/1/name"
                                   << "own name";
        QTest::newRow("unknown key") << R"([{"name": "n", "classes": [1], "colour": 2}])"
                                     << "/sets/0/colour"
                                     << "unknown";
        QString many = QStringLiteral("[");
        for (int i = 0; i < 65; ++i)
            many += QStringLiteral(R"(%1{"name": "s%2", "classes": [0]})")
                        .arg(i ? QStringLiteral(",") : QString())
                        .arg(i);
        QTest::newRow("too many") << many + QStringLiteral("]") << "/sets"
                                  << "at most 64";
    }
    void badSetsAreRefused()
    {
        QFETCH(QString, sets);
        QFETCH(QString, path);
        QFETCH(QString, words);
        const auto read = mixtureFromJson(
            R"({"classes": ["x", "y"], "components": [{"mean": [0], "covariance": 1},
               {"mean": [1], "covariance": 1}], "sets": )"
            + sets.toStdString() + "}");
        QVERIFY(!read.ok());
        QCOMPARE(QString::fromStdString(read.error().path), path);
        QVERIFY2(read.error().message.find(words.toStdString()) != std::string::npos,
                 read.error().message.c_str());
    }

    void theTableListsClassesThenSets()
    {
        Session session = sessionOf(fourClasses());
        const auto row = describe(session, kKey).value();
        QCOMPARE(row.type, ParameterType::Choice);
        QCOMPARE(row.choices.size(), std::size_t{6});
        QCOMPARE(row.choices[3].label, std::string("d"));
        QCOMPARE(row.choices[4].label, std::string("odd"));
        QVERIFY(setParameterText(session, kKey, "odd").ok());
        QCOMPARE(session.lanes[0].guidance.values.at("target"), double{kFirstSetTarget});
        QCOMPARE(parameterValue(session, kKey).value(), 4.0);
        QVERIFY(setParameterText(session, kKey, "c").ok());
        QCOMPARE(session.lanes[0].guidance.values.at("target"), 2.0);
        QVERIFY(setParameter(session, kKey, 5).ok());
        QCOMPARE(session.lanes[0].guidance.values.at("target"), kFirstSetTarget + 1.0);
        QVERIFY(!setParameter(session, kKey, 6).ok());
        // A new class renumbers the rows, not the target.
        session.data.edit([](MixtureSpec& data) { data.classNames.push_back("e"); });
        fitReferencesToData(session);
        QCOMPARE(session.lanes[0].guidance.values.at("target"), kFirstSetTarget + 1.0);
        QCOMPARE(describe(session, kKey)->format(*parameterValue(session, kKey)),
                 std::string("all but a"));
        QCOMPARE(session.data->className(kFirstSetTarget), std::string("odd"));
    }

    void aLaneRunsToASet()
    {
        Session session = sessionOf(fourClasses());
        QVERIFY(setParameterText(session, kKey, "odd").ok());
        QVERIFY(checkSession(session).ok());
        const auto plan = planLane(session, 0, makeMixture(*session.data));
        QVERIFY(plan.ok());
        QCOMPARE(*plan->guidance->target(), kFirstSetTarget);
    }

    void setsFollowTheData()
    {
        Session session = sessionOf(fourClasses());
        QVERIFY(setParameterText(session, kKey, "odd").ok());
        session.data.edit([](MixtureSpec& data) {
            std::erase_if(data.components,
                          [](const ComponentSpec& component) { return component.classLabel > 1; });
            data.classNames.resize(2);
        });
        fitReferencesToData(session);
        QCOMPARE(session.data->sets.size(), std::size_t{2});
        QCOMPARE(session.data->sets[0].classes, std::vector<int>{1});
        QCOMPARE(session.lanes[0].guidance.values.at("target"), double{kFirstSetTarget});
        session.data.edit([](MixtureSpec& data) {
            std::erase_if(data.components,
                          [](const ComponentSpec& component) { return component.classLabel == 1; });
            data.classNames.resize(1);
        });
        fitReferencesToData(session);
        QVERIFY(session.data->sets.empty());
        QCOMPARE(session.lanes[0].guidance.values.at("target"), 0.0);
        QVERIFY(checkSession(session).ok());
    }
};

QTEST_APPLESS_MAIN(TestClassSets)
#include "tst_class_sets.moc"
