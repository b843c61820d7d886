// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/philox.h"
#include "tests/support/compare.h"

#include <QtTest>

#include <cmath>
#include <numbers>

using namespace scorefield;

class TestPhilox : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void matchesTheAuthorsKnownAnswers();
    void normalsFollowBoxMuller();
    void momentsAreThoseOfANormal();
    void neighboursAreUncorrelated();
};

/// The three vectors for philox4x32-10 in Random123's own kat_vectors file.
void TestPhilox::matchesTheAuthorsKnownAnswers()
{
    using Words = std::array<std::uint32_t, 4>;
    QCOMPARE(philoxWords({0, 0, 0, 0}, 0), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    const std::uint32_t ones = 0xffffffff;
    QCOMPARE(philoxWords({ones, ones, ones, ones}, ~std::uint64_t{0}),
             (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    QCOMPARE(philoxWords({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0x299f31d0a4093822),
             (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

void TestPhilox::normalsFollowBoxMuller()
{
    const auto words = philoxWords({11, 1, 2, static_cast<std::uint32_t>(Stream::Steps)}, 99);
    const double radius = std::sqrt(-2 * std::log((words[2] + 0.5) / 4294967296.0));
    const double angle = 2 * std::numbers::pi * (words[3] + 0.5) / 4294967296.0;
    QCOMPARE(philoxNormal(99, Stream::Steps, 11, 5, 2), radius * std::cos(angle));
    QCOMPARE(philoxNormal(99, Stream::Steps, 11, 5, 3), radius * std::sin(angle));
}

void TestPhilox::momentsAreThoseOfANormal()
{
    const int n = 200000;
    double sum = 0, squares = 0, fourths = 0;
    for (int i = 0; i < n; ++i) {
        const double z = philoxNormal(7, Stream::Initial, static_cast<std::uint32_t>(i), 0, 0);
        sum += z;
        squares += z * z;
        fourths += z * z * z * z;
    }
    // Five standard errors: of the mean 1/sqrt(n), of the variance sqrt(2/n), of the fourth moment
    // sqrt(96/n).
    COMPARE_CLOSE(sum / n, 0, 0, 5 / std::sqrt(n));
    COMPARE_CLOSE(squares / n, 1, 0, 5 * std::sqrt(2.0 / n));
    COMPARE_CLOSE(fourths / n, 3, 0, 5 * std::sqrt(96.0 / n));
}

void TestPhilox::neighboursAreUncorrelated()
{
    const int n = 100000;
    double coordinates = 0, steps = 0, particles = 0, streams = 0, seeds = 0;
    for (std::uint32_t i = 0; i < n; ++i) {
        const double z = philoxNormal(3, Stream::Steps, i, 4, 0);
        coordinates += z * philoxNormal(3, Stream::Steps, i, 4, 1);
        steps += z * philoxNormal(3, Stream::Steps, i, 5, 0);
        particles += z * philoxNormal(3, Stream::Steps, i + 1, 4, 0);
        streams += z * philoxNormal(3, Stream::Initial, i, 4, 0);
        seeds += z * philoxNormal(4, Stream::Steps, i, 4, 0);
    }
    for (const double correlation : {coordinates, steps, particles, streams, seeds})
        COMPARE_CLOSE(correlation / n, 0, 0, 5 / std::sqrt(n));
}

QTEST_APPLESS_MAIN(TestPhilox)
#include "tst_philox.moc"
