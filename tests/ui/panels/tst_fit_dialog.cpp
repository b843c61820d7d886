// SPDX-License-Identifier: GPL-3.0-or-later
// Real data become the session's mixture: Old Faithful, iris, one component per point; errors in
// the dialog.
#include "ui/document/document.h"
#include "ui/panels/data_panel.h"
#include "ui/panels/fit_dialog.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/style.h"

#include <QApplication>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryFile>
#include <QTest>

#include <cmath>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

QString dataFile(const char* name)
{
    return QStringLiteral(SCOREFIELD_SOURCE_DIR "/resources/data/") + QString::fromLatin1(name);
}

struct Shown {
    Document document;
    FitDialog dialog{document};
    QSignalSpy fitted{&dialog, &FitDialog::fitted};

    Shown()
    {
        dialog.show();
        if (!QTest::qWaitForWindowExposed(&dialog))
            qFatal("the dialog was not shown");
        dialog.activateWindow();
        QTest::qWait(20);
    }

    void type(const char* name, const QString& text)
    {
        auto* field = dialog.findChild<NumberField*>(QString::fromLatin1(name));
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, text);
        QTest::keyClick(field, Qt::Key_Return);
    }
    QString text(const char* name) const
    {
        return dialog.findChild<QLabel*>(QString::fromLatin1(name))->text();
    }
    QPushButton* ok() const
    {
        return dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok);
    }
    void chooseMethod(int index)
    {
        QTest::mouseClick(
            dialog.findChild<SegmentedControl*>()->findChildren<QPushButton*>().at(index),
            Qt::LeftButton);
    }
};

} // namespace

class TestFitDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, render::Theme::darkTheme()); }
    void oldFaithful();
    void irisByClass();
    void irisOnTwoAxes();
    void onePerPoint();
    void fewerColumns();
    void errors_data();
    void errors();
    void newerChangeCancels();
    void openedByTheDataPanel();
};

void TestFitDialog::oldFaithful()
{
    Shown shown;
    shown.dialog.setFile(dataFile("old-faithful.csv"));
    shown.type("components", QStringLiteral("2"));
    QVERIFY(shown.fitted.wait(20000));
    QVERIFY2(shown.text("problem").isEmpty(), qPrintable(shown.text("problem")));
    // mclust and scikit-learn: -1130.26396 (reference/em/faithful_k2); shown with nine digits
    QVERIFY2(shown.text("preview").contains(QString::fromUtf8("−1130.26")),
             qPrintable(shown.text("preview")));
    QVERIFY(shown.text("preview").contains(QStringLiteral("272 points")));
    QTest::mouseClick(shown.ok(), Qt::LeftButton);
    QVERIFY(!shown.dialog.isVisible());
    const MixtureSpec& mixture = *shown.document.session().data;
    QCOMPARE(mixture.components.size(), std::size_t(2));
    QCOMPARE(mixture.dimension, 2);
    QCOMPARE(QString::fromStdString(mixture.coordinateName(0)), QStringLiteral("eruptions"));
    QCOMPARE(shown.document.undoStack().count(), 1);
    shown.document.undoStack().undo();
    QCOMPARE(shown.document.session().data->components.size(), std::size_t(3));
}

void TestFitDialog::irisByClass()
{
    Shown shown;
    shown.dialog.setFile(dataFile("iris.csv"));
    QCOMPARE(shown.dialog.findChild<QComboBox*>(QStringLiteral("label"))->currentText(),
             QStringLiteral("Species"));
    QVERIFY(shown.fitted.wait(20000));
    QVERIFY2(shown.ok()->isEnabled(), qPrintable(shown.text("problem")));
    shown.dialog.accept();
    const MixtureSpec& mixture = *shown.document.session().data;
    QCOMPARE(mixture.dimension, 4);
    QCOMPARE(mixture.components.size(), std::size_t(3));
    QCOMPARE(QString::fromStdString(mixture.className(0)), QStringLiteral("setosa"));
    QVERIFY(std::abs(mixture.components[0].mean[0] - 5.006)
            < 1e-12); // the textbook mean of setosa's sepal length
}

