// SPDX-License-Identifier: GPL-3.0-or-later
// The data panel with real events: table edits, presets, layers, new noise.
#include "core/session/parameter_table.h"
#include "ui/document/document.h"
#include "ui/document/presets.h"
#include "ui/panels/data_panel.h"
#include "ui/widgets/parameter_row.h"
#include "ui/widgets/style.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

struct Shown {
    Document document;
    std::unique_ptr<DataPanel> panel;

    explicit Shown(const QString& preset = {})
    {
        if (!preset.isEmpty()) {
            const auto session = loadPreset(preset);
            if (!session)
                qFatal("%s", session.error().sentence().c_str());
            document.setSession(*session, {});
        }
        panel = std::make_unique<DataPanel>(document);
        panel->resize(248, 900);
        panel->show();
        if (!QTest::qWaitForWindowExposed(panel.get()))
            qFatal("the panel was not shown");
        panel->activateWindow();
        QTest::qWait(20);
    }

    template <class Widget>
    Widget* find(const char* name) const
    {
        return panel->findChild<Widget*>(QString::fromLatin1(name));
    }
    QTableView* table() const { return find<QTableView>("components"); }
    const MixtureSpec& mixture() const { return *document.session().data; }

    /// Double-clicks a cell, types, presses Return. The editor if it is still open.
    QLineEdit* type(int row, int column, const QString& text)
    {
        const QPoint at = table()->visualRect(table()->model()->index(row, column)).center();
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, at);
        QTest::mouseDClick(table()->viewport(), Qt::LeftButton, {}, at);
        auto* editor = table()->viewport()->findChild<QLineEdit*>();
        if (editor == nullptr)
            return nullptr;
        editor->selectAll();
        QTest::keyClicks(editor, text);
        QTest::keyClick(editor, Qt::Key_Return);
        QTest::qWait(20); // the view deletes a closed editor later
        return table()->viewport()->findChild<QLineEdit*>();
    }
};

} // namespace

class TestDataPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, render::Theme::darkTheme()); }
    void editsCells_data();
    void editsCells();
    void cellsKeepWholeDigits();
    void refusesCells_data();
    void refusesCells();
    void addsDuplicatesDeletes();
    void deletingAClassMovesTheTarget();
    void lastComponentStays();
    void changesClass();
    void selectsBothWays();
    void everyPresetLoadsAndComesBack();
    void presetShowsItsText();
    void thousandsOfComponents();
    void layersHide();
    void newNoiseChangesTheSeed();
    void viewSectionOnlyBeyondTwoDimensions();
    void everyParameterHasItsControl();
};

void TestDataPanel::editsCells_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<QString>("text");
    QTest::addColumn<double>("weight");
    QTest::addColumn<QList<double>>("mean");
    QTest::addColumn<QList<double>>("covariance"); // xx, xy, yy
    const Document document;
    const ComponentSpec& c = document.session().data->components[0];
    const QList<double> mean{c.mean[0], c.mean[1]},
        same{c.covariance(0, 0), c.covariance(0, 1), c.covariance(1, 1)};
    QTest::newRow("weight") << 1 << QStringLiteral("2/5") << .4 << mean << same;
    QTest::newRow("mean") << 2 << QStringLiteral("-1, sqrt(4)") << c.weight << QList<double>{-1, 2}
                          << same;
    QTest::newRow("one deviation")
        << 3 << QStringLiteral("0.2") << c.weight << mean << QList<double>{.04, 0, .04};
    QTest::newRow("two deviations")
        << 3 << QStringLiteral("2, 1") << c.weight << mean << QList<double>{4, 0, 1};
    // R(30°) diag(4, 1) R(30°)^T = [[3.25, 1.299…], [1.299…, 1.75]]
    QTest::newRow("with angle") << 3 << QString::fromUtf8("2, 1, 30°") << c.weight << mean
                                << QList<double>{3.25, 3 * std::sqrt(3.) / 4, 1.75};
}

