// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/formula.h"

#include <QTest>

using namespace scorefield::ui;

class TestFormula : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void typesets_data();
    void typesets();
};

void TestFormula::typesets_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("html");
    const auto row = [](const char* text, const char* html) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(html);
    };
    row("x = 1", "x = 1");
    row("e^(−t/2)", "e<sup>−t/2</sup>");
    row("s_u + w(s_c − s_u)", "s<sub>u</sub> + w(s<sub>c</sub> − s<sub>u</sub>)");
    row("σ_T^(1/ρ)", "σ<sub>T</sub><sup>1/ρ</sup>");
    row("(a)^2", "(a)<sup>2</sup>");
    row("10^-3", "10<sup>-3</sup>");
    row("e^(x_(i+1))", "e<sup>x<sub>i+1</sub></sup>");
    row("σ_max/σ_min", "σ<sub>max</sub>/σ<sub>min</sub>");
    row("S_noise z", "S<sub>noise</sub> z");
    row("u_{j−1}²", "u<sub>j−1</sub>²");
    row("a < b", "a &lt; b");
    row("key sigma_max stays", "key sigma_max stays");
    row("e^(", "e^(");
    row("x^", "x^");
    row("", "");
}

void TestFormula::typesets()
{
    QFETCH(QString, text);
    QFETCH(QString, html);
    QCOMPARE(formulaHtml(text), html);
}

QTEST_APPLESS_MAIN(TestFormula)
#include "tst_formula.moc"
