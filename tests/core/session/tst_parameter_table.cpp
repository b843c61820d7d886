// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/field/guidance.h"
#include "core/field/score_error.h"
#include "core/process/time_grid.h"
#include "core/sampler/stepper.h"
#include "core/session/parameter_table.h"
#include "tests/support/sessions.h"

#include <QtTest>

#include <set>

using namespace scorefield;

class TestParameterTable : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyRowIsComplete();
    void everyRegisteredVariantIsListed();
    void everyKeyTakesItsExtremesAndRefusesMore();
    void textAndNumberAgree();
    void aKindKeepsWhatBothVariantsHave();
    void targetsAreChosenByNameOrNumber();
    void axesAreCoordinatesOrPrincipalAxes();
    void starSetsEveryLaneOrNone();
    void variantsFromText();
    void errors_data();
    void errors();
    void disabled_data();
    void disabled();
};

void TestParameterTable::everyRowIsComplete()
{
    std::set<std::string> seen;
    for (const ParameterEntry& row : parameterEntries()) {
        const ParameterDescriptor& descriptor = row.descriptor;
        QVERIFY2(seen.insert(row.pattern + "@" + row.variant).second, row.pattern.c_str());
        QVERIFY2(!descriptor.label.empty(), row.pattern.c_str());
        QVERIFY2(!descriptor.help.empty(), row.pattern.c_str());
        QVERIFY2(descriptor.minimum <= descriptor.maximum, row.pattern.c_str());
        QVERIFY2(descriptor.validate(descriptor.defaultValue).ok(), row.pattern.c_str());
        QVERIFY2(descriptor.scale == Scale::Linear || descriptor.minimum > 0, row.pattern.c_str());
    }
}

void TestParameterTable::everyRegisteredVariantIsListed()
{
    std::set<std::string> ids;
    for (const ParameterEntry& row : parameterEntries())
        if (row.pattern.ends_with(".kind"))
            for (const ChoiceItem& item : row.descriptor.choices)
                ids.insert(row.pattern + "=" + item.id);
    for (const ProcessKind& kind : processKinds())
        QVERIFY2(ids.count("lanes.*.process.kind=" + kind.info.id) == 1, kind.info.id.c_str());
    for (const GridKind& kind : gridKinds())
        QVERIFY2(ids.count("lanes.*.grid.kind=" + kind.info.id) == 1, kind.info.id.c_str());
    for (const SamplerKind& kind : samplerKinds())
        QVERIFY2(ids.count("lanes.*.sampler.kind=" + kind.info.id) == 1, kind.info.id.c_str());
    for (const GuidanceKind& kind : guidanceKinds())
        QVERIFY2(ids.count("lanes.*.guidance.kind=" + kind.info.id) == 1, kind.info.id.c_str());
    for (const ScoreErrorKind& kind : scoreErrorKinds())
        QVERIFY2(ids.count("lanes.*.error.kind=" + kind.info.id) == 1, kind.info.id.c_str());
}

void TestParameterTable::everyKeyTakesItsExtremesAndRefusesMore()
{
    for (unsigned seed = 0; seed < 8; ++seed) {
        const Session base = test::randomSession(seed);
        for (const std::string& key : parameterKeys(base)) {
            const auto row = describe(base, key);
            QVERIFY2(row.ok(), key.c_str());
            QCOMPARE(row->key, key);
            const double low = row->minimum;
            const double high = row->maximum;
            for (const double value : {low, high, row->defaultValue}) {
                if (!row->validate(value))
                    continue; // a default target that this session's classes do not reach
                Session session = base;
                QVERIFY2(setParameter(session, key, value).ok(), key.c_str());
                QCOMPARE(*parameterValue(session, key), value);
            }
            for (const double value : {low - 1, high + 1, std::nan(""), HUGE_VAL}) {
                Session session = base;
                const auto status = setParameter(session, key, value);
                QVERIFY2(!status.ok(), key.c_str());
                QCOMPARE(status.error().path, key);
                QVERIFY(session == base);
            }
        }
    }
}

