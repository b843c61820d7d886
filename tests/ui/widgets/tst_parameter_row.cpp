// SPDX-License-Identifier: GPL-3.0-or-later
// Real events on real rows: every parameter of the default session at both ends, gestures, errors,
// reasons.
#include "core/session/parameter_table.h"
#include "ui/document/document.h"
#include "ui/widgets/formula.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/parameter_row.h"
#include "ui/widgets/style.h"
#include "ui/widgets/value_slider.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QHelpEvent>
#include <QLabel>
#include <QTest>
#include <QToolTip>
#include <QWheelEvent>

#include <cmath>

using namespace scorefield;
using namespace scorefield::ui;

namespace {

double valueOf(const Document& document, const QString& key)
{
    const auto value = parameterValue(document.session(), key.toStdString());
    return value ? *value : std::nan("");
}

struct Shown {
    Document document;
    std::unique_ptr<ui::ParameterRow> row;

    explicit Shown(const QString& key, const std::function<void(Session&)>& change = {})
    {
        if (change) {
            Session session = document.session();
            change(session);
            document.setSession(session, {});
        }
        row = std::make_unique<ui::ParameterRow>(document, key);
        row->resize(300, row->sizeHint().height());
        row->show();
        if (!QTest::qWaitForWindowExposed(row.get()))
            qFatal("the row was not shown");
        row->activateWindow();
        QTest::qWait(20);
    }
};

void typeInto(NumberField* field, const QString& text)
{
    field->setFocus();
    field->selectAll();
    QTest::keyClicks(field, text);
    QTest::keyClick(field, Qt::Key_Return);
}

} // namespace

class TestParameterRow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void everyParameterReachesBothEnds_data();
    void everyParameterReachesBothEnds();
    void sliderDragIsOneUndoStep();
    void dragHomeLeavesNoStep();
    void keysAndWheelStep();
    void fieldTakesExpressions();
    void fieldDragIsOneUndoStep();
    void doubleClickResets();
    void garbageChangesNothing_data();
    void garbageChangesNothing();
    void errorGoesWithANewValue();
    void escapeReverts();
    void disabledControlSaysWhy();
    void choicesCarryTheirFormula();
    void targetIsAListOrANumber();
    void followsTheDocument();
    void scalesForPresentation();
};

void TestParameterRow::initTestCase()
{
    applyTheme(*qApp, render::Theme::darkTheme());
}

void TestParameterRow::everyParameterReachesBothEnds_data()
{
    QTest::addColumn<QString>("key");
    for (const std::string& key : parameterKeys(defaultSession()))
        if (key.find(".camera.")
            == std::string::npos) // the view's own: moved on the canvas, no edit of the document
            QTest::newRow(key.c_str()) << QString::fromStdString(key);
}

void TestParameterRow::everyParameterReachesBothEnds()
{
    QFETCH(QString, key);
    Document document;
    ui::ParameterRow row(document, key);
    row.resize(300, 40);
    const ParameterDescriptor descriptor = row.descriptor();
    const auto reason = whyDisabled(document.session(), key.toStdString());
    for (const double end : {descriptor.minimum, descriptor.maximum, descriptor.defaultValue}) {
        if (reason)
            break; // its own test below
        if (row.toggle() != nullptr) {
            if ((row.toggle()->isChecked() ? 1 : 0) != static_cast<int>(end))
                QTest::mouseClick(row.toggle(), Qt::LeftButton);
            QCOMPARE(row.toggle()->isChecked(), end != 0);
        } else if (row.choice() != nullptr) {
            QCOMPARE(row.choice()->count(), static_cast<int>(descriptor.choices.size()));
            const int index = static_cast<int>(end);
            row.choice()->setCurrentIndex(index);
            Q_EMIT row.choice()->activated(index);
            QCOMPARE(row.choice()->currentIndex(), index);
        } else {
            typeInto(row.field(), QString::fromStdString(descriptor.format(end)));
            QCOMPARE(row.field()->number(), end);
            if (row.slider() != nullptr) {
                QCOMPARE(row.slider()->number(), end);
                QTest::keyClick(row.slider(),
                                end == descriptor.minimum ? Qt::Key_Home : Qt::Key_End);
                QCOMPARE(valueOf(document, key),
                         end == descriptor.minimum ? descriptor.minimum : descriptor.maximum);
                document.setValue(key, end).ok();
            }
        }
        QVERIFY2(row.errorText().isEmpty(), qPrintable(row.errorText()));
        QCOMPARE(valueOf(document, key), end);
    }
    QWidget* control = row.findChild<QWidget*>(key);
    QVERIFY2(control != nullptr, "a control's objectName is its key");
    QVERIFY(!control->accessibleName().isEmpty());
    QVERIFY(control->toolTip().contains(key));
}

