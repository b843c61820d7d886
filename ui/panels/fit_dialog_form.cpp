// SPDX-License-Identifier: GPL-3.0-or-later
// The controls of the fit dialog and their layout.
#include "core/mixture/gaussian_mixture.h"
#include "ui/document/document.h"
#include "ui/panels/fit_dialog.h"
#include "ui/panels/mixture_edit.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/style.h"

#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMetaObject>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>

namespace scorefield::ui {
namespace {

constexpr double kLargestSeed =
    9007199254740991.; // 2^53 - 1: whole in a double, as in session files

ParameterDescriptor number(const QString& label,
                           ParameterType type,
                           double minimum,
                           double maximum,
                           double value,
                           Scale scale = Scale::Linear)
{
    ParameterDescriptor descriptor;
    descriptor.label = label.toStdString();
    descriptor.key = label.toLower().toStdString();
    descriptor.type = type;
    descriptor.minimum = minimum;
    descriptor.maximum = maximum;
    descriptor.defaultValue = value;
    descriptor.scale = scale;
    return descriptor;
}

} // namespace

void FitDialog::addNumber(NumberField*& field,
                          QWidget* parent,
                          const ParameterDescriptor& descriptor)
{
    field = new NumberField(parent);
    field->setDescriptor(descriptor);
    field->setNumber(descriptor.defaultValue);
    field->setFixedWidth(px(88));
    field->setAccessibleName(QString::fromStdString(descriptor.label));
    NumberField* control = field;
    connect(control, &NumberField::numberEdited, this, &FitDialog::schedule);
    connect(control, &NumberField::rejected, this, &FitDialog::showProblem);
    connect(control, &NumberField::errorCleared, this, [this] { showProblem({}); });
    connect(control,
            &NumberField::resetRequested,
            this,
            [this, control, value = descriptor.defaultValue] {
                control->setNumber(value);
                schedule();
            });
}

void FitDialog::buildForm()
{
    auto* file = new QHBoxLayout;
    file->setSpacing(px(8));
    m_path = new QLineEdit(this);
    m_path->setObjectName(QStringLiteral("path"));
    m_path->setPlaceholderText(tr("CSV or NPY file, one point per row"));
    auto* browse = new QPushButton(tr("Browse…"), this);
    browse->setAutoDefault(false);
    file->addWidget(m_path, 1);
    file->addWidget(browse);
    m_form->addRow(tr("File"), file);
    connect(browse, &QPushButton::clicked, this, &FitDialog::browse);
    connect(m_path, &QLineEdit::editingFinished, this, &FitDialog::readColumns);

    m_columns = new QListWidget(this);
    m_columns->setObjectName(QStringLiteral("columns"));
    m_columns->setFixedHeight(px(108));
    m_form->addRow(tr("Columns"), m_columns);
    connect(m_columns, &QListWidget::itemChanged, this, &FitDialog::schedule);
    m_label = new ChoiceBox(this);
    m_label->setObjectName(QStringLiteral("label"));
    m_label->addItem(tr("none"));
    m_form->addRow(tr("Label column"), m_label);
    connect(m_label, &QComboBox::activated, this, &FitDialog::schedule);

    m_method =
        new SegmentedControl({tr("Mixture (EM)"), tr("One per class"), tr("One per point")}, this);
    m_method->setObjectName(QStringLiteral("method"));
    m_method->setSegmentToolTip(
        0, tr("Expectation–maximisation with full covariances from a k-means++ start"));
    m_method->setSegmentToolTip(1, tr("The mean and covariance of each class of the label column"));
    m_method->setSegmentToolTip(
        2, tr("The smoothed data: one N(xᵢ, h² I) per point, at most %1").arg(kMaxComponents));
    m_form->addRow(tr("Model"), m_method);
    connect(m_method, &SegmentedControl::activated, this, [this] {
        showMethod();
        schedule();
    });

    addNumber(
        m_components,
        this,
        number(tr("Components"), ParameterType::Integer, 1, kMaxComponents, 3, Scale::Logarithmic));
    m_components->setObjectName(QStringLiteral("components"));
    m_form->addRow(tr("Components k"), m_components);
    addNumber(m_bandwidth,
              this,
              number(tr("Bandwidth"), ParameterType::Real, 1e-9, 1e9, 1, Scale::Logarithmic));
    m_bandwidth->setObjectName(QStringLiteral("bandwidth"));
    m_form->addRow(tr("Bandwidth h"), m_bandwidth);
    connect(m_bandwidth, &NumberField::numberEdited, this, [this] { m_bandwidthTyped = true; });
    connect(m_bandwidth, &NumberField::resetRequested, this, [this] { m_bandwidthTyped = false; });
    addNumber(m_dimension,
              this,
              number(tr("Dimensions"), ParameterType::Integer, 1, kMaxDimension, kMaxDimension));
    m_dimension->setObjectName(QStringLiteral("dimension"));
    auto* dimension = new QHBoxLayout;
    dimension->setSpacing(px(8));
    m_hint = new QLabel(this);
    m_hint->setProperty("quiet", true);
    dimension->addWidget(m_dimension);
    dimension->addWidget(m_hint, 1);
    m_form->addRow(tr("Principal axes"), dimension);
    addNumber(m_seed, this, number(tr("Seed"), ParameterType::Integer, 0, kLargestSeed, 0));
    m_seed->setObjectName(QStringLiteral("seed"));
    m_form->addRow(tr("Seed"), m_seed);
}

void FitDialog::buildFoot()
{
    auto* column = static_cast<QVBoxLayout*>(layout());
    m_busy = new QProgressBar(this);
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    QSizePolicy keep = m_busy->sizePolicy();
    keep.setRetainSizeWhenHidden(true);
    m_busy->setSizePolicy(keep);
    m_busy->hide();
    column->addWidget(m_busy);
    m_preview = new QLabel(tr("Choose a file."), this);
    m_preview->setObjectName(QStringLiteral("preview"));
    m_preview->setWordWrap(true);
    m_preview->setMinimumHeight(px(36));
    m_preview->setAlignment(Qt::AlignTop);
    column->addWidget(m_preview);
    m_problem = new QLabel(this);
    m_problem->setObjectName(QStringLiteral("problem"));
    m_problem->setProperty("problem", true);
    m_problem->setWordWrap(true);
    m_problem->hide();
    column->addWidget(m_problem);
    column->addStretch(1);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    m_ok->setText(tr("Use this mixture"));
    m_ok->setProperty("primary", true);
    m_ok->setDefault(true);
    m_ok->style()->unpolish(m_ok);
    m_ok->style()->polish(m_ok);
    m_ok->setEnabled(false);
    for (QAbstractButton* button : buttons->buttons())
        button->setIcon({});
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &FitDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &FitDialog::reject);
}

} // namespace scorefield::ui
