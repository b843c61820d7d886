// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/lane_plan.h"
#include "core/session/parameter_table.h"
#include "tests/support/compare.h"
#include "tests/support/sessions.h"

#include <QtTest>

using namespace scorefield;

class TestLanePlan : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aPlanIsTheLane();
    void guidanceKnowsTheLevels();
    void matchedLanesHaveEqualNoise();
    void aFiniteFirstLaneStaysItself();
    void emptyTargetsAreRefused();
    void checkNamesTheKey();
    void referencesFollowTheData();
    void planes();
    void planeOfThreeMeansHoldsThem();
    void degeneratePlanes();
};

namespace {

std::shared_ptr<const GaussianMixture> mixtureOf(const Session& session)
{
    return std::make_shared<const GaussianMixture>(*GaussianMixture::create(*session.data));
}

} // namespace

void TestLanePlan::aPlanIsTheLane()
{
    Session session = defaultSession();
    QVERIFY(setVariantText(session, 0, "sampler", "ddim:eta=0.5").ok());
    QVERIFY(setParameterText(session, "lanes.0.prior", "exact").ok());
    session.lanes[1].eta = 2; // Heun takes no noise
    const auto first = planLane(session, 0, mixtureOf(session));
    QVERIFY(first.ok());
    QCOMPARE(first->levels.size(), std::size_t{41});
    QCOMPARE(first->eta, .5);
    QVERIFY(first->prior == Prior::Exact);
    QCOMPARE(first->particles, std::size_t{5000});
    QCOMPARE(first->guidance->target(), std::optional<int>(1));
    QCOMPARE(planLane(session, 1, mixtureOf(session))->eta, 0.0);
}

void TestLanePlan::guidanceKnowsTheLevels()
{
    Session session = defaultSession();
    QVERIFY(setVariantText(session, 0, "guidance", "cfg++:lambda=0.5,target=1").ok());
    QVERIFY(setVariantText(session, 0, "grid", "karras:steps=7").ok());
    const auto plan = planLane(session, 0, mixtureOf(session));
    QVERIFY(plan.ok());
    for (std::size_t k = 0; k + 1 < plan->levels.size(); ++k) {
        const double here = plan->levels[k].sigmaTilde(), next = plan->levels[k + 1].sigmaTilde();
        COMPARE_CLOSE(
            plan->guidance->weight(plan->levels[k]), 0.5 * here / (here - next), 1e-13, 0);
    }
}

void TestLanePlan::matchedLanesHaveEqualNoise()
{
    Session session = defaultSession();
    std::swap(session.lanes[0], session.lanes[1]); // RF first: it starts at infinite noise
    session.view.matchNoise = 1;
    const auto mixture = mixtureOf(session);
    const auto rf = planLane(session, 0, mixture);
    const auto vp = planLane(session, 1, mixture);
    QVERIFY(rf.ok() && vp.ok());
    QCOMPARE(rf->levels.size(), vp->levels.size());
    COMPARE_CLOSE(rf->levels[0].sigmaTilde(), kLargestMatchedNoise, 1e-12, 0);
    for (std::size_t k = 0; k < rf->levels.size(); ++k) // each inverts its own sigma~(t)
        COMPARE_CLOSE(vp->levels[k].sigmaTilde(), rf->levels[k].sigmaTilde(), 1e-10, 0);
}

void TestLanePlan::aFiniteFirstLaneStaysItself()
{
    Session session = defaultSession();
    const auto mixture = mixtureOf(session);
    const auto alone = planLane(session, 0, mixture);
    session.view.matchNoise = 1;
    const auto matched = planLane(session, 0, mixture);
    for (std::size_t k = 0; k < alone->levels.size(); ++k)
        QCOMPARE(matched->levels[k].t, alone->levels[k].t);
    const auto rf = planLane(session, 1, mixture);
    QVERIFY(rf.ok());
    for (std::size_t k = 0; k < alone->levels.size(); ++k)
        COMPARE_CLOSE(rf->levels[k].sigmaTilde(), alone->levels[k].sigmaTilde(), 1e-10, 0);
}

void TestLanePlan::emptyTargetsAreRefused()
{
    Session session = defaultSession();
    session.data.edit([](MixtureSpec& data) { data.components[1].weight = 0; });
    const auto plan = planLane(session, 0, mixtureOf(session));
    QVERIFY(!plan.ok());
    QCOMPARE(plan.error().path, std::string("lanes.0.guidance.target"));
    QVERIFY(plan.error().message.find("centre") != std::string::npos);
    QVERIFY(!planLane(session, 2, mixtureOf(session)).ok());
}