void TestParameterRow::sliderDragIsOneUndoStep()
{
    Shown shown(QStringLiteral("particles.count"));
    ValueSlider* slider = shown.row->slider();
    const QPoint from = slider->handlePosition(5000);
    QTest::mousePress(slider, Qt::LeftButton, {}, from);
    QCOMPARE(valueOf(shown.document, QStringLiteral("particles.count")),
             5000.); // taking the handle moves nothing
    int seen = 0;
    double last = 5000;
    for (int dx = 1; dx <= 30; ++dx) {
        QTest::mouseMove(slider, from + QPoint(dx, 0));
        const double now = valueOf(shown.document, QStringLiteral("particles.count"));
        seen += now != last ? 1 : 0;
        last = now;
    }
    QTest::mouseRelease(slider, Qt::LeftButton, {}, from + QPoint(30, 0));
    QVERIFY2(seen > 5, "the document follows the drag");
    QVERIFY(last > 5000);
    QCOMPARE(shown.document.undoStack().count(), 1);
    QCOMPARE(shown.row->field()->number(), last);
    shown.document.undoStack().undo();
    QCOMPARE(valueOf(shown.document, QStringLiteral("particles.count")), 5000.);
    QCOMPARE(slider->number(), 5000.);
}

void TestParameterRow::dragHomeLeavesNoStep()
{
    Shown shown(QStringLiteral("view.density.opacity"));
    ValueSlider* slider = shown.row->slider();
    const double before = slider->number();
    const QPoint from = slider->handlePosition(before);
    QTest::mousePress(slider, Qt::LeftButton, {}, from);
    QTest::mouseMove(slider, from + QPoint(20, 0));
    QVERIFY(slider->number() != before);
    QTest::mouseMove(slider, from);
    QTest::mouseRelease(slider, Qt::LeftButton, {}, from);
    QCOMPARE(slider->number(), before);
    QCOMPARE(shown.document.undoStack().count(), 0);
}

void TestParameterRow::keysAndWheelStep()
{
    Shown shown(QStringLiteral("view.density.opacity"));
    ValueSlider* slider = shown.row->slider();
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_Right);
    QCOMPARE(slider->number(), .71);
    QTest::keyClick(slider, Qt::Key_PageDown);
    QCOMPARE(slider->number(), .61);
    slider->clearFocus();
    const auto turn = [](QWidget* widget, int delta) {
        const QPointF at = widget->rect().center();
        QWheelEvent event(at,
                          widget->mapToGlobal(at),
                          {},
                          {0, delta},
                          Qt::NoButton,
                          Qt::NoModifier,
                          Qt::NoScrollPhase,
                          false);
        QApplication::sendEvent(widget, &event);
    };
    turn(slider, 120); // no focus and the pointer has not come here: the panel scrolls
    QCOMPARE(slider->number(), .61);
    QTest::mouseMove(slider, slider->rect().center());
    QTest::mouseMove(slider, slider->rect().center() + QPoint(1, 0));
    turn(slider, 120);
    QCOMPARE(slider->number(), .62);
    turn(slider, 60); // high-resolution wheels send parts of a notch
    QCOMPARE(slider->number(), .62);
    turn(slider, 60);
    QCOMPARE(slider->number(), .63);
    NumberField* field = shown.row->field();
    field->setFocus();
    turn(field, -120);
    QCOMPARE(field->number(), .62);
    QTest::keyClick(field, Qt::Key_Up);
    QCOMPARE(valueOf(shown.document, QStringLiteral("view.density.opacity")), .63);
}

