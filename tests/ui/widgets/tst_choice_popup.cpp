// SPDX-License-Identifier: GPL-3.0-or-later
// The list of a long choice: searched by typing, walked with the arrows, grouped by family.
#include "core/process/forward_process.h"
#include "core/sampler/stepper.h"
#include "core/session/parameter_table.h"
#include "ui/document/document.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/choice_popup.h"
#include "ui/widgets/parameter_row.h"
#include "ui/widgets/style.h"

#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QTest>

#include <set>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

struct Shown {
    Document document;
    ui::ParameterRow row;

    explicit Shown(const char* key = "lanes.0.sampler.kind") : row(document, QLatin1String(key))
    {
        row.resize(300, 30);
        row.show();
        if (!QTest::qWaitForWindowExposed(&row))
            qFatal("the row was not shown");
        row.activateWindow();
        QTest::qWait(20);
    }

    /// Opened as by hand.
    ChoicePopup* open()
    {
        QTest::mouseClick(row.choice(), Qt::LeftButton, {}, {12, row.choice()->height() / 2});
        auto* popup = row.findChild<ChoicePopup*>();
        return popup != nullptr && QTest::qWaitForWindowExposed(popup) ? popup : nullptr;
    }
    static QLineEdit* search(ChoicePopup* popup) { return popup->findChild<QLineEdit*>(); }
    std::string sampler() const { return document.session().lanes[0].sampler.kind; }
};

int indexOf(const std::string& id)
{
    for (std::size_t i = 0; i < samplerKinds().size(); ++i)
        if (samplerKinds()[i].info.id == id)
            return static_cast<int>(i);
    return -1;
}

} // namespace

class TestChoicePopup : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, render::Theme::darkTheme()); }
    void everyVariantIsListedOnce_data();
    void everyVariantIsListedOnce();
    void familiesStandTogether();
    void rowsSayOrderAndCost();
    void typingSearches();
    void arrowsAndEnterChoose();
    void escapeChangesNothing();
    void aClickChooses();
    void shortListsHaveNoSearch();
};

void TestChoicePopup::everyVariantIsListedOnce_data()
{
    QTest::addColumn<QString>("key");
    QTest::newRow("process") << QStringLiteral("lanes.0.process.kind");
    QTest::newRow("grid") << QStringLiteral("lanes.0.grid.kind");
    QTest::newRow("sampler") << QStringLiteral("lanes.0.sampler.kind");
}

void TestChoicePopup::everyVariantIsListedOnce()
{
    QFETCH(QString, key);
    Shown shown(key.toUtf8().constData());
    const auto row = describe(shown.document.session(), key.toStdString());
    QVERIFY(row.ok());
    ChoicePopup* popup = shown.open();
    QVERIFY(popup);
    QStringList expected, listed = popup->shownLabels();
    for (const ChoiceItem& item : row->choices) {
        expected += QString::fromStdString(item.label);
        QVERIFY2(!item.group.empty(), item.id.c_str());
        QVERIFY2(!item.facts.empty(), item.id.c_str());
    }
    expected.sort();
    listed.sort();
    QCOMPARE(listed, expected);
    QCOMPARE(popup->currentChoice(), shown.row.choice()->currentIndex());
}

void TestChoicePopup::familiesStandTogether()
{
    Shown shown;
    ChoicePopup* popup = shown.open();
    QVERIFY(popup);
    const auto* list = popup->findChild<QListWidget*>();
    QSet<QString> headings;
    for (int i = 0; i < list->count(); ++i) {
        const QListWidgetItem* item = list->item(i);
        if (item->flags() != Qt::NoItemFlags)
            continue;
        QVERIFY2(!headings.contains(item->text()), qPrintable(item->text()));
        headings += item->text();
    }
    std::set<std::string> groups;
    for (const SamplerKind& kind : samplerKinds())
        groups.insert(kind.info.group);
    QCOMPARE(static_cast<std::size_t>(headings.size()), groups.size());
}

