// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/value_scale.h"

#include <QTest>

#include <cmath>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

ParameterDescriptor descriptor(double minimum,
                               double maximum,
                               Scale scale = Scale::Linear,
                               ParameterType type = ParameterType::Real,
                               double step = 0)
{
    ParameterDescriptor result;
    result.type = type;
    result.minimum = minimum;
    result.maximum = maximum;
    result.scale = scale;
    result.step = step;
    return result;
}

} // namespace

class TestValueScale : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void invariants_data();
    void invariants();
    void writesWhatAPersonWouldType();
    void stepsByTheDescriptor();
    void marksDecades();
    void textTellsTheValue();
    void bendsWhereItSays();
};

/// Linear up to the bend, then by equal factors: most of the slider for what is used most, and
/// every value within reach.
void TestValueScale::bendsWhereItSays()
{
    ParameterDescriptor weight = descriptor(-5, 1000);
    weight.sliderMaximum = 50;
    const ValueScale scale(weight);
    QCOMPARE(scale.fraction(-5), 0.);
    QCOMPARE(scale.fraction(50), .8);
    QCOMPARE(scale.fraction(1000), 1.);
    QCOMPARE(scale.fraction(22.5), .4);
    QVERIFY(std::abs(scale.fraction(std::sqrt(50. * 1000)) - .9) < 1e-12);
    QCOMPARE(scale.value(1), 1000.);
    QCOMPARE(scale.value(.8), 50.);
    QCOMPARE(scale.value(.4), 22.5);
    double last = -6;
    for (int i = 0; i <= 1000; ++i) {
        const double value = scale.value(i / 1000.);
        QVERIFY(value >= last); // rounded to what a person would type
        QVERIFY(std::abs(scale.fraction(value) - i / 1000.) < 1e-3);
        last = value;
    }
    QCOMPARE(scale.decades(), (std::vector<double>{50, 100, 1000}));
}

void TestValueScale::invariants_data()
{
    QTest::addColumn<double>("minimum");
    QTest::addColumn<double>("maximum");
    QTest::addColumn<bool>("logarithmic");
    QTest::addColumn<bool>("integer");
    QTest::newRow("opacity") << 0. << 1. << false << false;
    QTest::newRow("guidance") << -5. << 50. << false << false;
    QTest::newRow("stop") << 1e-6 << .1 << true << false;
    QTest::newRow("count") << 1. << 1e6 << true << true;
    QTest::newRow("steps") << 1. << 1000. << false << true;
    QTest::newRow("odd range") << .37 << 12.345 << false << false;
}

void TestValueScale::invariants()
{
    QFETCH(double, minimum);
    QFETCH(double, maximum);
    QFETCH(bool, logarithmic);
    QFETCH(bool, integer);
    const ValueScale scale(descriptor(minimum,
                                      maximum,
                                      logarithmic ? Scale::Logarithmic : Scale::Linear,
                                      integer ? ParameterType::Integer : ParameterType::Real));
    QCOMPARE(scale.value(0), minimum);
    QCOMPARE(scale.value(1), maximum);
    QCOMPARE(scale.value(-1), minimum);
    QCOMPARE(scale.value(2), maximum);
    double last = minimum;
    for (int i = 0; i <= 1000; ++i) {
        const double value = scale.value(i / 1000.);
        QVERIFY(value >= last && value <= maximum);
        if (integer)
            QCOMPARE(value, std::round(value));
        else // rounding to 1/500 of the range, or to three digits, moves the handle by less than a
             // pixel of 200
            QVERIFY(std::abs(scale.fraction(value) - i / 1000.) < .005);
        last = value;
    }
    // Steps reach both ends, and never stand still before.
    double value = minimum;
    for (int i = 0; i < 100000 && value < maximum; ++i) {
        const double next = scale.stepped(value, 1);
        QVERIFY2(next > value, qPrintable(QString::number(value, 'g', 17)));
        value = next;
    }
    QCOMPARE(value, maximum);
    for (int i = 0; i < 100000 && value > minimum; ++i) {
        const double next = scale.stepped(value, -1);
        QVERIFY(next < value);
        value = next;
    }
    QCOMPARE(value, minimum);
}

void TestValueScale::writesWhatAPersonWouldType()
{
    const ValueScale opacity(descriptor(0, 1));
    QCOMPARE(opacity.value(.7), .7); // not .70000000000000007
    QCOMPARE(opacity.stepped(.1, 1), .11);
    QCOMPARE(opacity.stepped(.2, 1), .21);
    const ValueScale stop(descriptor(1e-6, 1, Scale::Logarithmic));
    QCOMPARE(stop.value(.5), 1e-3);
}

void TestValueScale::stepsByTheDescriptor()
{
    const ValueScale scale(descriptor(0, 10, Scale::Linear, ParameterType::Real, .05));
    QCOMPARE(scale.stepped(1, 1), 1.05);
    QCOMPARE(scale.stepped(1, -10), .5);
    const ValueScale whole(descriptor(1, 1000, Scale::Linear, ParameterType::Integer));
    QCOMPARE(whole.stepped(40, .1), 41.); // finer than one whole number is one
    QCOMPARE(whole.stepped(40, -.1), 39.);
}

void TestValueScale::marksDecades()
{
    QCOMPARE(ValueScale(descriptor(1e-3, 10, Scale::Logarithmic)).decades(),
             (std::vector<double>{.001, .01, .1, 1, 10}));
    QCOMPARE(ValueScale(descriptor(.5, 200, Scale::Logarithmic)).decades(),
             (std::vector<double>{1, 10, 100}));
    QVERIFY(ValueScale(descriptor(0, 10)).decades().empty());
}

void TestValueScale::textTellsTheValue()
{
    const ValueScale opacity(descriptor(0, 1));
    QCOMPARE(opacity.text(.7), QStringLiteral("0.70"));
    QCOMPARE(opacity.text(.7123), QStringLiteral("0.7123"));
    QCOMPARE(ValueScale(descriptor(-5, 50)).text(-1.5), QString::fromUtf8("−1.5"));
    const ValueScale stop(descriptor(1e-6, 1, Scale::Logarithmic));
    QCOMPARE(stop.text(1e-5), QString::fromUtf8("1e−5"));
    QCOMPARE(stop.text(2.5e-3), QString::fromUtf8("2.5e−3"));
    QCOMPARE(stop.text(.05), QStringLiteral("0.05"));
    const ValueScale count(descriptor(1, 1e6, Scale::Logarithmic, ParameterType::Integer));
    QCOMPARE(count.text(5000), QString::fromUtf8("5\u202f000"));
    QCOMPARE(count.text(40), QStringLiteral("40"));
}

QTEST_APPLESS_MAIN(TestValueScale)
#include "tst_value_scale.moc"