void TestDataPanel::editsCells()
{
    QFETCH(int, column);
    QFETCH(QString, text);
    QFETCH(double, weight);
    QFETCH(QList<double>, mean);
    QFETCH(QList<double>, covariance);
    Shown shown;
    QVERIFY2(shown.type(0, column, text) == nullptr, "the editor closes");
    const ComponentSpec& c = shown.mixture().components[0];
    QCOMPARE(c.weight, weight);
    QCOMPARE(c.mean[0], mean[0]);
    QCOMPARE(c.mean[1], mean[1]);
    const double rounding = 1e-14; // products of sines and cosines
    QVERIFY(std::abs(c.covariance(0, 0) - covariance[0]) <= rounding);
    QVERIFY(std::abs(c.covariance(0, 1) - covariance[1]) <= rounding);
    QVERIFY(std::abs(c.covariance(1, 0) - covariance[1]) <= rounding);
    QVERIFY(std::abs(c.covariance(1, 1) - covariance[2]) <= rounding);
    QCOMPARE(shown.document.undoStack().count(), 1);
    QVERIFY(!shown.find<QLabel>("components.error")->isVisible());
}

void TestDataPanel::cellsKeepWholeDigits()
{
    Shown shown;
    const auto text = [&](int column) {
        return shown.table()->model()->index(0, column).data().toString();
    };
    QVERIFY(shown.type(0, 2, QStringLiteral("1003, -999.96")) == nullptr);
    QCOMPARE(text(2), QStringLiteral("(1003, \u22121000)"));
    QVERIFY(shown.type(0, 3, QStringLiteral("1020.4, 0.123456")) == nullptr);
    QCOMPARE(text(3), QStringLiteral("1020, 0.123"));
}

void TestDataPanel::refusesCells_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<QString>("text");
    QTest::newRow("negative weight") << 1 << QStringLiteral("-1");
    QTest::newRow("NaN weight") << 1 << QStringLiteral("nan");
    QTest::newRow("text") << 1 << QStringLiteral("heavy");
    QTest::newRow("short mean") << 2 << QStringLiteral("1");
    QTest::newRow("long mean") << 2 << QStringLiteral("1, 2, 3");
    QTest::newRow("infinite mean") << 2 << QStringLiteral("1/0, 2");
    QTest::newRow("negative deviation") << 3 << QStringLiteral("-1");
    QTest::newRow("four numbers") << 3 << QStringLiteral("1, 2, 3, 4");
}

void TestDataPanel::refusesCells()
{
    QFETCH(int, column);
    QFETCH(QString, text);
    Shown shown;
    const MixtureSpec before = shown.mixture();
    QLineEdit* editor = shown.type(0, column, text);
    QVERIFY2(editor != nullptr, "an editor with a wrong text stays open");
    QCOMPARE(editor->text(), text);
    QVERIFY(editor->property("error").toBool());
    QVERIFY(shown.find<QLabel>("components.error")->isVisible());
    QVERIFY(!shown.find<QLabel>("components.error")->text().isEmpty());
    QTest::keyClick(editor, Qt::Key_Escape);
    QTest::qWait(20);
    QVERIFY(shown.mixture() == before);
    QCOMPARE(shown.document.undoStack().count(), 0);
    QVERIFY(!shown.find<QLabel>("components.error")->isVisible());
}

void TestDataPanel::addsDuplicatesDeletes()
{
    Shown shown;
    const auto count = shown.mixture().components.size();
    QTest::mouseClick(shown.find<QPushButton>("add"), Qt::LeftButton);
    QCOMPARE(shown.mixture().components.size(), count + 1);
    QCOMPARE(shown.panel->selectedComponent(), static_cast<int>(count));
    QTest::mouseClick(shown.find<QToolButton>("duplicate"), Qt::LeftButton);
    QCOMPARE(shown.mixture().components.size(), count + 2);
    QCOMPARE(shown.mixture().components.back().classLabel,
             shown.mixture().components[count].classLabel);
    QTest::mouseClick(shown.find<QToolButton>("delete"), Qt::LeftButton);
    QCOMPARE(shown.mixture().components.size(), count + 1);
    shown.table()->setFocus();
    QTest::keyClick(shown.table(), Qt::Key_Delete);
    QCOMPARE(shown.mixture().components.size(), count);
    QCOMPARE(shown.document.undoStack().count(), 4);
    while (shown.document.undoStack().canUndo())
        shown.document.undoStack().undo();
    QVERIFY(shown.document.session().data == Document().session().data);
}

