// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/parameter_table.h"
#include "ui/render/color_science.h"
#include "ui/render/theme.h"

#include <QTest>

#include <set>

using namespace scorefield;
using namespace scorefield::render;

class ThemeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void classColoursAreReadableOnDark()
    {
        const auto theme = Theme::darkTheme();
        for (int label = 0; label < 8; ++label)
            QVERIFY2(contrastRatio(theme.classColor(label), theme.canvas) >= 4.5,
                     qPrintable(theme.classColor(label).name()));
        QCOMPARE(theme.classColor(1), QColor(0xe6, 0x9f, 0x00)); // bright enough: as published
    }

    void classColoursDifferAndCycle()
    {
        for (const auto& theme : {Theme::darkTheme(), Theme::lightTheme()}) {
            std::set<QRgb> seen;
            for (int label = 0; label < 8; ++label)
                seen.insert(theme.classColor(label).rgb());
            QCOMPARE(seen.size(), std::size_t(8));
            QCOMPARE(theme.classColor(9), theme.classColor(1));
            QVERIFY(contrastRatio(theme.classColor(6), theme.canvas)
                    > 3); // yellow is no yellow on white
        }
    }

    void shapesAreASecondCode()
    {
        for (int label = 0; label < 3; ++label)
            QCOMPARE(Theme::classShape(label, 3), 0);
        std::set<std::pair<int, int>> codes;
        for (int label = 0; label < 24; ++label)
            codes.insert({label % 8, Theme::classShape(label, 24)});
        QCOMPARE(codes.size(), std::size_t(24)); // colour and shape together are unique
    }

    void textIsReadable()
    {
        for (const auto& theme : {Theme::darkTheme(), Theme::lightTheme()}) {
            for (const auto& ground : {theme.canvas, theme.panel, theme.window}) {
                QVERIFY(contrastRatio(theme.text, ground) >= 7);
                QVERIFY(contrastRatio(theme.secondary, ground) >= 4.5);
            }
            QVERIFY(contrastRatio(theme.accent, theme.canvas) >= 3);
        }
    }

    void contrastOfBlackAndWhite()
    {
        QVERIFY(std::abs(contrastRatio(Qt::black, Qt::white) - 21) < 1e-9);
        QCOMPARE(contrastRatio(Qt::red, Qt::red), 1.0);
    }

    void okLabGoesThereAndBack()
    {
        for (const QRgb rgb : {0xff0072b2U, 0xffe69f00U, 0xff123456U, 0xffffffffU}) {
            const QColor back = toColor(toOkLch(QColor(rgb)));
            QVERIFY(std::abs(back.red() - qRed(rgb)) <= 1
                    && std::abs(back.green() - qGreen(rgb)) <= 1
                    && std::abs(back.blue() - qBlue(rgb)) <= 1);
        }
    }

    void mapsAreThoseOfTheParameter()
    {
        const auto descriptor = describe(defaultSession(), "view.density.map");
        QVERIFY(descriptor.ok());
        QStringList ids;
        for (const auto& choice : descriptor->choices)
            ids << QString::fromStdString(choice.id);
        QCOMPARE(ids.join(' '), QStringLiteral("viridis cividis magma greys"));
    }

    void mapsArePerceptual()
    {
        for (int index = 0; index < 4; ++index) {
            const auto& map = colorMap(index);
            QCOMPARE(map.size(), std::size_t(256));
            double least = 1, most = 0;
            for (std::size_t i = 8; i < map.size(); i += 8) {
                const double rise =
                    toOkLch(QColor(map[i])).lightness - toOkLch(QColor(map[i - 8])).lightness;
                least = std::min(least, rise);
                most = std::max(most, rise);
            }
            QVERIFY(least > 0);
            QVERIFY2(most < 2 * least,
                     qPrintable(QStringLiteral("map %1: %2 to %3")
                                    .arg(index)
                                    .arg(least)
                                    .arg(most))); // even, but for 8 bits and the edge of sRGB
        }
        QVERIFY(colorMap(0) != colorMap(2));
    }
};

QTEST_MAIN(ThemeTest)
#include "tst_theme.moc"