void TestChoicePopup::rowsSayOrderAndCost()
{
    const auto row = describe(Document().session(), "lanes.0.sampler.kind");
    QVERIFY(row.ok());
    const auto factsOf = [&](const char* id) {
        return QString::fromStdString(row->choices[static_cast<std::size_t>(indexOf(id))].facts);
    };
    QCOMPARE(factsOf("heun"), QStringLiteral("order 2 · 2 evaluations · deterministic"));
    QCOMPARE(factsOf("ddim"), QStringLiteral("order 1 · 1 evaluation · η"));
    QVERIFY2(factsOf("rk45").contains(QStringLiteral("adaptive")), qPrintable(factsOf("rk45")));
}

void TestChoicePopup::typingSearches()
{
    Shown shown;
    ChoicePopup* popup = shown.open();
    QVERIFY(popup);
    const qsizetype all = popup->shownLabels().size();
    QTest::keyClicks(Shown::search(popup), QStringLiteral("unipc"));
    QCOMPARE(popup->currentChoice(), indexOf("unipc"));
    QVERIFY(popup->shownLabels().size() < all);
    Shown::search(popup)->clear();
    QTest::keyClicks(Shown::search(popup), QStringLiteral("adaptive"));
    QVERIFY2(popup->shownLabels().size() >= 2, "facts are searched too");
    Shown::search(popup)->clear();
    QTest::keyClicks(Shown::search(popup), QStringLiteral("nothing is called this"));
    QVERIFY(popup->shownLabels().isEmpty());
    QCOMPARE(popup->currentChoice(), -1);
    const std::string before = shown.sampler();
    QTest::keyClick(Shown::search(popup), Qt::Key_Return);
    QCOMPARE(shown.sampler(), before);
}

void TestChoicePopup::arrowsAndEnterChoose()
{
    Shown shown;
    ChoicePopup* popup = shown.open();
    QVERIFY(popup);
    QTest::keyClicks(Shown::search(popup), QStringLiteral("dpm"));
    const int first = popup->currentChoice();
    QTest::keyClick(Shown::search(popup), Qt::Key_Down);
    const int second = popup->currentChoice();
    QVERIFY(second != first && second >= 0);
    QTest::keyClick(Shown::search(popup), Qt::Key_Up);
    QCOMPARE(popup->currentChoice(), first);
    QTest::keyClick(Shown::search(popup), Qt::Key_Down);
    QTest::keyClick(Shown::search(popup), Qt::Key_Return);
    QCOMPARE(shown.sampler(), samplerKinds()[static_cast<std::size_t>(second)].info.id);
    QCOMPARE(shown.row.choice()->currentIndex(), second);
    QCOMPARE(shown.document.undoStack().count(), 1);
}

void TestChoicePopup::escapeChangesNothing()
{
    Shown shown;
    ChoicePopup* popup = shown.open();
    QVERIFY(popup);
    const std::string before = shown.sampler();
    QTest::keyClicks(Shown::search(popup), QStringLiteral("euler"));
    QTest::keyClick(Shown::search(popup), Qt::Key_Escape);
    QTRY_VERIFY(shown.row.findChild<ChoicePopup*>() == nullptr);
    QCOMPARE(shown.sampler(), before);
    QCOMPARE(shown.document.undoStack().count(), 0);
}

void TestChoicePopup::aClickChooses()
{
    Shown shown;
    ChoicePopup* popup = shown.open();
    QVERIFY(popup);
    QTest::keyClicks(Shown::search(popup), QStringLiteral("rk4"));
    auto* list = popup->findChild<QListWidget*>();
    const QRect place = list->visualItemRect(list->currentItem());
    const int wanted = popup->currentChoice();
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, place.center());
    QCOMPARE(shown.sampler(), samplerKinds()[static_cast<std::size_t>(wanted)].info.id);
}

void TestChoicePopup::shortListsHaveNoSearch()
{
    Shown shown("lanes.0.prior");
    const auto* box = qobject_cast<const ChoiceBox*>(shown.row.choice());
    QVERIFY(box);
    QVERIFY(box->count() <= 7);
    QVERIFY(!box->isSearchable());
}

QTEST_MAIN(TestChoicePopup)
#include "tst_choice_popup.moc"
