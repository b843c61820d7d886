// SPDX-License-Identifier: GPL-3.0-or-later
// Every shipped session loads, runs, and holds what its description promises; those with real data
// hold a fresh fit of the shipped data.
#include "core/mixture/data_set.h"
#include "core/mixture/fit.h"
#include "core/session/film.h"
#include "core/session/session_json.h"
#include "core/session/session_run.h"
#include "tests/support/compare.h"

#include <QDir>
#include <QTest>

#include <algorithm>

using namespace scorefield;

namespace {

const QStringList kPresets{QStringLiteral("anisotropic-five"),
                           QStringLiteral("bradley-gaussians"),
                           QStringLiteral("digits"),
                           QStringLiteral("digits-ridge"),
                           QStringLiteral("early-stopping"),
                           QStringLiteral("fractal-tree"),
                           QStringLiteral("grid-of-25"),
                           QStringLiteral("guidance-collapse"),
                           QStringLiteral("guidance-lecture"),
                           QStringLiteral("high-dimensional-gaussian"),
                           QStringLiteral("iris"),
                           QStringLiteral("jin-three-modes"),
                           QStringLiteral("limited-interval"),
                           QStringLiteral("low-rank"),
                           QStringLiteral("noisy-parabola"),
                           QStringLiteral("old-faithful"),
                           QStringLiteral("old-faithful-ridge"),
                           QStringLiteral("one-step-map"),
                           QStringLiteral("recfg"),
                           QStringLiteral("reg-pair"),
                           QStringLiteral("ring-24"),
                           QStringLiteral("ring-of-eight"),
                           QStringLiteral("single-gaussian"),
                           QStringLiteral("stiff-modes"),
                           QStringLiteral("thirteen-points"),
                           QStringLiteral("three-broad-centre"),
                           QStringLiteral("three-modes"),
                           QStringLiteral("three-points-rf"),
                           QStringLiteral("triangle"),
                           QStringLiteral("triangle-umbilic"),
                           QStringLiteral("two-gaussians"),
                           QStringLiteral("two-moons"),
                           QStringLiteral("two-pixels"),
                           QStringLiteral("two-points-rf"),
                           QStringLiteral("two-smoothings"),
                           QStringLiteral("vp-ve-rf-complexity")};

QString folder()
{
    return QStringLiteral(SCOREFIELD_SOURCE_DIR "/resources/sessions");
}

std::string fileOf(const QString& preset)
{
    return (folder() + QLatin1Char('/') + preset + QStringLiteral(".scorefield.json"))
        .toStdString();
}

Session preset(const char* name)
{
    auto session = loadSession(fileOf(QString::fromLatin1(name)));
    if (!session)
        qFatal("%s", session.error().sentence().c_str());
    return std::move(*session);
}

DataSet shippedData(const char* name, const std::string& label = {})
{
    auto data =
        readDataSet(std::string(SCOREFIELD_SOURCE_DIR) + "/resources/data/" + name, {{}, label});
    if (!data)
        qFatal("%s", data.error().sentence().c_str());
    return std::move(*data);
}

std::shared_ptr<const RunProduct> run(const Session& session, std::size_t particles)
{
    WorkerPool pool(2);
    auto product = runSession(session, pool, {}, nullptr, particles);
    if (!product)
        qFatal("%s", product.error().sentence().c_str());
    return *product;
}

/// Every number of `actual` is the one of `expected` rounded to `digits` significant digits.
void compareRounded(const MixtureSpec& actual, const MixtureSpec& expected, int digits)
{
    const double tolerance =
        0.51
        * std::pow(10, 1 - digits); // half a unit of the last digit, of a number that starts with 1
    QCOMPARE(actual.dimension, expected.dimension);
    QCOMPARE(actual.components.size(), expected.components.size());
    for (std::size_t k = 0; k < expected.components.size(); ++k) {
        const ComponentSpec& a = actual.components[k];
        const ComponentSpec& e = expected.components[k];
        QCOMPARE(a.classLabel, e.classLabel);
        COMPARE_CLOSE(a.weight, e.weight, tolerance, 0);
        const double size = e.mean.cwiseAbs().maxCoeff();
        QVERIFY((a.mean - e.mean).cwiseAbs().maxCoeff() <= tolerance * size);
        QVERIFY((a.covariance - e.covariance).cwiseAbs().maxCoeff()
                <= tolerance * e.covariance.cwiseAbs().maxCoeff());
    }
}

Eigen::MatrixXd endPoints(const LaneProduct& lane)
{
    const Trajectories& paths = lane.trajectories;
    Eigen::MatrixXd points(static_cast<Eigen::Index>(paths.particles), paths.dimension);
    for (int c = 0; c < paths.dimension; ++c) {
        const auto values = paths.coordinate(paths.steps, c);
        for (std::size_t i = 0; i < paths.particles; ++i)
            points(static_cast<Eigen::Index>(i), c) = values[i];
    }
    return points;
}

double variance(const Eigen::VectorXd& values)
{
    return (values.array() - values.mean()).square().mean();
}

} // namespace

