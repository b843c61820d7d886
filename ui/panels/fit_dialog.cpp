// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/fit_dialog.h"

#include "core/mixture/gaussian_mixture.h"
#include "ui/document/document.h"
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

constexpr int kTypingPauseMs = 200;

} // namespace

FitDialog::FitDialog(Document& document, QWidget* parent) : QDialog(parent), m_document(document)
{
    setObjectName(QStringLiteral("fitDialog"));
    setWindowTitle(tr("Fit data"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(20), px(16), px(20), px(16));
    column->setSpacing(px(12));
    m_form = new QFormLayout;
    m_form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    m_form->setHorizontalSpacing(px(16));
    m_form->setVerticalSpacing(px(8));
    column->addLayout(m_form);
    buildForm();
    buildFoot();
    m_delay.setSingleShot(true);
    m_delay.setInterval(kTypingPauseMs);
    connect(&m_delay, &QTimer::timeout, this, &FitDialog::start);
    showMethod();
    setMinimumWidth(px(460));
}

FitDialog::~FitDialog()
{
    cancel();
}

void FitDialog::browse()
{
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Choose data"), m_path->text(), tr("Tables (*.csv *.npy);;All files (*)"));
    if (!path.isEmpty())
        setFile(path);
}

void FitDialog::setFile(const QString& path)
{
    m_path->setText(path);
    readColumns();
}

void FitDialog::readColumns()
{
    const QString path = m_path->text();
    if (path.isEmpty() || path == m_path->property("read").toString())
        return;
    m_path->setProperty("read", path);
    cancel();
    m_report.reset();
    m_ok->setEnabled(false);
    m_bandwidthTyped = false;
    const QSignalBlocker noItem(m_columns);
    m_columns->clear();
    m_label->clear();
    m_label->addItem(tr("none"));
    const auto columns = fileColumns(std::filesystem::path(path.toStdU16String()));
    if (!columns)
        return showProblem(QString::fromStdString(columns.error().sentence()));
    for (const QString& name : columns->names) {
        auto* item = new QListWidgetItem(name, m_columns);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(Qt::Checked);
    }
    m_label->addItems(columns->names);
    m_label->setCurrentIndex(columns->label + 1);
    m_method->setCurrentIndex(columns->label >= 0 ? 1 : 0);
    const int count = static_cast<int>(columns->names.size()) - (columns->label >= 0 ? 1 : 0);
    m_dimension->setNumber(std::clamp(count, 1, kMaxDimension));
    showMethod();
    schedule();
}

void FitDialog::showMethod()
{
    const auto method = static_cast<FitMethod>(m_method->currentIndex());
    const auto show = [this](QWidget* field, bool visible) {
        field->setVisible(visible);
        m_form->labelForField(field)->setVisible(visible);
    };
    show(m_components, method == FitMethod::Mixture);
    show(m_seed, method == FitMethod::Mixture);
    show(m_bandwidth, method == FitMethod::Points);
}

FitRequest FitDialog::request() const
{
    FitRequest request;
    request.path = std::filesystem::path(m_path->text().toStdU16String());
    const int label = m_label->currentIndex() - 1;
    int used = 0;
    for (int i = 0; i < m_columns->count(); ++i) {
        if (i == label || m_columns->item(i)->checkState() != Qt::Checked)
            continue;
        request.columns.push_back(m_columns->item(i)->text().toStdString());
        ++used;
    }
    if (label >= 0)
        request.label = m_columns->item(label)->text().toStdString();
    request.method = static_cast<FitMethod>(m_method->currentIndex());
    request.components = static_cast<int>(m_components->number());
    request.bandwidth = m_bandwidthTyped ? m_bandwidth->number() : 0;
    const int dimension = static_cast<int>(m_dimension->number());
    request.dimension = dimension < used ? dimension : 0;
    request.seed = static_cast<std::uint64_t>(m_seed->number());
    return request;
}

void FitDialog::schedule()
{
    cancel();
    m_ok->setEnabled(false);
    m_delay.start();
}

void FitDialog::start()
{
    const FitRequest asked = request();
    if (m_columns->count() == 0)
        return;
    if (asked.columns.empty())
        return showProblem(tr("Choose at least one column."));
    showProblem({});
    m_ran = asked;
    const int serial = ++m_serial;
    m_running = true;
    m_busy->show();
    m_worker = std::jthread([this, asked, serial](std::stop_token stop) {
        Result<FitReport> result = runFit(asked, stop);
        // The dialog joins this thread before it dies, and drops what a newer run has made
        // obsolete.
        QMetaObject::invokeMethod(
            this,
            [this, serial, result = std::move(result)] { finished(serial, result); },
            Qt::QueuedConnection);
    });
}

void FitDialog::cancel()
{
    m_delay.stop();
    ++m_serial;
    if (m_worker.joinable()) {
        m_worker.request_stop();
        m_worker.join(); // the fit looks at its token in every iteration
    }
    m_running = false;
    if (m_busy != nullptr)
        m_busy->hide();
}

void FitDialog::finished(int serial, Result<FitReport> result)
{
    if (serial != m_serial)
        return;
    m_running = false;
    m_busy->hide();
    m_report.reset();
    if (!result) {
        m_preview->clear();
        showProblem(QString::fromStdString(result.error().sentence()));
    } else {
        if (!m_bandwidthTyped) {
            const QSignalBlocker blocker(m_bandwidth);
            m_bandwidth->setNumber(result->silverman);
        }
        m_hint->setText(m_ran.dimension > 0 ? tr("of %1, %2 % of the variance")
                                                  .arg(result->columns)
                                                  .arg(100 * result->keptVariance, 0, 'f', 1)
                                            : tr("of %1: not projected").arg(result->columns));
        m_preview->setText(reportText(*result));
        m_report = std::make_unique<FitReport>(std::move(*result));
    }
    m_ok->setEnabled(m_report != nullptr);
    Q_EMIT fitted();
}

QString FitDialog::reportText(const FitReport& report) const
{
    QString text = tr("%1 points, %2 columns.").arg(report.points).arg(report.columns);
    const auto components = report.mixture.components.size();
    if (m_ran.method == FitMethod::Points)
        return text
               + tr(" One component per point; Silverman's bandwidth is %1.")
                     .arg(numberText(report.silverman));
    if (m_ran.method == FitMethod::Classes)
        return text + tr(" %1 classes, one Gaussian each.").arg(components);
    text += tr(" %1: log-likelihood %2 after %3 iterations.")
                .arg(components == 1 ? tr("1 component") : tr("%1 components").arg(components))
                .arg(numberText(report.logLikelihood, 9))
                .arg(report.iterations);
    return report.converged ? text : text + tr(" Not converged.");
}

void FitDialog::showProblem(const QString& sentence)
{
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
}

void FitDialog::accept()
{
    if (m_report == nullptr)
        return;
    SessionInfo info;
    const QString name = QFileInfo(m_path->text()).fileName();
    info.title = QFileInfo(name).completeBaseName().toStdString();
    info.description = reportText(*m_report).toStdString();
    info.source = name.toStdString();
    const Status status = m_document.edit(tr("Fit “%1”").arg(name), [&](Session& session) {
        replaceData(session, m_report->mixture, info);
    });
    if (!status)
        return showProblem(QString::fromStdString(status.error().sentence()));
    QDialog::accept();
}

} // namespace scorefield::ui
