// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/expression.h"

#include <QTest>

#include <cmath>
#include <numbers>

using namespace scorefield::ui;

class TestExpression : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void evaluates_data();
    void evaluates();
    void refuses_data();
    void refuses();
    void readsLists();
};

void TestExpression::evaluates_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<double>("value");
    const auto row = [](const char* text, double value) {
        QTest::newRow(text) << QString::fromUtf8(text) << value;
    };
    row("1e-3", 1e-3);
    row(".5", .5);
    row("2.", 2);
    row("1E+2", 100);
    row("-3", -3);
    row("−3.5", -3.5); // U+2212, as our own fields show it
    row("sqrt(2)", std::numbers::sqrt2);
    row("2*pi", 2 * std::numbers::pi);
    row("π/2", std::numbers::pi / 2);
    row("log(10)", std::numbers::ln10);
    row("ln(10)", std::numbers::ln10);
    row("log10(1000)", 3);
    row("log2(8)", 3);
    row("exp(1)", std::numbers::e);
    row("e", std::numbers::e);
    row("2^3^2", 512); // right associative
    row("-2^2", -4);   // the sign is looser than the power
    row("2^-1", .5);
    row("1 + 2 * 3", 7);
    row("(1 + 2) * 3", 9);
    row("8/4/2", 1);
    row("1-2-3", -4);
    row("5 000", 5000);
    row("1 000 000", 1000000);
    row("3 × 2", 6);
    row("--1", 1);
    row("SQRT(4)", 2);
    row("abs(-2)", 2);
    QTest::newRow("narrow space") << QStringLiteral("5\u202f000") << 5000.;
}

void TestExpression::evaluates()
{
    QFETCH(QString, text);
    QFETCH(double, value);
    const auto result = evaluateExpression(text);
    QVERIFY2(result.ok(), result ? "" : result.error().message.c_str());
    // A handful of correctly rounded operations: a few units in the last place.
    QVERIFY2(std::abs(*result - value) <= 4e-16 * std::abs(value),
             qPrintable(QString::number(*result, 'g', 17)));
}

void TestExpression::refuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("names"); // what the sentence must name
    const auto row = [](const char* text, const char* names) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(names);
    };
    row("", "missing");
    row("   ", "missing");
    row("abc", "abc");
    row("1 2", "2");
    row("1e", "e");
    row("2*", "ends too early");
    row("(1", "bracket");
    row("1)", ")");
    row("sqrt 2", "brackets");
    row("0,5", ",");
    row("1/0", "finite");
    row("log(0)", "finite");
    row("sqrt(-1)", "finite");
    row("1e999", "1e999");
    row("..", "not a number");
    row("nan", "nan");
    row("inf", "inf");
    QTest::newRow("deep") << QString(10000, u'(') << QStringLiteral("nested");
    QTest::newRow("signs") << QString(10000, u'-') << QStringLiteral("nested");
}

void TestExpression::refuses()
{
    QFETCH(QString, text);
    QFETCH(QString, names);
    const auto result = evaluateExpression(text);
    QVERIFY(!result.ok());
    const QString sentence = QString::fromStdString(result.error().message);
    QVERIFY2(sentence.contains(names), qPrintable(sentence));
    QVERIFY2(sentence.endsWith(u'.'), qPrintable(sentence));
}

void TestExpression::readsLists()
{
    const auto check = [](const char* text, const std::vector<double>& expected) {
        const auto values = evaluateList(QString::fromUtf8(text));
        QVERIFY2(values.ok(), text);
        QCOMPARE(*values, expected);
    };
    check("1", {1});
    check("-3, 0", {-3, 0});
    check("(−3, 0.5)", {-3, .5});
    check("[1; 2; 3]", {1, 2, 3});
    check("(1 + 2)*3, 4", {9, 4});
    check("(1)+(2)", {3});
    QVERIFY(!evaluateList(QStringLiteral("1,,2")).ok());
    QVERIFY(!evaluateList(QStringLiteral("1, x")).ok());
    QVERIFY(!evaluateList(QString()).ok());
}

QTEST_APPLESS_MAIN(TestExpression)
#include "tst_expression.moc"