void TestParameterTable::textAndNumberAgree()
{
    for (unsigned seed = 0; seed < 8; ++seed) {
        const Session session = test::randomSession(seed);
        Session copy = defaultSession();
        copy.data = session.data;
        copy.lanes.assign(session.lanes.size(), defaultLane("vp"));
        for (const bool kinds : {true, false})
            for (const std::string& key : parameterKeys(session))
                if (key.ends_with(".kind") == kinds) {
                    const std::string text =
                        describe(session, key)->format(*parameterValue(session, key));
                    const auto status = setParameterText(copy, key, text);
                    QVERIFY2(status.ok(), (key + "=" + text).c_str());
                    QCOMPARE(*parameterValue(copy, key), *parameterValue(session, key));
                }
        copy.info = session.info;
        QVERIFY(copy == session);
    }
}

void TestParameterTable::aKindKeepsWhatBothVariantsHave()
{
    Session session = defaultSession();
    QVERIFY(setParameterText(session, "lanes.0.grid.steps", "17").ok());
    QVERIFY(setParameterText(session, "lanes.0.grid.kind", "uniform").ok());
    QCOMPARE(*parameterValue(session, "lanes.0.grid.steps"), 17.0);
    QVERIFY(!parameterValue(session, "lanes.0.grid.rho").ok());
    QVERIFY(setParameterText(session, "lanes.0.grid.kind", "karras").ok());
    QCOMPARE(*parameterValue(session, "lanes.0.grid.steps"), 17.0);
    QCOMPARE(*parameterValue(session, "lanes.0.grid.rho"), 7.0);
    QCOMPARE(*parameterValue(session, "lanes.1.grid.steps"), 40.0);
}

void TestParameterTable::targetsAreChosenByNameOrNumber()
{
    Session session = defaultSession();
    const std::string key = "lanes.0.guidance.target";
    const auto row = describe(session, key);
    QVERIFY(row.ok());
    QVERIFY(row->type == ParameterType::Choice);
    QCOMPARE(row->choices.size(), std::size_t{3});
    QCOMPARE(row->choices[1].id, std::string("centre"));
    QVERIFY(setParameterText(session, key, "right").ok());
    QCOMPARE(session.lanes[0].guidance.values.at("target"), 2.0);
    QVERIFY(setParameterText(session, key, "0").ok());
    QCOMPARE(session.lanes[0].guidance.values.at("target"), 0.0);
    const auto beyond = setParameterText(session, key, "3");
    QVERIFY(!beyond.ok());
    QVERIFY(QString::fromStdString(beyond.error().message).contains(QStringLiteral("0 to 2")));

    // Two classes of one name are told apart; a hundred are a number.
    session.data.edit([](MixtureSpec& data) { data.classNames = {"a", "a", "b"}; });
    const auto ambiguous = describe(session, key);
    QVERIFY(ambiguous->choices[0].id != ambiguous->choices[1].id);
    session.data.edit([](MixtureSpec& data) { data.classNames.assign(100, "c"); });
    QVERIFY(describe(session, key)->type == ParameterType::Integer);
    QCOMPARE(describe(session, key)->maximum, 99.0);
}

void TestParameterTable::axesAreCoordinatesOrPrincipalAxes()
{
    Session session = defaultSession();
    std::mt19937 random(1);
    session.data = test::randomMixture(4, 3, random);
    session.data.edit([](MixtureSpec& data) { data.coordinateNames = {"sepal", "petal"}; });
    QVERIFY(setParameterText(session, "view.axis_x", "petal").ok());
    QCOMPARE(session.view.axisX, 1.0);
    QVERIFY(setParameterText(session, "view.axis_y", "x4").ok());
    QCOMPARE(session.view.axisY, 3.0);
    QVERIFY(setParameterText(session, "view.projection", "principal").ok());
    QVERIFY(setParameterText(session, "view.axis_x", "PC 3").ok());
    QCOMPARE(session.view.axisX, 2.0);
    QVERIFY(!setParameterText(session, "view.axis_x", "petal").ok());
    QVERIFY(!setParameter(session, "view.axis_x", 4).ok());
}

