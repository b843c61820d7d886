// SPDX-License-Identifier: GPL-3.0-or-later
// scorefield render with a map: the figure shows it, the same bytes every time.
#include "tests/support/command.h"

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace scorefield;

class RenderMapsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aFigureShowsItsMap()
    {
        const QByteArray plain = render("plain.png", "none"), map = render("map.png", "guidance"),
                         again = render("again.png", "guidance"),
                         output = render("output.png", "output");
        QVERIFY(!plain.isEmpty() && !map.isEmpty() && !output.isEmpty());
        QCOMPARE(map, again);
        QVERIFY(map != plain);
        QVERIFY(output != map);
    }

    void aPageHoldsItsTextAsText()
    {
        const auto result = test::runCommand(m_folder.path(),
                                             {QStringLiteral("render"),
                                              QStringLiteral("ring-24"),
                                              QStringLiteral("-o"),
                                              QStringLiteral("ring.pdf"),
                                              QStringLiteral("--size"),
                                              QStringLiteral("960x480"),
                                              QStringLiteral("--time"),
                                              QStringLiteral("0.3"),
                                              QStringLiteral("--set"),
                                              QStringLiteral("particles.count=50")});
        QVERIFY2(result.status == 0, qPrintable(result.err));
        QFile page(m_folder.filePath(QStringLiteral("ring.pdf")));
        QVERIFY(page.open(QIODevice::ReadOnly));
        const QByteArray bytes = page.readAll();
        QVERIFY(bytes.startsWith("%PDF"));
        QVERIFY(bytes.contains("/Type /Font")); // not the picture of a text
        // 960 x 480 pixels of 1/96 inch, in points of 1/72.
        const QRegularExpression box(
            QStringLiteral("/MediaBox \\[0 0(\\.0+)? 720(\\.0+)? 360(\\.0+)? *\\]"));
        QVERIFY(QString::fromLatin1(bytes).contains(box));
    }

    void anUnknownMapIsNamed()
    {
        const auto result = test::runCommand(m_folder.path(),
                                             {QStringLiteral("render"),
                                              QStringLiteral("three-modes"),
                                              QStringLiteral("-o"),
                                              QStringLiteral("wrong.png"),
                                              QStringLiteral("--set"),
                                              QStringLiteral("view.map.quantity=force")});
        QCOMPARE(result.status, 2);
        QVERIFY(result.err.contains(QStringLiteral("view.map.quantity")));
    }

private:
    QByteArray render(const char* name, const char* quantity)
    {
        const QString file = QString::fromLatin1(name);
        const auto result = test::runCommand(
            m_folder.path(),
            {QStringLiteral("render"),
             QStringLiteral("three-modes"),
             QStringLiteral("-o"),
             file,
             QStringLiteral("--size"),
             QStringLiteral("640x360"),
             QStringLiteral("--position"),
             QStringLiteral("0.7"),
             QStringLiteral("--set"),
             QStringLiteral("particles.count=50"),
             QStringLiteral("--set"),
             QStringLiteral("view.map.quantity=") + QString::fromLatin1(quantity)});
        QFile picture(m_folder.filePath(file));
        if (result.status != 0 || !picture.open(QIODevice::ReadOnly)) {
            qWarning("%s", qPrintable(result.err));
            return {};
        }
        return picture.readAll();
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(RenderMapsTest)
#include "tst_render_maps.moc"
