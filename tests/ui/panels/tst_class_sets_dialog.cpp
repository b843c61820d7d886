// SPDX-License-Identifier: GPL-3.0-or-later
// Sets of classes by real events: from the data panel to the guidance target, and back by undo.
#include "ui/document/document.h"
#include "ui/panels/class_sets_dialog.h"
#include "ui/panels/data_panel.h"
#include "ui/widgets/parameter_row.h"
#include "ui/widgets/style.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPointer>
#include <QPushButton>
#include <QStyleOptionViewItem>
#include <QTest>
#include <QToolButton>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

const QString kTarget = QStringLiteral("lanes.0.guidance.target");

struct Shown {
    Document document;
    DataPanel panel{document};
    QPointer<ClassSetsDialog> dialog;

    Shown()
    {
        panel.resize(280, 900);
        panel.show();
        if (!QTest::qWaitForWindowExposed(&panel))
            qFatal("the panel was not shown");
        QTest::mouseClick(panel.findChild<QToolButton*>(QStringLiteral("classSets")),
                          Qt::LeftButton);
        dialog = panel.findChild<ClassSetsDialog*>();
        if (dialog == nullptr || !QTest::qWaitForWindowExposed(dialog))
            qFatal("the dialog was not shown");
        dialog->activateWindow();
        QTest::qWait(20);
    }

    const std::vector<ClassSet>& sets() const { return document.session().data->sets; }
    template <class Widget>
    Widget* find(const QString& name) const
    {
        return dialog->findChild<Widget*>(name);
    }
    void click(const QString& name)
    {
        QTest::mouseClick(dialog->findChild<QAbstractButton*>(name), Qt::LeftButton);
        QTest::qWait(20);
    }
    void clickClass(int set, int label)
    {
        auto* list = find<QListWidget>(QStringLiteral("sets.%1.classes").arg(set));
        QStyleOptionViewItem option;
        option.initFrom(list);
        option.rect = list->visualItemRect(list->item(label));
        option.features = QStyleOptionViewItem::HasCheckIndicator;
        const QRect box =
            list->style()->subElementRect(QStyle::SE_ItemViewItemCheckIndicator, &option, list);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, box.center());
    }
    void name(int set, const QString& text)
    {
        auto* edit = find<QLineEdit>(QStringLiteral("sets.%1.name").arg(set));
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, text);
        QTest::keyClick(edit, Qt::Key_Return);
    }
};

} // namespace

class TestClassSetsDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, render::Theme::darkTheme()); }

    void makesSets()
    {
        Shown shown;
        QVERIFY(shown.sets().empty());
        shown.click(QStringLiteral("sets.add"));
        QCOMPARE(shown.sets().size(), std::size_t{1});
        QCOMPARE(shown.sets()[0].classes, std::vector<int>{0});
        shown.clickClass(0, 2);
        QCOMPARE(shown.sets()[0].classes, (std::vector<int>{0, 2}));
        shown.name(0, QStringLiteral("outer"));
        QCOMPARE(shown.sets()[0].name, std::string("outer"));
        QVERIFY(shown.dialog->isVisible()); // Return ended the name only
        // It is a target at once, with its name.
        ParameterRow row(shown.document, kTarget);
        auto* box = row.findChild<QComboBox*>(kTarget);
        QCOMPARE(box->itemText(box->count() - 1), QStringLiteral("outer"));
        QVERIFY(!box->itemIcon(box->count() - 1).isNull());
        QVERIFY(shown.document.setValue(kTarget, box->count() - 1).ok());
        QCOMPARE(shown.document.session().lanes[0].guidance.values.at("target"),
                 double{kFirstSetTarget});
        while (shown.document.undoStack().canUndo())
            shown.document.undoStack().undo();
        QVERIFY(shown.sets().empty());
        QVERIFY(shown.find<QLineEdit>(QStringLiteral("sets.0.name")) == nullptr);
    }

    void refusesWhatIsNoSet()
    {
        Shown shown;
        shown.click(QStringLiteral("sets.add"));
        shown.click(QStringLiteral("sets.add"));
        auto* problem = shown.find<QLabel>(QStringLiteral("sets.error"));
        QVERIFY(!problem->isVisible());
        shown.clickClass(0, 0); // its last class
        QVERIFY(problem->isVisible());
        QCOMPARE(shown.sets()[0].classes, std::vector<int>{0});
        shown.name(0, QStringLiteral("set 2"));
        QVERIFY(problem->text().contains(QStringLiteral("set 2")));
        QCOMPARE(shown.sets()[0].name, std::string("set 1"));
        shown.name(0, QStringLiteral("other"));
        QVERIFY(!problem->isVisible());
        QCOMPARE(shown.sets()[0].name, std::string("other"));
    }

    void deletedSetsLoseTheirFollowers()
    {
        Shown shown;
        for (int i = 0; i < 3; ++i)
            shown.click(QStringLiteral("sets.add"));
        shown.clickClass(1, 1);
        shown.clickClass(1, 0); // the second is class 1 alone
        const int classes = shown.document.session().data->classCount();
        QVERIFY(shown.document.setValue(kTarget, classes + 1).ok());
        QVERIFY(
            shown.document.setValue(QStringLiteral("lanes.1.guidance.target"), classes + 2).ok());
        shown.click(QStringLiteral("sets.1.delete"));
        QCOMPARE(shown.sets().size(), std::size_t{2});
        const auto target = [&](std::size_t lane) {
            return shown.document.session().lanes[lane].guidance.values.at("target");
        };
        QCOMPARE(target(0), 1.0);                   // its first class
        QCOMPARE(target(1), kFirstSetTarget + 1.0); // the same set, one place up
        QCOMPARE(shown.sets()[1].name, std::string("set 3"));
        shown.document.undoStack().undo();
        QCOMPARE(target(0), kFirstSetTarget + 1.0);
        QCOMPARE(shown.sets().size(), std::size_t{3});
    }
};

QTEST_MAIN(TestClassSetsDialog)
#include "tst_class_sets_dialog.moc"
