// SPDX-License-Identifier: GPL-3.0-or-later
// The noise levels that other programs publish, from the files they wrote: k-diffusion's schedules,
// EDM's discretisations and the tables and schedulers of diffusers.
#include "tests/support/runs.h"

#include <QDir>
#include <QTest>

using namespace scorefield;
using namespace scorefield::test;

namespace {

const QString kReference = QStringLiteral(SCOREFIELD_REFERENCE_DIR);

std::vector<double> numbers(const std::string& path)
{
    return referenceArray(path).values;
}

/// sigma~ of a choice of grid on a process.
std::vector<double> noiseOf(const ForwardProcess& process, const Choice& grid)
{
    const auto levels = makeLevels(process, grid);
    if (!levels)
        qFatal("%s", levels.error().sentence().c_str());
    std::vector<double> noise;
    for (const PathCoefficients& level : *levels)
        noise.push_back(level.sigmaTilde());
    return noise;
}

double indexOf(const QStringList& ids, const QString& id)
{
    return static_cast<double>(ids.indexOf(id));
}

Choice
diffusersGrid(const QString& table, const QString& spacing, const QString& scheduler, double steps)
{
    const QStringList tables{
        QStringLiteral("linear"), QStringLiteral("scaled-linear"), QStringLiteral("cosine")};
    const QStringList spacings{
        QStringLiteral("leading"), QStringLiteral("trailing"), QStringLiteral("linspace")};
    const QStringList schedulers{
        QStringLiteral("ddim"), QStringLiteral("dpmsolver"), QStringLiteral("euler")};
    return choose(gridKinds(),
                  "diffusers",
                  {{"table", indexOf(tables, table)},
                   {"spacing", indexOf(spacings, spacing)},
                   {"scheduler", indexOf(schedulers, scheduler)},
                   {"steps", steps}});
}

} // namespace

class TestPublishedGrids : public QObject {
    Q_OBJECT

    static void
    compareAll(const std::vector<double>& actual, const std::vector<double>& expected, double rtol)
    {
        QCOMPARE(actual.size(), expected.size());
        QVERIFY(actual.size() > 1);
        for (std::size_t k = 0; k < actual.size(); ++k)
            COMPARE_CLOSE(actual[k], expected[k], rtol, 1e-13);
    }

private Q_SLOTS:
    /// File names say the schedule, n, sigma_min, sigma_max and rho; n levels and a 0.
    void kDiffusionSchedules_data()
    {
        QTest::addColumn<QString>("file");
        const QDir folder(kReference + QStringLiteral("/kdiff/schedules"));
        const QStringList files = folder.entryList({QStringLiteral("*.npy")}, QDir::Files);
        QVERIFY(files.size() >= 30);
        for (const QString& file : files)
            QTest::newRow(qPrintable(file)) << file;
    }
    void kDiffusionSchedules()
    {
        QFETCH(QString, file);
        const auto expected = numbers("kdiff/schedules/" + file.toStdString());
        const double steps = static_cast<double>(expected.size()) - 1;
        const QStringList parts = file.chopped(4).split(QLatin1Char('_')); // less ".npy"
        if (parts[0] == QLatin1String("vp")) {
            for (const char* id : {"vp-linear", "ve-edm", "rf", "sub-vp", "custom"}) {
                compareAll(
                    noiseOf(*process(id), choose(gridKinds(), "kdiff-vp", {{"steps", steps}})),
                    expected,
                    1e-12);
                compareAll(noiseOf(*process(id), choose(gridKinds(), "edm-vp", {{"steps", steps}})),
                           expected,
                           1e-11); // the fit of the rates divides by eps_s = 1e-3
            }
            return;
        }
        const auto p =
            process("ve-edm", {{"stop", parts[2].toDouble()}, {"horizon", parts[3].toDouble()}});
        const QString grid = parts[0] == QLatin1String("polyexponential")
                                 ? QStringLiteral("poly-exponential")
                                 : parts[0];
        Choice choice = choose(gridKinds(), grid.toStdString(), {{"steps", steps}, {"final", 1}});
        if (parts.size() > 4)
            choice.values.set("rho", parts[4].mid(3).toDouble()); // "rho7"
        compareAll(noiseOf(*p, choice), expected, 1e-12);
    }