void TestLanePlan::checkNamesTheKey()
{
    for (unsigned seed = 0; seed < 10; ++seed)
        QVERIFY(checkSession(test::randomSession(seed)).ok());
    Session session = defaultSession();
    session.lanes[1].eta = -1;
    QCOMPARE(checkSession(session).error().path, std::string("lanes.1.eta"));
    session = defaultSession();
    session.data.edit([](MixtureSpec& data) { data.components[2].weight = std::nan(""); });
    QCOMPARE(checkSession(session).error().path, std::string("/data/components/2/weight"));
    session = defaultSession();
    session.lanes.clear();
    QVERIFY(!checkSession(session).ok());
}

void TestLanePlan::referencesFollowTheData()
{
    Session session = defaultSession();
    session.view.axisX = 5;
    session.data.edit([](MixtureSpec& data) {
        data.components.pop_back();
        data.components.pop_back();
        data.classNames.clear();
    });
    QVERIFY(!checkSession(session).ok());
    fitReferencesToData(session);
    QVERIFY(checkSession(session).ok());
    QCOMPARE(session.lanes[0].guidance.values.at("target"), 0.0);
    const Session before = defaultSession();
    Session same = before;
    fitReferencesToData(same);
    QVERIFY(same == before);
}

void TestLanePlan::planes()
{
    for (int d = 1; d <= 6; ++d) {
        Session session = defaultSession();
        std::mt19937 random(static_cast<unsigned>(d));
        session.data = test::randomMixture(d, 4, random);
        const auto mixture = mixtureOf(session);
        for (double projection = 0; projection < 3; ++projection) {
            session.view.projection = projection;
            const ViewPlane plane = viewPlane(session, *mixture);
            const Eigen::Index m = std::min(d, 2);
            QCOMPARE(plane.axes.rows(), Eigen::Index{d});
            QCOMPARE(plane.axes.cols(), m);
            QVERIFY((plane.axes.transpose() * plane.axes - Eigen::MatrixXd::Identity(m, m)).norm()
                    < 1e-12); // orthonormal up to rounding
            QVERIFY(!plane.labels[0].empty());
            if (d <= 2)
                QVERIFY(plane.axes == Eigen::MatrixXd::Identity(d, d) && plane.origin.isZero(0));
        }
    }
}

void TestLanePlan::planeOfThreeMeansHoldsThem()
{
    Session session = defaultSession();
    std::mt19937 random(9);
    session.data = test::randomMixture(5, 3, random);
    session.view.projection = 2;
    const auto mixture = mixtureOf(session);
    const ViewPlane plane = viewPlane(session, *mixture);
    for (const auto& component : mixture->components()) {
        const Eigen::VectorXd offset = component.mean - plane.origin;
        const Eigen::VectorXd seen = plane.axes * (plane.axes.transpose() * offset);
        QVERIFY((seen - offset).norm()
                < 1e-10 * mixture->scale()); // rounding of one Gram–Schmidt step
    }
    // Two axes of the principal plane explain the most variance.
    session.view.projection = 1;
    const ViewPlane principal = viewPlane(session, *mixture);
    const auto explained = [&](const ViewPlane& p) {
        return (p.axes.transpose() * mixture->covariance() * p.axes).trace();
    };
    QVERIFY(explained(principal) >= explained(plane));
}

void TestLanePlan::degeneratePlanes()
{
    Session session = defaultSession();
    std::vector<Eigen::VectorXd> means(3, Eigen::Vector3d(1, 2, 3));
    session.data = isotropicMixture(means, 1); // all means at one place
    session.view.projection = 2;
    ViewPlane plane = viewPlane(session, *mixtureOf(session));
    QVERIFY((plane.axes.transpose() * plane.axes - Eigen::Matrix2d::Identity()).norm() < 1e-12);
    session.view.projection = 0;
    session.view.axisX = session.view.axisY = 2; // the same coordinate twice
    plane = viewPlane(session, *mixtureOf(session));
    QVERIFY((plane.axes.transpose() * plane.axes - Eigen::Matrix2d::Identity()).norm() < 1e-12);
}

QTEST_APPLESS_MAIN(TestLanePlan)
#include "tst_lane_plan.moc"
