// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/k_means.h"
#include "tests/support/mixtures.h"

#include <QTest>

#include <set>

using namespace scorefield;

class TestKMeans : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsSeparatedClusters_data()
    {
        QTest::addColumn<int>("seed");
        for (const int seed : {0, 1, 2, 3})
            QTest::addRow("seed %d", seed) << seed;
    }

    void findsSeparatedClusters()
    {
        QFETCH(int, seed);
        std::vector<Eigen::VectorXd> means;
        for (int k = 0; k < 9; ++k)
            means.push_back(Eigen::Vector2d(10.0 * (k % 3), 1e4 * (k / 3))); // units differ by 1000
        MixtureSpec spec = isotropicMixture(means, 0.1);
        for (auto& component : spec.components)
            component.covariance(1, 1) = 0.1 * 1e6;
        std::vector<int> truth;
        const Eigen::MatrixXd points =
            GaussianMixture::create(spec)->sample(5, Stream::Data, 300, 1, 0, &truth);
        const std::vector<int> clusters =
            kMeansClusters(points, 9, static_cast<std::uint64_t>(seed));
        std::set<std::pair<int, int>> pairs;
        for (std::size_t i = 0; i < truth.size(); ++i)
            pairs.insert({truth[i], clusters[i]});
        QCOMPARE(pairs.size(), std::size_t{9}); // a one-to-one relation
        QVERIFY(clusters == kMeansClusters(points, 9, static_cast<std::uint64_t>(seed)));
    }

    void leavesNoClusterEmpty_data()
    {
        QTest::addColumn<int>("clusters");
        for (const int clusters : {1, 3, 10})
            QTest::addRow("%d clusters", clusters) << clusters;
    }

    void leavesNoClusterEmpty()
    {
        QFETCH(int, clusters);
        Eigen::MatrixXd points(2, 40); // ten distinct places, four times each
        for (int i = 0; i < 40; ++i)
            points.col(i) << i % 10, 0;
        const std::vector<int> found = kMeansClusters(points, clusters, 1);
        QCOMPARE(std::set<int>(found.begin(), found.end()).size(),
                 static_cast<std::size_t>(clusters));
    }
};

QTEST_APPLESS_MAIN(TestKMeans)
#include "tst_k_means.moc"
