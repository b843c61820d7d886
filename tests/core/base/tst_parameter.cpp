// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parameter.h"
#include "core/base/text.h"

#include <QtTest>

#include <limits>

using namespace scorefield;

class TestParameter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void validates_data();
    void validates();
    void parsesWhatItFormats();
    void namesTheRangeAndTheNearestChoice();
    void aNewKindKeepsCommonValues();
    void numbersReadBackExactly();
};

namespace {
ParameterDescriptor real()
{
    ParameterDescriptor d;
    d.key = "horizon";
    d.minimum = 0.1;
    d.maximum = 50;
    d.defaultValue = 10;
    return d;
}

ParameterDescriptor choice()
{
    ParameterDescriptor d;
    d.key = "final";
    d.type = ParameterType::Choice;
    d.choices = {{"stop", "Stop at δ", ""}, {"denoise", "Denoise", ""}};
    return d;
}
} // namespace

void TestParameter::validates_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<bool>("ok");
    QTest::newRow("inside") << 3.0 << true;
    QTest::newRow("lower end") << 0.1 << true;
    QTest::newRow("upper end") << 50.0 << true;
    QTest::newRow("below") << 0.0999 << false;
    QTest::newRow("above") << 50.001 << false;
    QTest::newRow("nan") << std::numeric_limits<double>::quiet_NaN() << false;
    QTest::newRow("inf") << std::numeric_limits<double>::infinity() << false;
}

void TestParameter::validates()
{
    QFETCH(double, value);
    QFETCH(bool, ok);
    QCOMPARE(real().validate(value).ok(), ok);
}

void TestParameter::parsesWhatItFormats()
{
    ParameterDescriptor boolean = real();
    boolean.type = ParameterType::Boolean;
    ParameterDescriptor integer = real();
    integer.type = ParameterType::Integer;
    QCOMPARE(*real().parse(real().format(0.1234567890123)), 0.1234567890123);
    QCOMPARE(*boolean.parse(boolean.format(1)), 1.0);
    QCOMPARE(*choice().parse(choice().format(1)), 1.0);
    QCOMPARE(*integer.parse("12"), 12.0);
    QVERIFY(!integer.parse("12.5").ok());
    QVERIFY(!integer.validate(2.5).ok());
    QVERIFY(!choice().validate(2).ok());
}

void TestParameter::namesTheRangeAndTheNearestChoice()
{
    QCOMPARE(real().parse("51").error(),
             (Error{"horizon", "is 51, must be a number from 0.1 to 50"}));
    QCOMPARE(real().parse("x").error(),
             (Error{"horizon", "is 'x', must be a number from 0.1 to 50"}));
    QCOMPARE(choice().parse("denoize").error(),
             (Error{"final", "is 'denoize', must be stop or denoise; did you mean 'denoise'?"}));
}

void TestParameter::aNewKindKeepsCommonValues()
{
    VariantInfo info;
    info.id = "karras";
    info.parameters = {real(), choice()};
    const Choice made = makeChoice(info, {{"horizon", 7}, {"final", 9}, {"other", 1}});
    QCOMPARE(made.values.at("horizon"), 7.0);
    QCOMPARE(made.values.at("final"), 0.0); // 9 is no choice: the default
    QVERIFY(!made.values.contains("other"));
}

void TestParameter::numbersReadBackExactly()
{
    for (const double value : {0.1, 1.0 / 3, 1e-300, 6.02214076e23, -0.0, 5e-324})
        QCOMPARE(*parseNumber(formatNumber(value)), value);
    QCOMPARE(*parseNumber(" +1e-3 "), 1e-3);
    for (const char* text : {"", "1,5", "1 2", "0x10", "--1", "1e"})
        QVERIFY2(!parseNumber(text).ok(), text);
    QCOMPARE(formatNumber(0.94812, 3), std::string("0.948"));
}

QTEST_APPLESS_MAIN(TestParameter)
#include "tst_parameter.moc"