void TestParameterRow::fieldTakesExpressions()
{
    Shown shown(QStringLiteral("lanes.0.eta"),
                [](Session& session) { session.lanes[0].sampler.kind = "euler-maruyama"; });
    typeInto(shown.row->field(), QStringLiteral("sqrt(2)"));
    QCOMPARE(shown.document.session().lanes[0].eta, std::sqrt(2.));
    QVERIFY(shown.row->errorText().isEmpty());
    typeInto(shown.row->field(), QStringLiteral("1e-3"));
    QCOMPARE(shown.document.session().lanes[0].eta, 1e-3);
}

void TestParameterRow::fieldDragIsOneUndoStep()
{
    Shown shown(QStringLiteral("view.density.opacity"));
    NumberField* field = shown.row->field();
    field->clearFocus();
    const QPoint from = field->rect().center();
    QTest::mousePress(field, Qt::LeftButton, {}, from);
    for (int dx = 1; dx <= 40; ++dx)
        QTest::mouseMove(field, from + QPoint(dx, 0));
    QTest::mouseRelease(field, Qt::LeftButton, {}, from + QPoint(40, 0));
    // 200 px cross the range: 40 px are a fifth, less what decides that it is a drag, rounded to a
    // pixel's worth.
    QVERIFY2(std::abs(field->number() - .9) < .03, qPrintable(QString::number(field->number())));
    QCOMPARE(shown.document.undoStack().count(), 1);
}

void TestParameterRow::doubleClickResets()
{
    Shown shown(QStringLiteral("view.density.opacity"));
    shown.document.setValue(QStringLiteral("view.density.opacity"), .2).ok();
    QCOMPARE(shown.row->field()->number(), .2);
    QTest::mouseDClick(shown.row->field(), Qt::LeftButton);
    QCOMPARE(shown.document.session().view.density.opacity, .7);
    QCOMPARE(shown.row->field()->number(), .7);
}

void TestParameterRow::garbageChangesNothing_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("words") << QStringLiteral("a lot");
    QTest::newRow("above the range") << QStringLiteral("1.5");
    QTest::newRow("below the range") << QStringLiteral("-1");
    QTest::newRow("not finite") << QStringLiteral("1/0");
    QTest::newRow("empty") << QStringLiteral(" ");
}

void TestParameterRow::garbageChangesNothing()
{
    QFETCH(QString, text);
    Shown shown(QStringLiteral("view.density.opacity"));
    typeInto(shown.row->field(), text);
    QCOMPARE(shown.document.session().view.density.opacity, .7);
    QCOMPARE(shown.document.undoStack().count(), 0);
    QVERIFY(!shown.row->errorText().isEmpty());
    QVERIFY(shown.row->field()->hasError());
    QCOMPARE(shown.row->field()->text(), text); // what was typed is not thrown away
    QTest::keyClick(shown.row->field(), Qt::Key_Escape);
    QVERIFY(shown.row->errorText().isEmpty());
    QVERIFY(!shown.row->field()->hasError());
    QCOMPARE(shown.row->field()->text().toDouble(), .7);
}

void TestParameterRow::errorGoesWithANewValue()
{
    Shown shown(QStringLiteral("view.density.opacity"));
    typeInto(shown.row->field(), QStringLiteral("7"));
    QVERIFY(!shown.row->errorText().isEmpty());
    shown.document.setValue(QStringLiteral("view.density.opacity"), .3).ok();
    QVERIFY(shown.row->errorText().isEmpty());
    QCOMPARE(shown.row->field()->number(), .3);
}

void TestParameterRow::escapeReverts()
{
    Shown shown(QStringLiteral("view.density.opacity"));
    NumberField* field = shown.row->field();
    field->setFocus();
    QTest::keyClicks(field, QStringLiteral("0.1"));
    QTest::keyClick(field, Qt::Key_Escape);
    QCOMPARE(field->text(), QStringLiteral("0.7"));
    QCOMPARE(shown.document.session().view.density.opacity, .7);
}

