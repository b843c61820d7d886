// SPDX-License-Identifier: GPL-3.0-or-later
// Every reader over its seed corpus and over a few hundred broken versions of it, the same at every
// run; tests/trust/fuzz.sh lets libFuzzer look for more. A broken promise ends the program, so what
// is compared here is that all of it was read.
#include "core/base/file.h"
#include "tests/trust/fuzz/readers.h"
#include "tests/trust/mutate.h"

#include <QTest>

#include <filesystem>

using namespace scorefield;

namespace {

std::vector<std::string> seedsOf(const std::string& target)
{
    const std::filesystem::path folder =
        std::filesystem::path(SCOREFIELD_SOURCE_DIR) / "tests/trust/fuzz/corpus" / target;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end()); // the same order everywhere
    std::vector<std::string> seeds;
    for (const auto& file : files)
        seeds.push_back(readFile(file).value());
    return seeds;
}

} // namespace

class TestReaders : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepTheirPromises_data();
    void keepTheirPromises();
};

void TestReaders::keepTheirPromises_data()
{
    QTest::addColumn<std::size_t>("reader");
    for (std::size_t i = 0; i < fuzz::targets().size(); ++i)
        QTest::newRow(fuzz::targets()[i].name) << i;
}

void TestReaders::keepTheirPromises()
{
    constexpr std::size_t kMutations = 400;
    QFETCH(std::size_t, reader);
    const fuzz::Target& target = fuzz::targets()[reader];
    const auto read = [&](const std::string& text) {
        target.read(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    };
    const std::vector<std::string> seeds = seedsOf(target.name);
    QVERIFY(!seeds.empty());
    for (const std::string& seed : seeds)
        read(seed);
    fuzz::Dice dice{20260801 + reader};
    std::size_t count = 0;
    for (; count < kMutations; ++count)
        read(fuzz::mutated(seeds[count % seeds.size()], dice));
    QCOMPARE(count, kMutations);
}

QTEST_GUILESS_MAIN(TestReaders)
#include "tst_readers.moc"
