// SPDX-License-Identifier: GPL-3.0-or-later
// The core as others use it: installed into a fresh folder, found by find_package, linked by a
// ten-line program.
#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

class TestPackage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anExternalProgramBuildsAgainstTheInstalledCore();
};

namespace {

void write(const QString& path, const char* text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

QByteArray run(const QString& program, const QStringList& arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    if (!process.waitForFinished(240000) || process.exitCode() != 0)
        return "FAILED " + program.toUtf8() + "\n" + process.readAll();
    return process.readAll();
}

} // namespace

void TestPackage::anExternalProgramBuildsAgainstTheInstalledCore()
{
    QTemporaryDir folder;
    const QString prefix = folder.filePath(QStringLiteral("prefix")),
                  source = folder.filePath(QStringLiteral("source")),
                  build = folder.filePath(QStringLiteral("build"));
    QVERIFY(QDir().mkpath(source));
    write(source + QStringLiteral("/CMakeLists.txt"), R"(cmake_minimum_required(VERSION 3.25)
project(Outside CXX)
set(CMAKE_CXX_STANDARD 20)
find_package(Scorefield REQUIRED)
add_executable(outside main.cpp)
target_link_libraries(outside Scorefield::core)
)");
    write(source + QStringLiteral("/main.cpp"), R"(#include <core/mixture/noised_mixture.h>
#include <cstdio>
int main()
{
    using namespace scorefield;
    const auto mixture = GaussianMixture::create(isotropicMixture({Eigen::Vector2d(-1, 0), Eigen::Vector2d(1, 0)}, 1.0));
    if (!mixture)
        return 1;
    std::printf("%.6f\n", NoisedMixture(*mixture, 1.0, 0.0).score(Eigen::Vector2d(0.5, 0))(0));
}
)");
    const QString cmake = QStringLiteral("cmake");
    QByteArray log = run(cmake,
                         {QStringLiteral("--install"),
                          QStringLiteral(SCOREFIELD_BINARY_DIR),
                          QStringLiteral("--prefix"),
                          prefix,
                          QStringLiteral("--component"),
                          QStringLiteral("core")});
    QVERIFY2(!log.startsWith("FAILED"), log.constData());
    log = run(cmake,
              {QStringLiteral("-S"),
               source,
               QStringLiteral("-B"),
               build,
               QStringLiteral("-G"),
               QStringLiteral("Ninja"),
               QStringLiteral("-DCMAKE_BUILD_TYPE=Release"),
               QStringLiteral("-DCMAKE_PREFIX_PATH=") + prefix});
    QVERIFY2(!log.startsWith("FAILED"), log.constData());
    log = run(cmake, {QStringLiteral("--build"), build});
    QVERIFY2(!log.startsWith("FAILED"), log.constData());
    // Two unit Gaussians at ±1: score(x) = tanh(x) - x along the axis; tanh(0.5) - 0.5 = -0.037883.
    QCOMPARE(run(build + QStringLiteral("/outside"), {}).trimmed(), QByteArray("-0.037883"));
}

QTEST_APPLESS_MAIN(TestPackage)
#include "tst_package.moc"