void TestParameterTable::starSetsEveryLaneOrNone()
{
    Session session = defaultSession();
    QVERIFY(setParameterText(session, "lanes.*.eta", "0.5").ok());
    QCOMPARE(session.lanes[0].eta, 0.5);
    QCOMPARE(session.lanes[1].eta, 0.5);
    QVERIFY(setParameterText(session, "lanes.1.guidance.kind", "none").ok());
    const Session before = session;
    QVERIFY(!setParameterText(session, "lanes.*.guidance.w", "3").ok());
    QVERIFY(session == before);
}

void TestParameterTable::variantsFromText()
{
    Session session = defaultSession();
    QVERIFY(setVariantText(session, 0, "grid", "karras:steps=12, rho=3.5").ok());
    QCOMPARE(session.lanes[0].grid.values.at("steps"), 12.0);
    QCOMPARE(session.lanes[0].grid.values.at("rho"), 3.5);
    QVERIFY(setVariantText(session, 1, "sampler", "ddim:eta=0.25").ok());
    QCOMPARE(session.lanes[1].sampler.kind, std::string("ddim"));
    QCOMPARE(session.lanes[1].eta, 0.25);
    QVERIFY(setVariantText(session, 1, "process", "rf").ok());
    const Session before = session;
    for (const char* text :
         {"karras:steps", "karras:steps=0", "karras:rhoo=3", "karas", "karras:steps=5,rho=x", ""}) {
        QVERIFY2(!setVariantText(session, 0, "grid", text).ok(), text);
        QVERIFY(session == before);
    }
}

void TestParameterTable::errors_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("part");
    QTest::newRow("near key") << "view.density.opacty"
                              << "1"
                              << "view.density.opacity";
    QTest::newRow("near choice") << "lanes.0.process.kind"
                                 << "vpp"
                                 << "did you mean 'vp'";
    QTest::newRow("no such lane") << "lanes.2.eta"
                                  << "1"
                                  << "lanes 0 to 1";
    QTest::newRow("another variant's") << "lanes.0.process.beta_min"
                                       << "1"
                                       << "belongs to process vp-linear";
    QTest::newRow("below the range") << "lanes.0.eta"
                                     << "-0.1"
                                     << "0 to 10";
    QTest::newRow("not a number") << "lanes.0.eta"
                                  << "much"
                                  << "0 to 10";
    QTest::newRow("decimal comma") << "lanes.0.eta"
                                   << "0,5"
                                   << "must be a number";
    QTest::newRow("not whole") << "particles.count"
                               << "10.5"
                               << "whole number";
    QTest::newRow("no Boolean") << "timeline.loop"
                                << "maybe"
                                << "true or false";
    QTest::newRow("empty key") << ""
                               << "1"
                               << "no such parameter";
    QTest::newRow("far from everything") << "lanes.x.eta.q"
                                         << "1"
                                         << "no such parameter";
}

void TestParameterTable::errors()
{
    QFETCH(QString, key);
    QFETCH(QString, text);
    QFETCH(QString, part);
    Session session = defaultSession();
    const auto status = setParameterText(session, key.toStdString(), text.toStdString());
    QVERIFY(!status.ok());
    QCOMPARE(QString::fromStdString(status.error().path), key);
    QVERIFY2(QString::fromStdString(status.error().message).contains(part),
             status.error().message.c_str());
    QVERIFY(session == defaultSession());
}