void TestFitDialog::irisOnTwoAxes()
{
    Shown shown;
    shown.dialog.setFile(dataFile("iris.csv"));
    shown.type("dimension", QStringLiteral("2"));
    QVERIFY(shown.fitted.wait(20000));
    QVERIFY2(shown.ok()->isEnabled(), qPrintable(shown.text("problem")));
    shown.dialog.accept();
    QCOMPARE(shown.document.session().data->dimension, 2);
    QCOMPARE(shown.document.session().data->components.size(), std::size_t(3));
}

void TestFitDialog::onePerPoint()
{
    Shown shown;
    shown.dialog.setFile(dataFile("old-faithful.csv"));
    shown.chooseMethod(2);
    QVERIFY(shown.fitted.wait(20000));
    auto* bandwidth = shown.dialog.findChild<NumberField*>(QStringLiteral("bandwidth"));
    QVERIFY(bandwidth->isVisible());
    const double silverman = bandwidth->number();
    QVERIFY(silverman > 0 && silverman < 10);
    QVERIFY(shown.text("preview").contains(QStringLiteral("Silverman")));
    shown.type("bandwidth", QStringLiteral("0.5"));
    QVERIFY(shown.fitted.wait(20000));
    shown.dialog.accept();
    const MixtureSpec& mixture = *shown.document.session().data;
    QCOMPARE(mixture.components.size(), std::size_t(272));
    QCOMPARE(mixture.components[0].covariance(0, 0), .25);
}

void TestFitDialog::fewerColumns()
{
    Shown shown;
    shown.dialog.setFile(dataFile("old-faithful.csv"));
    auto* columns = shown.dialog.findChild<QListWidget*>(QStringLiteral("columns"));
    QCOMPARE(columns->count(), 2);
    columns->item(0)->setCheckState(Qt::Unchecked);
    QCOMPARE(shown.dialog.request().columns, (std::vector<std::string>{"waiting"}));
    QVERIFY(shown.fitted.wait(20000));
    QVERIFY2(shown.ok()->isEnabled(), qPrintable(shown.text("problem")));
    shown.dialog.accept();
    QCOMPARE(shown.document.session().data->dimension, 1);
}

void TestFitDialog::errors_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("text in a column") << QByteArray("a,b\n1,2\n3,x\n");
    QTest::newRow("ragged") << QByteArray("a,b\n1,2\n3\n");
    QTest::newRow("empty") << QByteArray();
}

void TestFitDialog::errors()
{
    QFETCH(QByteArray, content);
    QTemporaryFile file(QStringLiteral("XXXXXX.csv"));
    QVERIFY(file.open());
    file.write(content);
    file.close();
    Shown shown;
    shown.dialog.setFile(file.fileName());
    QTRY_VERIFY(!shown.text("problem").isEmpty());
    QVERIFY(!shown.ok()->isEnabled());
    QCOMPARE(shown.document.undoStack().count(), 0);
}

void TestFitDialog::newerChangeCancels()
{
    Shown shown;
    shown.dialog.setFile(dataFile("digits.csv"));
    shown.chooseMethod(0);
    shown.type("components", QStringLiteral("40"));
    QTest::qWait(300); // the run has begun
    shown.type("components", QStringLiteral("1"));
    QVERIFY(shown.fitted.wait(30000));
    QVERIFY2(shown.text("preview").contains(QStringLiteral(" 1 component:"))
                 || !shown.text("problem").isEmpty(),
             qPrintable(shown.text("preview")));
    QTest::qWait(50);
    QVERIFY(!shown.dialog.isRunning());
}

void TestFitDialog::openedByTheDataPanel()
{
    Document document;
    DataPanel panel(document);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    panel.fitFile(dataFile("old-faithful.csv"));
    auto* dialog = panel.findChild<FitDialog*>();
    QVERIFY(dialog != nullptr && dialog->isVisible());
    QCOMPARE(QString::fromStdU16String(dialog->request().path.u16string()),
             dataFile("old-faithful.csv"));
    dialog->reject(); // while it runs: cancels and joins
}

QTEST_MAIN(TestFitDialog)
#include "tst_fit_dialog.moc"