void TestDataPanel::deletingAClassMovesTheTarget()
{
    Shown shown;
    QVERIFY(shown.document.setValue(QStringLiteral("lanes.0.guidance.kind"), 1).ok());
    QVERIFY(shown.document.setValue(QStringLiteral("lanes.0.guidance.target"), 2).ok());
    shown.panel->selectComponent(2);
    QTest::mouseClick(shown.find<QToolButton>("delete"), Qt::LeftButton);
    QCOMPARE(shown.mixture().components.size(), std::size_t(2));
    QCOMPARE(shown.document.session().lanes[0].guidance.values.at("target"), 1.);
}

void TestDataPanel::lastComponentStays()
{
    Shown shown(QStringLiteral("single-gaussian"));
    QCOMPARE(shown.mixture().components.size(), std::size_t(1));
    shown.panel->selectComponent(0);
    QVERIFY(!shown.find<QToolButton>("delete")->isEnabled());
    shown.panel->deleteComponent();
    QCOMPARE(shown.mixture().components.size(), std::size_t(1));
}

void TestDataPanel::changesClass()
{
    Shown shown;
    const QPoint swatch = shown.table()->visualRect(shown.table()->model()->index(1, 0)).center();
    QTest::mouseClick(shown.table()->viewport(), Qt::LeftButton, {}, swatch);
    auto* menu = shown.find<QMenu>("classes");
    QVERIFY(menu != nullptr);
    QVERIFY(menu->actions().at(1)->isChecked());
    menu->actions().at(0)->trigger();
    QCOMPARE(shown.mixture().components[1].classLabel, 0);
    menu->actions().constLast()->trigger(); // a new class
    QCOMPARE(shown.mixture().components[1].classLabel, 3);
    menu->close();
}

void TestDataPanel::selectsBothWays()
{
    Shown shown;
    QSignalSpy selected(shown.panel.get(), &DataPanel::componentSelected);
    const QPoint second = shown.table()->visualRect(shown.table()->model()->index(1, 2)).center();
    QTest::mouseClick(shown.table()->viewport(), Qt::LeftButton, {}, second);
    QCOMPARE(selected.count(), 1);
    QCOMPARE(selected.takeFirst().at(0).toInt(), 1);
    shown.panel->selectComponent(1); // no change, no signal
    QCOMPARE(selected.count(), 0);
    shown.panel->selectComponent(2);
    QCOMPARE(shown.panel->selectedComponent(), 2);
    shown.panel->selectComponent(-1);
    QCOMPARE(shown.panel->selectedComponent(), -1);
}

void TestDataPanel::everyPresetLoadsAndComesBack()
{
    Shown shown;
    auto* box = shown.find<QComboBox>("preset");
    QCOMPARE(box->count(), static_cast<int>(presets().size()));
    QVERIFY(box->count() >= 13);
    for (int i = 0; i < box->count(); ++i) {
        const Session before = shown.document.session();
        const int steps = shown.document.undoStack().index();
        Q_EMIT box->activated(i);
        const auto expected = loadPreset(box->itemData(i).toString());
        QVERIFY2(expected.ok(), qPrintable(box->itemText(i)));
        QVERIFY(shown.document.session().data == expected->data);
        QCOMPARE(box->currentIndex(), i);
        QVERIFY(!shown.find<QLabel>("components.error")->isVisible());
        if (shown.document.undoStack().index() > steps) {
            shown.document.undoStack().undo();
            QVERIFY(shown.document.session().data == before.data);
            shown.document.undoStack().redo();
        }
    }
}

