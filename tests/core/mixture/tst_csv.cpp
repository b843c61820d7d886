// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mixture/csv.h"

#include <QTest>

using namespace scorefield;

namespace {

using Rows = std::vector<std::vector<std::string>>;

} // namespace
Q_DECLARE_METATYPE(Rows)

class TestCsv : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void splitsRowsAndFields_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<Rows>("rows");
        const Rows two{{"1", "2"}, {"3", "4"}};
        QTest::newRow("line feeds") << QByteArray("1,2\n3,4\n") << two;
        QTest::newRow("no line end at the end") << QByteArray("1,2\n3,4") << two;
        QTest::newRow("carriage returns") << QByteArray("1,2\r\n3,4\r\n") << two;
        QTest::newRow("byte-order mark") << QByteArray("\xEF\xBB\xBF"
                                                       "1,2\n3,4\n")
                                         << two;
        QTest::newRow("empty lines at the end") << QByteArray("1,2\n3,4\n\n\r\n") << two;
        QTest::newRow("blanks") << QByteArray(" 1 ,\t2\n3, 4 \n") << two;
        QTest::newRow("quotes") << QByteArray("\"1\",\"2\" \n\"3\",4\n") << two;
        QTest::newRow("quoted comma, quote and line break")
            << QByteArray("\"a, b\",\"say \"\"x\"\"\"\n\"two\nlines\",c\n")
            << Rows{{"a, b", "say \"x\""}, {"two\nlines", "c"}};
        QTest::newRow("empty fields") << QByteArray(",\n\"\",\n") << Rows{{"", ""}, {"", ""}};
        QTest::newRow("nothing") << QByteArray("") << Rows{};
    }

    void splitsRowsAndFields()
    {
        QFETCH(QByteArray, text);
        QFETCH(Rows, rows);
        const auto parsed =
            parseCsv(std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
        QVERIFY2(parsed.ok(), parsed ? "" : parsed.error().sentence().c_str());
        QCOMPARE(parsed->size(), rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i)
            QVERIFY(parsed->at(i).fields == rows[i]);
    }

    void rowsKnowTheirLine()
    {
        const auto parsed = parseCsv("\"two\nlines\",a\nb,c\r\nd,e");
        QVERIFY(parsed.ok());
        QCOMPARE(parsed->at(0).line, std::size_t{1});
        QCOMPARE(parsed->at(1).line, std::size_t{3});
        QCOMPARE(parsed->at(2).line, std::size_t{4});
    }

    void refusesBrokenText_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("words");
        QTest::newRow("open quote") << QByteArray("1,2\n\"3,4\n5,6\n") << "line 2"
                                    << "never closed";
        QTest::newRow("text behind a quote") << QByteArray("1,2\n\"3\"x,4\n") << "line 2"
                                             << "closing quote";
        QTest::newRow("short row") << QByteArray("1,2\n3,4\n5\n") << "line 3"
                                   << "1 field";
        QTest::newRow("long row") << QByteArray("1,2\n3,4,\n") << "line 2"
                                  << "3 fields";
        QTest::newRow("empty line inside") << QByteArray("1,2\n\n3,4\n") << "line 2"
                                           << "empty";
    }

    void refusesBrokenText()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, path);
        QFETCH(QString, words);
        const auto parsed = parseCsv(text.toStdString());
        QVERIFY(!parsed.ok());
        QCOMPARE(QString::fromStdString(parsed.error().path), path);
        QVERIFY2(QString::fromStdString(parsed.error().message).contains(words),
                 parsed.error().message.c_str());
    }
};

QTEST_APPLESS_MAIN(TestCsv)
#include "tst_csv.moc"
