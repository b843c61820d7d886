// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/npy.h"
#include "core/mixture/data_set.h"
#include "tests/support/compare.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace scorefield;

namespace {

std::string shipped(const char* name)
{
    return std::string(SCOREFIELD_SOURCE_DIR) + "/resources/data/" + name;
}

} // namespace

class TestDataSet : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string write(const QString& name, const QByteArray& bytes)
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName().toStdString();
    }

    std::string writeNpy(const QString& name,
                         const std::vector<std::size_t>& shape,
                         const std::vector<double>& values)
    {
        const std::string bytes = npyBytes(shape, values);
        return write(name, QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())));
    }

private Q_SLOTS:
    void readsTheShippedData()
    {
        const auto geyser = readDataSet(shipped("old-faithful.csv"));
        QVERIFY2(geyser.ok(), geyser ? "" : geyser.error().sentence().c_str());
        QCOMPARE(geyser->points.rows(), 272);
        QVERIFY(geyser->columnNames == (std::vector<std::string>{"eruptions", "waiting"}));
        QVERIFY(geyser->points.row(0) == Eigen::RowVector2d(3.6, 79));
        QVERIFY(geyser->points
                == test::asMatrix(test::referenceArray(
                    "em/faithful_k2/X.npy"))); // the reference used the same numbers

        const auto iris = readDataSet(shipped("iris.csv"), {{}, "auto"});
        QVERIFY2(iris.ok(), iris ? "" : iris.error().sentence().c_str());
        QCOMPARE(iris->points.rows(), 150);
        QCOMPARE(iris->points.cols(), 4);
        QVERIFY(iris->labelNames
                == (std::vector<std::string>{"setosa", "versicolor", "virginica"}));
        QCOMPARE(std::count(iris->labels.begin(), iris->labels.end(), 2), 50);

        const auto digits = readDataSet(shipped("digits.csv"), {{}, "label"});
        QVERIFY2(digits.ok(), digits ? "" : digits.error().sentence().c_str());
        QCOMPARE(digits->points.rows(), 1797);
        QCOMPARE(digits->points.cols(), 64);
        QCOMPARE(digits->labelNames.size(), std::size_t{10});
        QCOMPARE(digits->labelNames[7], std::string("7"));
    }

    void findsHeaderLabelsAndColumns()
    {
        const auto plain = readDataSet(write(QStringLiteral("plain.csv"), "1,2\n3,4\n"));
        QVERIFY(plain.ok());
        QVERIFY(plain->columnNames == (std::vector<std::string>{"x1", "x2"}));
        QCOMPARE(plain->points(1, 0), 3.0);

        const auto labels = readDataSet(
            write(QStringLiteral("labels.CSV"), "1,b,+2e-3\n3,a,.5\n5,b,6\n"), {{}, "2"});
        QVERIFY2(labels.ok(), labels ? "" : labels.error().sentence().c_str());
        QCOMPARE(labels->points.rows(),
                 3); // the first line is data: its text is in the label column
        QVERIFY(labels->labels == (std::vector<int>{0, 1, 0}));
        QVERIFY(labels->labelNames == (std::vector<std::string>{"b", "a"}));
        QCOMPARE(labels->points(0, 1), 2e-3);

        const std::string named =
            write(QStringLiteral("named.csv"), "id,height,width\n1,2,3\n4,5,6\n");
        const auto chosen = readDataSet(named, {{"width", "2"}, "id"});
        QVERIFY2(chosen.ok(), chosen ? "" : chosen.error().sentence().c_str());
        QVERIFY(chosen->columnNames == (std::vector<std::string>{"width", "height"}));
        QVERIFY(chosen->points.row(1) == Eigen::RowVector2d(6, 5));
        QVERIFY(chosen->labelNames == (std::vector<std::string>{"1", "4"}));

        const auto none = readDataSet(named, {{}, "auto"}); // no text column: no labels
        QVERIFY(none.ok());
        QVERIFY(none->labels.empty());
        QCOMPARE(none->points.cols(), 3);
    }

    void readsNpy()
    {
        const auto data =
            readDataSet(writeNpy(QStringLiteral("points.npy"), {3, 2}, {1, 2.5, 3, 4, 5, 0.1}));
        QVERIFY2(data.ok(), data ? "" : data.error().sentence().c_str());
        QVERIFY(data->points == (Eigen::Matrix<double, 3, 2>() << 1, 2.5, 3, 4, 5, 0.1).finished());
        QVERIFY(data->columnNames == (std::vector<std::string>{"x1", "x2"}));
        const auto labelled =
            readDataSet(writeNpy(QStringLiteral("l.npy"), {3, 2}, {1, 0, 3, 1, 5, 0}), {{}, "2"});
        QVERIFY(labelled.ok());
        QVERIFY(labelled->labels == (std::vector<int>{0, 1, 0}));
    }

    void refusesBrokenFiles_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("label");
        QTest::addColumn<QString>("place"); // behind the file name
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name,
                            const QByteArray& text,
                            const char* place,
                            const char* words,
                            const char* label = "",
                            const char* file = "broken.csv") {
            QTest::newRow(name) << QString::fromUtf8(file) << text << QString::fromUtf8(label)
                                << QString::fromUtf8(place) << QString::fromUtf8(words);
        };
        row("text in a number column", "a,b\n1,2\n3,wet\n", ", line 3", "Column 2 (b) holds “wet”");
        row("text without a label column", "1,2,x\n3,4,y\n", ", line 1", "Column 3 (x3) holds “x”");
        row("text in the first line only", "1,wet\n3,4\n", ", line 1", "“wet”");
        row("half a header", "a,2\n3,4\n", ", line 1", "all names");
        row("missing value", "a,b\n1,2\n3,\n", ", line 3", "Column 2 (b) has a missing value");
        row("NA", "a,b\n1,NA\n3,4\n", ", line 2", "“NA”");
        row("NaN", "a,b\n1,2\n3,nan\n", ", line 3", "missing value");
        row("infinite", "a,b\n1,2\ninf,4\n", ", line 3", "not finite");
        row("out of range", "a,b\n1,2\n1e999,4\n", ", line 3", "“1e999”");
        row("decimal comma", "a\n\"1,5\"\n\"2,5\"\n", ", line 2", "“1,5”");
        row("short row", "1,2\n3,4\n5\n", ", line 3", "1 field");
        row("semicolons", "a;b\n1;2\n3;4\n", ", line 1", "separated by commas");
        row("missing label", "1,a\n2,b\n3,\n", ", line 3", "no label", "2");
        row("unknown label column",
            "height,width\n1,2\n3,4\n",
            "",
            "did you mean “width”",
            "widht");
        row("label column 3 of 2", "1,2\n3,4\n", "", "1 to 2", "3");
        row("two text columns", "1,a,b\n2,c,d\n", ", line 1", "Columns 2 and 3", "auto");
        row("one point", "a,b\n1,2\n", "", "1 point; at least 2");
        row("header only", "a,b\n", "", "0 points");
        row("empty", "", "", "empty");
        row("nothing but labels", "a\nb\nc\n", "", "No column", "1");
        row("binary", QByteArray("a\0b\n", 4), "", "not text");
        row("65 columns",
            QByteArray("1") + QByteArray(",1").repeated(64) + "\n2" + QByteArray(",2").repeated(64)
                + "\n",
            "",
            "65 columns");
        row("another format", "1,2\n3,4\n", "", ".csv and .npy", "", "points.xlsx");
        row("no NPY", "1,2\n3,4\n", "", "", "", "points.npy");
    }

    void refusesBrokenFiles()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, text);
        QFETCH(QString, label);
        QFETCH(QString, place);
        QFETCH(QString, words);
        const std::string path = write(file, text);
        const auto data = readDataSet(path, {{}, label.toStdString()});
        QVERIFY(!data.ok());
        QCOMPARE(QString::fromStdString(data.error().path), QString::fromStdString(path) + place);
        QVERIFY2(QString::fromStdString(data.error().message).contains(words),
                 data.error().message.c_str());
        QVERIFY(!data.error().message.empty());
    }

    void refusesBadChoices()
    {
        const std::string path = write(QStringLiteral("good.csv"), "a,b\n1,2\n3,4\n");
        QVERIFY(readDataSet(path, {{"a", "1"}, ""}).error().message.find("twice")
                != std::string::npos);
        QVERIFY(readDataSet(path, {{"a", "b"}, "b"}).error().message.find("as label")
                != std::string::npos);
        QVERIFY(readDataSet(path, {{"c"}, ""}).error().message.find("“c”") != std::string::npos);
        const std::string missing = m_folder.filePath(QStringLiteral("missing.csv")).toStdString();
        QCOMPARE(readDataSet(missing).error().path, missing);
    }

    void refusesNpyOfAnotherShape()
    {
        const auto line = readDataSet(writeNpy(QStringLiteral("line.npy"), {4}, {1, 2, 3, 4}));
        QVERIFY(!line.ok());
        QVERIFY(line.error().message.find("[n,d]") != std::string::npos);
        QVERIFY(!readDataSet(writeNpy(QStringLiteral("one.npy"), {1, 4}, {1, 2, 3, 4})).ok());
        const auto nan =
            readDataSet(writeNpy(QStringLiteral("nan.npy"), {2, 1}, {1, std::nan("")}));
        QVERIFY(!nan.ok());
        QVERIFY(nan.error().path.find("nan.npy") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestDataSet)
#include "tst_data_set.moc"