void TestParameterTable::disabled_data()
{
    QTest::addColumn<QStringList>("settings");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("part"); // empty: enabled
    const QStringList none;
    QTest::newRow("eta with Heun") << none << "lanes.0.eta"
                                   << "no noise";
    QTest::newRow("eta with DDIM") << QStringList{"lanes.0.sampler.kind=ddim"} << "lanes.0.eta"
                                   << "";
    QTest::newRow("w with cfg") << none << "lanes.0.guidance.w"
                                << "";
    QTest::newRow("w without guidance")
        << QStringList{"lanes.0.guidance.kind=none"} << "lanes.0.guidance.w"
        << "does not use it";
    const QString kind = QStringLiteral("lanes.0.guidance.kind=autoguidance");
    QTest::newRow("blur") << QStringList{kind} << "lanes.0.guidance.blur"
                          << "";
    QTest::newRow("groups of a blurred guide") << QStringList{kind} << "lanes.0.guidance.groups"
                                               << "Merged";
    QTest::newRow("guide class") << QStringList{kind, "lanes.0.guidance.guide=class"}
                                 << "lanes.0.guidance.guide_class"
                                 << "";
    QTest::newRow("guide without a share")
        << QStringList{kind, "lanes.0.guidance.share=0"} << "lanes.0.guidance.guide"
        << "share of the guide is 0";
    QTest::newRow("draws of exact expectations")
        << QStringList{"lanes.0.guidance.kind=recfg"} << "lanes.0.guidance.draws"
        << "exact";
    QTest::newRow("draws") << QStringList{"lanes.0.guidance.kind=recfg",
                                          "lanes.0.guidance.estimate=samples"}
                           << "lanes.0.guidance.draws"
                           << "";
    const auto rule = [](const char* id) {
        return QStringLiteral("lanes.0.guidance.kind=") + QString::fromLatin1(id);
    };
    QTest::newRow("w of the bound itself")
        << QStringList{rule("safe-region"), "lanes.0.guidance.variant=safe"}
        << "lanes.0.guidance.w"
        << "Clipped";
    QTest::newRow("w of a clipped bound")
        << QStringList{rule("safe-region")} << "lanes.0.guidance.w"
        << "";
    QTest::newRow("decay as in the code")
        << QStringList{rule("rectified-cfg++"), "lanes.0.guidance.variant=code"}
        << "lanes.0.guidance.gamma"
        << "constant";
    QTest::newRow("tolerance without iterations")
        << QStringList{rule("characteristic"), "lanes.0.guidance.iterations=0"}
        << "lanes.0.guidance.tolerance"
        << "iterations";
    QTest::newRow("size without Langevin steps")
        << QStringList{rule("predictor-corrector"), "lanes.0.guidance.count=0"}
        << "lanes.0.guidance.size"
        << "Langevin";
    QTest::newRow("sigma_max of VP") << none << "lanes.0.grid.sigma_max"
                                     << "finite noise level";
    QTest::newRow("sigma_max of RF") << none << "lanes.1.grid.sigma_max"
                                     << "";
    QTest::newRow("rho alone") << none << "lanes.1.grid.rho"
                               << "";
    QTest::newRow("rho when matched") << QStringList{"view.match_noise=true"} << "lanes.1.grid.rho"
                                      << "first lane";
    QTest::newRow("grid of the first lane")
        << QStringList{"view.match_noise=true"} << "lanes.0.grid.rho"
        << "";
    QTest::newRow("projection in 2-D") << none << "view.projection"
                                       << "two dimensions";
    QTest::newRow("particles") << none << "particles.count"
                               << "";
    QTest::newRow("link two lanes") << none << "view.link_lanes"
                                    << "";
}

void TestParameterTable::disabled()
{
    QFETCH(QStringList, settings);
    QFETCH(QString, key);
    QFETCH(QString, part);
    Session session = defaultSession();
    for (const QString& setting : settings)
        QVERIFY(setParameterText(session,
                                 setting.section('=', 0, 0).toStdString(),
                                 setting.section('=', 1).toStdString())
                    .ok());
    const auto reason = whyDisabled(session, key.toStdString());
    QCOMPARE(reason.has_value(), !part.isEmpty());
    if (reason)
        QVERIFY2(QString::fromStdString(*reason).contains(part), reason->c_str());
}

QTEST_APPLESS_MAIN(TestParameterTable)
#include "tst_parameter_table.moc"