    void edmDiscretizations_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("grid");
        QTest::addColumn<int>("schedule");
        QTest::addColumn<int>("scaling");
        QTest::addColumn<bool>("heun");
        QTest::newRow("heun vp vp vp") << "abl_heun_vp_vp_vp"
                                       << "edm-vp" << 0 << 0 << true;
        QTest::newRow("euler vp vp none") << "abl_euler_vp_vp_none"
                                          << "edm-vp" << 0 << 1 << false;
        QTest::newRow("heun ve ve none") << "abl_heun_ve_ve_none"
                                         << "edm-ve" << 1 << 1 << true;
    }
    void edmDiscretizations()
    {
        QFETCH(QString, folder);
        QFETCH(QString, grid);
        QFETCH(int, schedule);
        QFETCH(int, scaling);
        QFETCH(bool, heun);
        const auto evaluated = numbers("edm/M1/" + folder.toStdString() + "/eval_sigma.npy");
        std::vector<double> expected; // Heun evaluates every level but the first and the last twice
        for (std::size_t k = 0; k < evaluated.size(); k += heun && k > 0 ? 2 : 1)
            expected.push_back(evaluated[k]);
        expected.push_back(0);
        const auto p = process("edm-ablation", {{"schedule", schedule}, {"scaling", scaling}});
        const double steps = static_cast<double>(expected.size()) - 1;
        compareAll(noiseOf(*p, choose(gridKinds(), grid.toStdString(), {{"steps", steps}})),
                   expected,
                   1e-11);
    }

    void edmIddpmTable()
    {
        // The recursion gives the table of diffusers' squared cosine, whose 9th largest level is
        // the paper's first (Karras et al. 2022, table 1: j_0 = 8). 1 - abar there has 1e-16/4e-5
        // of rounding per factor.
        const auto kept = numbers("diffusers/tables/alphas_cumprod_cosine.npy");
        std::vector<double> table;
        for (const double a : kept)
            table.insert(table.begin(), std::sqrt((1 - a) / a));
        const auto levels =
            noiseOf(*process("ve-edm"), choose(gridKinds(), "edm-iddpm", {{"steps", 18}}));
        QCOMPARE(levels.size(), std::size_t{19});
        // 992 levels of the table lie between 81 and 0.002: rounded places (991/17) k from the
        // ninth
        for (int k = 0; k < 18; ++k) {
            const auto place = static_cast<std::size_t>(8 + std::lround(991.0 / 17 * k));
            COMPARE_CLOSE(levels[static_cast<std::size_t>(k)], table.at(place), 1e-9, 0);
        }
    }

    void diffusersTables_data()
    {
        QTest::addColumn<QString>("file");
        const QDir folder(kReference + QStringLiteral("/diffusers/tables"));
        const QStringList files = folder.entryList(
            {QStringLiteral("*_sigmas_*.npy"), QStringLiteral("ddim_*.npy")}, QDir::Files);
        QVERIFY(files.size() >= 20);
        for (const QString& file : files)
            QTest::newRow(qPrintable(file)) << file;
    }
    void diffusersTables()
    {
        QFETCH(QString, file);
        const QStringList parts = file.chopped(4).split(QLatin1Char('_'));
        const auto values = numbers("diffusers/tables/" + file.toStdString());
        const double steps = parts.back().mid(1).toDouble(); // "n20"
        if (parts[0] == QLatin1String("flow")) {
            const double shift = parts[2].mid(5).toDouble(); // "shift3"
            const auto levels =
                makeLevels(*process("rf"),
                           choose(gridKinds(),
                                  "rf-shift",
                                  {{"steps", steps}, {"shift", shift}, {"ends", 0}, {"final", 1}}))
                    .value();
            QCOMPARE(levels.size(), values.size());
            for (std::size_t k = 0; k < levels.size(); ++k)
                COMPARE_CLOSE(levels[k].sigma, values[k], 1e-12, 1e-15);
            return;
        }
        std::vector<double> expected = values;
        Choice grid;
        if (parts[0] == QLatin1String("ddim")) { // train steps, to be looked up in the table
            const auto kept = numbers("diffusers/tables/alphas_cumprod_linear.npy");
            for (double& value : expected) {
                const double a = kept.at(static_cast<std::size_t>(value));
                value = std::sqrt((1 - a) / a);
            }
            expected.push_back(0);
            grid = diffusersGrid(QStringLiteral("linear"), parts[2], parts[0], steps);
        } else {
            grid = diffusersGrid(parts[2], parts[3], parts[0], steps);
        }
        // 1 - abar at abar = 0.9999 and 2e-9 loses up to seven digits of the twelve.
        const double rtol = parts[2] == QLatin1String("cosine") ? 1e-11 : 2e-12;
        for (const char* id : {"vp", "vp-linear", "ve-edm", "rf"})
            compareAll(noiseOf(*process(id), grid), expected, rtol);
    }

    void diffusersSchedulers_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("scheduler");
        QTest::addColumn<QString>("spacing");
        QTest::addColumn<int>("steps");
        QTest::addColumn<bool>("toZero");
        const auto row = [](const char* folder,
                            const char* scheduler,
                            const char* spacing,
                            int steps,
                            bool toZero = true) {
            QTest::newRow(folder) << folder << scheduler << spacing << steps << toZero;
        };
        row("dpmpp2m_linear_n10", "dpmsolver", "linspace", 10);
        row("dpmpp2m_linear_n20", "dpmsolver", "linspace", 20);
        row("unipc2_bh2_linear_n20", "dpmsolver", "linspace", 20);
        row("unipc1_bh1_linear_n20_sigmamin", "dpmsolver", "linspace", 20, false);
        row("euler_linear_leading_n20", "euler", "leading", 20);
        row("euler_linear_linspace_n20", "euler", "linspace", 20);
        row("euler_ancestral_linear_linspace_n20", "euler", "linspace", 20);
    }
    void diffusersSchedulers()
    {
        QFETCH(QString, folder);
        QFETCH(QString, scheduler);
        QFETCH(QString, spacing);
        QFETCH(int, steps);
        QFETCH(bool, toZero);
        Choice grid = diffusersGrid(QStringLiteral("linear"), spacing, scheduler, steps);
        grid.values.set("final", toZero ? 1 : 0);
        compareAll(noiseOf(*process("vp"), grid),
                   numbers("diffusers/M1/" + folder.toStdString() + "/sigmas.npy"),
                   2e-12);
    }
};

QTEST_APPLESS_MAIN(TestPublishedGrids)
#include "tst_published_grids.moc"