class TestPresets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theListIsComplete()
    {
        QStringList found = QDir(folder()).entryList(
            {QStringLiteral("*.scorefield.json")}, QDir::Files, QDir::Name);
        for (QString& name : found)
            name.chop(static_cast<int>(qstrlen(".scorefield.json")));
        found.sort(); // "-" stands before "."
        QCOMPARE(found, kPresets);
    }

    /// All the data, the class, less than the class, a line: along x the spread falls with w.
    void theLectureTellsItsStory()
    {
        const Session lecture = preset("guidance-lecture");
        const char* const chapters[] = {
            "All the data: w = 0", "The class: w = 1", "Guided: w = 3", "Collapse: w = 10"};
        double last = 1e30;
        for (std::size_t i = 0; i < std::size(chapters); ++i) {
            const auto session = sessionAtBookmark(lecture, chapters[i]);
            QVERIFY2(session.ok(), chapters[i]);
            const auto product = run(*session, 1000);
            QCOMPARE(product->lanes[0]->readouts.modesCovered, i == 0 ? 3 : 1);
            const double spread = variance(endPoints(*product->lanes[0]).col(0));
            QVERIFY2(spread < last / 2, chapters[i]);
            if (i == 1) // the class itself, .25, to five standard errors of 1000 draws
                QVERIFY(std::abs(spread - .25) < 5 * .25 * std::sqrt(2. / 1000));
            last = spread;
        }
        QCOMPARE(lecture.bookmarks.size(), std::size_t{5});
        QCOMPARE(lecture.jobs.size(), std::size_t{4});
        for (const ExportJob& job : lecture.jobs)
            QVERIFY(job.bookmark.empty() || sessionAtBookmark(lecture, job.bookmark).ok());
        QVERIFY(sessionAtShare(lecture, 1).ok());
    }

    void loadsAndRuns_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : kPresets)
            QTest::newRow(qPrintable(name)) << name;
    }

    void loadsAndRuns()
    {
        QFETCH(QString, name);
        const auto session = loadSession(fileOf(name));
        QVERIFY2(session.ok(), session ? "" : session.error().sentence().c_str());
        QVERIFY(!session->info.title.empty() && !session->info.source.empty()
                && !session->info.tryThis.empty());
        const auto description = QString::fromStdString(session->info.description);
        QVERIFY2(description.count(QStringLiteral(". ")) >= 1
                     && description.endsWith(QLatin1Char('.')),
                 qPrintable(description));
        QVERIFY(static_cast<std::size_t>(session->data->classCount())
                == session->data->classNames.size());

        // The file is what the program itself would write.
        const auto again = sessionFromJson(sessionToJson(*session));
        QVERIFY(again.ok());
        QVERIFY(*again == *session);

        const auto product = run(*session, 64);
        QCOMPARE(product->lanes.size(), session->lanes.size());
        QVERIFY(product->lanes.size() >= 2);
        for (const auto& lane : product->lanes) {
            QCOMPARE(lane->outcome.kind, Outcome::Kind::Completed);
            QCOMPARE(lane->trajectories.particles, std::size_t{64});
            const Eigen::MatrixXd points = endPoints(*lane);
            QVERIFY(points.allFinite());
            // Nothing ends far from all data: within 20 data scales of the mean also where guidance
            // pushes outwards.
            const Eigen::MatrixXd offsets = points.rowwise() - product->mixture->mean().transpose();
            QVERIFY(offsets.rowwise().norm().maxCoeff() < 20 * product->mixture->scale());
            QVERIFY(lane->readouts.confidence > 0 && lane->readouts.confidence <= 1);
        }
    }

    void threeModesIsTheDefaultSession()
    {
        const Session session = preset("three-modes"), standard = defaultSession();
        QVERIFY(session.data == standard.data);
        QVERIFY(session.lanes == standard.lanes);
        QVERIFY(session.particles == standard.particles);
        QVERIFY(session.view == standard.view);
        QVERIFY(session.timeline == standard.timeline);
        const auto product = run(session, 2000);
        for (const auto& lane : product->lanes) {
            // w = 0: all three modes alike, x variance 0.25 + 6, to 5 standard errors. That of a
            // variance is at most sqrt(2/2000) of it; the rest is for the steps.
            const double root = std::sqrt(2000.0);
            COMPARE_CLOSE(lane->readouts.confidence, 1.0 / 3, 0, 5 * std::sqrt(2.0 / 9) / root);
            const Eigen::MatrixXd points = endPoints(*lane);
            COMPARE_CLOSE(points.col(0).mean(), 0, 0, 5 * 2.5 / root);
            COMPARE_CLOSE(variance(points.col(0)), 6.25, 0.17, 0);
            COMPARE_CLOSE(variance(points.col(1)), 0.25, 0.17, 0);
        }
    }

    void oldFaithfulIsTheFit()
    {
        const DataSet data = shippedData("old-faithful.csv");
        FitOptions options;
        options.components = 2;
        const auto fit = fitMixture(data.points, options);
        QVERIFY(fit.ok());
        // The preset is in standard deviations from the mean.
        const Eigen::VectorXd mean = data.points.colwise().mean();
        const Eigen::MatrixXd centred = data.points.rowwise() - mean.transpose();
        const Eigen::VectorXd unit =
            (centred.colwise().squaredNorm() / 271.0).cwiseSqrt().cwiseInverse();
        MixtureSpec expected = fit->mixture;
        for (ComponentSpec& component : expected.components) {
            component.mean = (component.mean - mean).cwiseProduct(unit);
            component.covariance = unit.asDiagonal() * component.covariance * unit.asDiagonal();
        }
        std::sort(expected.components.begin(),
                  expected.components.end(),
                  [](const auto& a, const auto& b) { return a.mean(0) < b.mean(0); });
        for (std::size_t k = 0; k < 2; ++k)
            expected.components[k].classLabel = static_cast<int>(k);
        compareRounded(*preset("old-faithful").data,
                       expected,
                       6); // EM itself stops within 1e-6 of the optimum
    }

    void irisIsTheFit()
    {
        const DataSet data = shippedData("iris.csv", "auto");
        const auto expected = fitClasses(data.points, data.labels);
        QVERIFY(expected.ok());
        const Session session = preset("iris");
        compareRounded(*session.data, *expected, 8);
        QVERIFY(session.data->classNames == data.labelNames);
    }

    void digitsAreTheFitOfTheirPrincipalAxes()
    {
        DataSet data = shippedData("digits.csv", "label");
        data.points /= 16; // black is 1
        const auto axes = principalAxes(data.points, 10);
        QVERIFY(axes.ok());
        const auto expected =
            fitClasses((data.points.rowwise() - axes->mean.transpose()) * axes->axes, data.labels);
        QVERIFY(expected.ok());
        const Session session = preset("digits");
        compareRounded(*session.data, *expected, 6);
        QVERIFY(session.data->image.has_value());
        const ImageDecoder& image = *session.data->image;
        QVERIFY(image.width == 8 && image.height == 8 && image.low == 0 && image.high == 1);
        QVERIFY((image.axes - axes->axes).cwiseAbs().maxCoeff() < 1e-6);
        QVERIFY((image.mean - axes->mean).cwiseAbs().maxCoeff() < 1e-6);
        // The decoded mean of a class is the mean picture of that digit, up to what ten axes cannot
        // hold.
        for (int digit = 0; digit < 10; ++digit) {
            Eigen::VectorXd picture = Eigen::VectorXd::Zero(64);
            double count = 0;
            for (std::size_t i = 0; i < data.labels.size(); ++i)
                if (data.labels[i] == digit) {
                    picture += data.points.row(static_cast<Eigen::Index>(i));
                    count += 1;
                }
            picture /= count;
            const Eigen::VectorXd decoded =
                image.mean
                + image.axes * session.data->components[static_cast<std::size_t>(digit)].mean;
            QVERIFY((decoded - picture).norm() < 0.15 * picture.norm());
        }
    }

    void matchedLanesOfTheGridEndAtTheSamePoints()
    {
        const auto product = run(preset("grid-of-25"), 500);
        const Eigen::MatrixXd first = endPoints(*product->lanes[0]);
        for (std::size_t lane = 1; lane < product->lanes.size(); ++lane) {
            // DDIM depends on the noise level alone; x/α is compared because the lanes stop at δ.
            // Float paths at σ̃ = 80 keep 1e-5 of their size, and a particle at a border of two
            // basins may amplify that.
            const PathCoefficients& end = product->lanes[lane]->plan.levels.back();
            const PathCoefficients& firstEnd = product->lanes[0]->plan.levels.back();
            const Eigen::ArrayXd apart =
                (endPoints(*product->lanes[lane]) / end.alpha - first / firstEnd.alpha)
                    .rowwise()
                    .norm();
            QVERIFY((apart < 1e-3).count() >= 495);
        }
    }

    /// Coarse steps put particles into the other mode where the flow stretches by 77.6.
    void coarseStepsFlipBasinsOfStiffModes()
    {
        const auto product = run(preset("stiff-modes"), 2000);
        const auto& coarse = product->lanes[0]->converged;
        const auto& fine = product->lanes[1]->converged;
        QVERIFY(coarse && fine);
        QVERIFY2(coarse->otherBasin > .005 && coarse->otherBasin > 10 * fine->otherBasin,
                 qPrintable(QStringLiteral("%1 %2").arg(coarse->otherBasin).arg(fine->otherBasin)));
        QVERIFY(coarse->medianDistance > 10 * fine->medianDistance);
    }

    /// What ten steps make of the variances of 64 axes: 4.4 nats of DDIM, 0.7 of the multistep
    /// method.
    void errorsAddUpOverSixtyFourDimensions()
    {
        const auto product = run(preset("high-dimensional-gaussian"), 2000);
        QCOMPARE(product->mixture->dimension(), 64);
        const Eigen::MatrixXd covariance = product->mixture->covariance();
        double kl[2] = {0, 0};
        for (std::size_t lane = 0; lane < 2; ++lane) {
            const Eigen::MatrixXd points = endPoints(*product->lanes[lane]);
            for (Eigen::Index c = 0; c < 64; ++c) {
                const double ratio = variance(points.col(c)) / covariance(c, c);
                kl[lane] += (ratio - 1 - std::log(ratio)) / 2;
            }
        }
        // Of 64 variances of 2000 draws each: 64/(2 2000) too much, and a twentieth either way.
        QVERIFY2(std::abs(kl[0] - 4.4) < .3 && std::abs(kl[1] - .7) < .15,
                 qPrintable(QStringLiteral("%1 %2").arg(kl[0]).arg(kl[1])));
    }

    void lastStepOfLowRankReachesTheSupport()
    {
        const auto product = run(preset("low-rank"), 500);
        // Distance of every end point to its own component's plane or line.
        std::vector<double> distances;
        for (const auto& lane : product->lanes) {
            const Eigen::MatrixXd points = endPoints(*lane);
            double sum = 0;
            for (Eigen::Index i = 0; i < points.rows(); ++i) {
                double nearest = 1e30;
                for (const auto& component : product->mixture->components()) {
                    const Eigen::VectorXd along = component.eigenvectors.transpose()
                                                  * (points.row(i).transpose() - component.mean);
                    nearest = std::min(
                        nearest, (component.eigenvalues.array() == 0).select(along, 0).norm());
                }
                sum += nearest;
            }
            distances.push_back(sum / 500);
        }
        const double blur = std::sqrt(1 - std::exp(-0.02)); // σ_δ
        QVERIFY2(distances[0] > 0.5 * blur && distances[0] < 2 * blur,
                 qPrintable(QString::number(distances[0])));
        QVERIFY2(distances[1] < 0.05 * blur, qPrintable(QString::number(distances[1])));
    }
};

QTEST_APPLESS_MAIN(TestPresets)
#include "tst_presets.moc"