void TestDataPanel::presetShowsItsText()
{
    Shown shown(QStringLiteral("old-faithful"));
    auto* about = shown.find<QToolButton>("about");
    QVERIFY(about->isVisible());
    QTest::mouseClick(about, Qt::LeftButton);
    bool found = false;
    for (const QLabel* label : shown.panel->findChildren<QLabel*>())
        found = found
                || (label->isVisible()
                    && label->text().contains(
                        QString::fromStdString(shown.document.session().info.description)
                            .toHtmlEscaped()));
    QVERIFY(found);
}

void TestDataPanel::thousandsOfComponents()
{
    Shown shown;
    QVERIFY(shown.document
                .edit(QStringLiteral("many"),
                      [](Session& session) {
                          MixtureSpec many = *session.data;
                          const ComponentSpec first = many.components.front();
                          many.components.assign(4096, first);
                          for (std::size_t i = 0; i < many.components.size(); ++i)
                              many.components[i].mean[0] = static_cast<double>(i);
                          session.data = many;
                      })
                .ok());
    QCOMPARE(shown.table()->model()->rowCount(), 4096);
    shown.panel->selectComponent(4095);
    QVERIFY2(shown.table()->viewport()->rect().intersects(
                 shown.table()->visualRect(shown.table()->model()->index(4095, 2))),
             "the selected row is in view");
    QVERIFY2(shown.table()->height() < 300, "the table scrolls by itself");
}

void TestDataPanel::layersHide()
{
    Shown shown;
    for (const char* name : {"view.density.visible",
                             "view.contours.visible",
                             "view.particles.visible",
                             "view.trails.visible",
                             "view.ellipses.visible"}) {
        auto* eye = shown.find<QToolButton>(name);
        QVERIFY2(eye != nullptr, name);
        const double before = *parameterValue(shown.document.session(), name);
        QCOMPARE(eye->isChecked(), before != 0);
        QTest::mouseClick(eye, Qt::LeftButton);
        QCOMPARE(*parameterValue(shown.document.session(), name), 1 - before);
        shown.document.undoStack().undo();
        QCOMPARE(eye->isChecked(), before != 0);
    }
}

void TestDataPanel::newNoiseChangesTheSeed()
{
    Shown shown;
    const double before = shown.document.session().particles.seed;
    QTest::mouseClick(shown.find<QToolButton>("newNoise"), Qt::LeftButton);
    QVERIFY(shown.document.session().particles.seed != before);
    shown.document.undoStack().undo();
    QCOMPARE(shown.document.session().particles.seed, before);
}

void TestDataPanel::viewSectionOnlyBeyondTwoDimensions()
{
    Shown flat;
    QVERIFY(!flat.find<QWidget>("view.projection")->isVisible());
    Shown deep(QStringLiteral("iris"));
    QVERIFY(deep.find<QWidget>("view.projection")->isVisible());
    QVERIFY(deep.find<QWidget>("view.axis_x")->isEnabled());
}

/// Nothing adjustable about particles and layers is without a control.
void TestDataPanel::everyParameterHasItsControl()
{
    Shown shown;
    for (const std::string& key : parameterKeys(shown.document.session())) {
        const QString name = QString::fromStdString(key);
        const bool ofLanes = name.startsWith(QStringLiteral("view.link_"))
                             || name == QStringLiteral("view.match_noise")
                             || name.startsWith(QStringLiteral("view.match."));
        if ((name.startsWith(QStringLiteral("particles."))
             || name.startsWith(QStringLiteral("view.")))
            && !ofLanes)
            QVERIFY2(shown.find<QWidget>(key.c_str()) != nullptr, key.c_str());
    }
}

QTEST_MAIN(TestDataPanel)
#include "tst_data_panel.moc"