void TestParameterRow::disabledControlSaysWhy()
{
    const QString key = QStringLiteral("lanes.0.eta");
    Shown shown(key, [](Session& session) { session.lanes[0].sampler.kind = "heun"; });
    const auto reason = whyDisabled(shown.document.session(), key.toStdString());
    QVERIFY(reason.has_value());
    QVERIFY(!shown.row->field()->isEnabled());
    QVERIFY(!shown.row->slider()->isEnabled());
    const QString sentence = formulaHtml(QString::fromStdString(*reason));
    QVERIFY2(shown.row->slider()->toolTip().contains(sentence),
             qPrintable(shown.row->slider()->toolTip()));
    QHelpEvent ask(QEvent::ToolTip,
                   shown.row->slider()->rect().center(),
                   shown.row->slider()->mapToGlobal(shown.row->slider()->rect().center()));
    QApplication::sendEvent(shown.row->slider(), &ask);
    QTRY_VERIFY(QToolTip::isVisible());
    QVERIFY(QToolTip::text().contains(sentence));
    shown.document.setValue(QStringLiteral("lanes.0.sampler.kind"), 1).ok();
    QCOMPARE(shown.row->field()->isEnabled(),
             !whyDisabled(shown.document.session(), key.toStdString()).has_value());
}

void TestParameterRow::choicesCarryTheirFormula()
{
    Shown shown(QStringLiteral("lanes.0.process.kind"));
    QComboBox* box = shown.row->choice();
    for (int i = 0; i < box->count(); ++i) {
        const ChoiceItem& item = shown.row->descriptor().choices[static_cast<std::size_t>(i)];
        QCOMPARE(box->itemText(i), QString::fromStdString(item.label));
        QVERIFY2(!item.help.empty(), item.id.c_str());
        QVERIFY(box->itemData(i, Qt::ToolTipRole)
                    .toString()
                    .contains(formulaHtml(QString::fromStdString(item.help))));
    }
}

void TestParameterRow::targetIsAListOrANumber()
{
    const QString key = QStringLiteral("lanes.0.guidance.target");
    Shown shown(QStringLiteral("lanes.0.guidance.kind"));
    QVERIFY(shown.document.setValue(QStringLiteral("lanes.0.guidance.kind"), 1).ok());
    ui::ParameterRow row(shown.document, key);
    QVERIFY(row.choice() != nullptr);
    QVERIFY2(!row.choice()->itemIcon(0).isNull(), "a class shows its colour");
    const auto classes = [&](int count) {
        return shown.document.edit(QStringLiteral("classes"), [&](Session& session) {
            MixtureSpec mixture = *session.data;
            const ComponentSpec first = mixture.components.front();
            mixture.classNames.clear();
            mixture.components.assign(static_cast<std::size_t>(count), first);
            for (int i = 0; i < count; ++i)
                mixture.components[static_cast<std::size_t>(i)].classLabel = i;
            session.data = mixture;
        });
    };
    QVERIFY(classes(4000).ok());
    QVERIFY(row.field() != nullptr);
    QVERIFY(row.choice() == nullptr);
    typeInto(row.field(), QStringLiteral("1234"));
    QCOMPARE(valueOf(shown.document, key), 1234.);
    shown.document.undoStack().undo();
    QVERIFY(classes(2).ok());
    QVERIFY(row.choice() != nullptr);
    QCOMPARE(row.choice()->count(), 2);
}

void TestParameterRow::followsTheDocument()
{
    Shown shown(QStringLiteral("particles.count"));
    shown.document.setValue(QStringLiteral("particles.count"), 250).ok();
    QCOMPARE(shown.row->field()->number(), 250.);
    QCOMPARE(shown.row->slider()->number(), 250.);
    QCOMPARE(shown.document.undoStack().count(), 1); // showing a value is no edit
}

void TestParameterRow::scalesForPresentation()
{
    Shown shown(QStringLiteral("particles.count"));
    const int before = shown.row->field()->sizeHint().width();
    applyTheme(*qApp, render::Theme::lightTheme(), kPresentationScale);
    QCOMPARE(shown.row->field()->sizeHint().width(),
             static_cast<int>(std::lround(before * kPresentationScale)));
    applyTheme(*qApp, render::Theme::darkTheme());
    QCOMPARE(shown.row->field()->sizeHint().width(), before);
}

QTEST_MAIN(TestParameterRow)
#include "tst_parameter_row.moc"
