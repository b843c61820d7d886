// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session_json.h"
#include "tests/support/sessions.h"

#include <QtTest>

using namespace scorefield;

class TestMixtureJson : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void mixturesComeBack();
    void imagesComeBack();
    void covariancesInEveryForm();
    void classesByNumberNameOrNotAtAll();
    void filesOfOtherPrograms();
    void errors_data();
    void errors();
};

void TestMixtureJson::mixturesComeBack()
{
    std::mt19937 random(11);
    for (int d = 1; d <= 8; ++d) {
        MixtureSpec mixture = test::randomMixture(d, 5, random);
        if (d % 2 == 0)
            mixture.classNames = {"b", "a", "c", "without components"};
        if (d == 3)
            mixture.coordinateNames = {"x", "y,z"};
        const auto back = mixtureFromJson(mixtureToJson(mixture));
        QVERIFY2(back.ok(), back.ok() ? "" : back.error().sentence().c_str());
        QVERIFY(*back == mixture);
    }
}

void TestMixtureJson::imagesComeBack()
{
    std::mt19937 random(12);
    MixtureSpec mixture = test::randomMixture(2, 2, random);
    ImageDecoder image;
    image.width = 3;
    image.height = 2;
    image.low = 0;
    image.high = 16;
    image.mean = Eigen::VectorXd::LinSpaced(6, 0, 1);
    image.axes = Eigen::MatrixXd::Random(6, 2);
    mixture.image = image;
    const auto back = mixtureFromJson(mixtureToJson(mixture));
    QVERIFY2(back.ok(), back.ok() ? "" : back.error().sentence().c_str());
    QVERIFY(*back == mixture);
}

void TestMixtureJson::covariancesInEveryForm()
{
    const auto mixture = mixtureFromJson(
        R"({"means": [[0,0],[0,0],[0,0]], "covariances": [4, [1,9], [[2,1],[1,2]]]})");
    QVERIFY(mixture.ok());
    QVERIFY(mixture->components[0].covariance
            == Eigen::Matrix2d(Eigen::Vector2d(4, 4).asDiagonal()));
    QVERIFY(mixture->components[1].covariance
            == Eigen::Matrix2d(Eigen::Vector2d(1, 9).asDiagonal()));
    QCOMPARE(mixture->components[2].covariance(0, 1), 1.0);
    QCOMPARE(mixture->components[2].weight, 1.0);
}

void TestMixtureJson::classesByNumberNameOrNotAtAll()
{
    const auto labels = [](const char* classes) {
        const std::string text =
            std::string(R"({"means": [[0],[1],[2]], "covs": [1,1,1])") + classes + "}";
        const auto mixture = mixtureFromJson(text);
        std::vector<int> result;
        if (mixture.ok())
            for (const ComponentSpec& component : mixture->components)
                result.push_back(component.classLabel);
        return result;
    };
    QCOMPARE(labels(""), (std::vector<int>{0, 1, 2}));
    QCOMPARE(labels(R"(, "classes": [1, 0, 1])"), (std::vector<int>{1, 0, 1}));
    QCOMPARE(labels(R"(, "classes": ["b", "a", "b"])"), (std::vector<int>{0, 1, 0}));
    QCOMPARE(labels(R"(, "classes": ["b", "a", "b"], "class_names": ["a", "b"])"),
             (std::vector<int>{1, 0, 1}));
    QVERIFY(labels(R"(, "classes": ["b", "a", "z"], "class_names": ["a", "b"])").empty());
}

void TestMixtureJson::filesOfOtherPrograms()
{
    for (const char* name : {"M1", "M4"}) {
        const auto mixture =
            loadMixture(std::string(SCOREFIELD_REFERENCE_DIR) + "/mixtures/" + name + ".json");
        QVERIFY2(mixture.ok(), mixture.ok() ? "" : mixture.error().sentence().c_str());
        QCOMPARE(mixture->dimension, 2);
    }
}

void TestMixtureJson::errors_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("part");
    QTest::newRow("weights sum to 0") << R"({"weights":[0,0],"means":[[0],[1]],"covs":[1,1]})"
                                      << "/weights"
                                      << "sum to 0";
    QTest::newRow("negative weight") << R"({"weights":[1,-1],"means":[[0],[1]],"covs":[1,1]})"
                                     << "/weights/1"
                                     << "at least 0";
    QTest::newRow("null weight") << R"({"weights":[1,null],"means":[[0],[1]],"covs":[1,1]})"
                                 << "/weights/1"
                                 << "finite number";
    QTest::newRow("NaN weight") << R"({"weights":[1,NaN],"means":[[0],[1]],"covs":[1,1]})"
                                << ""
                                << "line 1";
    QTest::newRow("too few weights") << R"({"weights":[1],"means":[[0],[1]],"covs":[1,1]})"
                                     << "/weights"
                                     << "one per mean: 2";
    QTest::newRow("not semi-definite") << R"({"means":[[0,0]],"covs":[[[1,2],[2,1]]]})"
                                       << "/covs/0"
                                       << "positive semi-definite";
    QTest::newRow("not symmetric") << R"({"means":[[0,0]],"covariances":[[[1,0],[0.5,1]]]})"
                                   << "/covariances/0"
                                   << "not symmetric";
    QTest::newRow("ragged") << R"({"means":[[0,0]],"covariances":[[[1,0],[0]]]})"
                            << "/covariances/0/1"
                            << "1 numbers";
    QTest::newRow("mean of another length") << R"({"means":[[0,0],[1]],"covs":[1,1]})"
                                            << "/means/1"
                                            << "dimension is 2";
    QTest::newRow("both spellings") << R"({"means":[[0]],"covs":[1],"covariances":[1]})"
                                    << "/covs"
                                    << "beside";
    QTest::newRow("no covariances") << R"({"means":[[0]]})"
                                    << ""
                                    << "'covariances' is missing";
    QTest::newRow("unknown key") << R"({"means":[[0]],"covs":[1],"wieghts":[1]})"
                                 << "/wieghts"
                                 << "did you mean 'weights'";
    QTest::newRow("no component") << R"({"means":[],"covs":[]})"
                                  << "/means"
                                  << "0 components";
    QTest::newRow("a list") << "[1]"
                            << ""
                            << "must be an object";
    QTest::newRow("empty file") << ""
                                << ""
                                << "is empty";
}

void TestMixtureJson::errors()
{
    QFETCH(QString, text);
    QFETCH(QString, path);
    QFETCH(QString, part);
    const auto mixture = mixtureFromJson(text.toStdString());
    QVERIFY(!mixture.ok());
    QVERIFY2(QString::fromStdString(mixture.error().message).contains(part),
             mixture.error().sentence().c_str());
    QCOMPARE(QString::fromStdString(mixture.error().path), path);
}

QTEST_APPLESS_MAIN(TestMixtureJson)
#include "tst_mixture_json.moc"
