// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/data_panel.h"

#include "ui/document/document.h"
#include "ui/document/presets.h"
#include "ui/panels/component_delegate.h"
#include "ui/panels/component_model.h"
#include "ui/panels/fit_dialog.h"
#include "ui/panels/panel_column.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/section.h"
#include "ui/widgets/style.h"

#include <QApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace scorefield::ui {
namespace {

constexpr int kShownRows = 8; // then the table scrolls by itself
constexpr double kRowHeight = 26, kHeaderHeight = 24;

QString paragraph(const QString& text)
{
    return text.isEmpty() ? QString()
                          : QStringLiteral("<p style='margin:0 0 6px 0'>%1</p>").arg(text);
}

QString html(const std::string& text)
{
    return QString::fromStdString(text).toHtmlEscaped();
}

} // namespace

DataPanel::DataPanel(Document& document, QWidget* parent) : QWidget(parent), m_document(document)
{
    QVBoxLayout* column = makePanelColumn(this);
    buildData(column);
    buildComponents(column);
    buildParticles(column);
    buildLayers(column);
    buildView(column);
    column->addStretch(1);
    setMinimumWidth(px(248));
    connect(&m_document, &Document::sessionChanged, this, &DataPanel::refresh);
    Changes all;
    all.anything = all.data = all.info = true;
    refresh(all);
}

DataPanel::~DataPanel() = default;

void DataPanel::buildData(QVBoxLayout* column)
{
    auto* section = new Section(tr("Data"), false, this);
    column->addWidget(section);
    auto* line = new QHBoxLayout;
    line->setSpacing(px(8));
    m_preset = new ChoiceBox(this);
    m_preset->setObjectName(QStringLiteral("preset"));
    m_preset->setAccessibleName(tr("Preset"));
    m_preset->setToolTip(tr("A ready session: data, lanes and view. Undo brings yours back."));
    for (const Preset& preset : presets())
        m_preset->addItem(preset.title, preset.id);
    line->addWidget(m_preset, 1);
    section->rows()->addLayout(line);
    connect(m_preset, &QComboBox::activated, this, &DataPanel::loadPreset);

    m_about = new QToolButton(this);
    m_about->setObjectName(QStringLiteral("about"));
    m_about->setText(tr("About these data"));
    m_about->setProperty("link", true);
    m_about->setCheckable(true);
    m_about->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_about->setArrowType(Qt::RightArrow);
    m_about->setFocusPolicy(Qt::StrongFocus);
    section->rows()->addWidget(m_about);
    m_description = new QLabel(this);
    m_description->setProperty("quiet", true);
    m_description->setWordWrap(true);
    m_description->setTextFormat(Qt::RichText);
    m_description->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_description->hide();
    section->rows()->addWidget(m_description);
    connect(m_about, &QToolButton::toggled, this, [this](bool shown) {
        m_description->setVisible(shown);
        m_about->setArrowType(shown ? Qt::DownArrow : Qt::RightArrow);
    });
}

void DataPanel::buildComponents(QVBoxLayout* column)
{
    auto* section = new Section(tr("Components"), false, this);
    column->addWidget(section);
    m_duplicate =
        new IconButton(QStringLiteral("duplicate"), tr("Duplicate component (Ctrl+D)"), this);
    m_delete = new IconButton(QStringLiteral("delete"), tr("Delete component (Del)"), this);
    m_duplicate->setObjectName(QStringLiteral("duplicate"));
    m_delete->setObjectName(QStringLiteral("delete"));
    section->header()->addAction(m_duplicate);
    section->header()->addAction(m_delete);
    connect(m_duplicate, &QToolButton::clicked, this, &DataPanel::duplicateComponent);
    connect(m_delete, &QToolButton::clicked, this, &DataPanel::deleteComponent);

    m_model = new ComponentModel(m_document, this);
    m_table = new QTableView(this);
    m_table->setObjectName(QStringLiteral("components"));
    m_table->setAccessibleName(tr("Components of the mixture"));
    m_table->setModel(m_model);
    auto* delegate = new ComponentDelegate(m_table);
    m_table->setItemDelegate(delegate);
    m_table->setShowGrid(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false); // Tab leaves the table; arrows move inside
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->horizontalHeader()->setSectionResizeMode(ComponentModel::Spread, QHeaderView::Stretch);
    m_table->installEventFilter(this);
    section->rows()->addWidget(m_table);
    connect(m_table->selectionModel(),
            &QItemSelectionModel::currentRowChanged,
            this,
            [this](const QModelIndex& current) {
                Q_EMIT componentSelected(current.isValid() ? current.row() : -1);
            });
    connect(m_table, &QTableView::clicked, this, [this](const QModelIndex& cell) {
        if (cell.column() == ComponentModel::Class)
            chooseClass(cell.row(),
                        m_table->viewport()->mapToGlobal(m_table->visualRect(cell).bottomLeft()));
    });
    connect(m_model, &ComponentModel::rejected, this, &DataPanel::showError);
    connect(delegate, &ComponentDelegate::judged, this, &DataPanel::showError);

    m_tableError = new QLabel(this);
    m_tableError->setObjectName(QStringLiteral("components.error"));
    m_tableError->setProperty("problem", true);
    m_tableError->setWordWrap(true);
    m_tableError->hide();
    section->rows()->addWidget(m_tableError);
    section->rows()->addSpacing(px(8));

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(px(8));
    auto* add = new QPushButton(tr("Add"), this);
    add->setObjectName(QStringLiteral("add"));
    add->setToolTip(tr("Add a component beside the selected one"));
    auto* fit = new QPushButton(tr("Fit data…"), this);
    fit->setObjectName(QStringLiteral("fit"));
    fit->setToolTip(tr("Make the mixture from a CSV or NPY file"));
    buttons->addWidget(add);
    buttons->addWidget(fit);
    buttons->addStretch(1);
    section->rows()->addLayout(buttons);
    section->rows()->addSpacing(px(4));
    auto* sets = new QToolButton(this);
    sets->setObjectName(QStringLiteral("classSets"));
    sets->setText(tr("Class sets…"));
    sets->setToolTip(tr("Join classes to sets that guidance can be sent to"));
    sets->setProperty("link", true);
    sets->setFocusPolicy(Qt::StrongFocus);
    section->rows()->addWidget(sets);
    connect(sets, &QToolButton::clicked, this, &DataPanel::editSets);
    connect(add, &QPushButton::clicked, this, &DataPanel::addComponent);
    connect(fit, &QPushButton::clicked, this, [this] { fitFile(); });
}

void DataPanel::refresh(const Changes& changes)
{
    if (changes.info)
        refreshInfo();
    if (changes.data) {
        const int selected = selectedComponent();
        showError({});
        m_model->reload();
        refreshTable();
        const int rows = m_model->rowCount();
        selectComponent(std::min(selected, rows - 1));
        m_viewSection->setVisible(m_document.session().data->dimension > 2);
    }
}

void DataPanel::refreshInfo()
{
    const SessionInfo& info = m_document.session().info;
    const QString title = QString::fromStdString(info.title);
    const QSignalBlocker blocker(m_preset);
    m_preset->setCurrentIndex(m_preset->findText(title));
    m_preset->setPlaceholderText(title.isEmpty() ? tr("untitled") : title);
    QString text = paragraph(html(info.description));
    if (!info.tryThis.empty())
        text += paragraph(QStringLiteral("<b>%1</b> %2").arg(tr("Try"), html(info.tryThis)));
    if (!info.source.empty())
        text += paragraph(QStringLiteral("<b>%1</b> %2").arg(tr("Source"), html(info.source)));
    m_description->setText(text);
    m_about->setVisible(!text.isEmpty());
    m_description->setVisible(m_about->isChecked() && !text.isEmpty());
}

void DataPanel::refreshTable()
{
    const int rows = m_model->rowCount();
    const int height = px(kRowHeight);
    m_table->verticalHeader()->setMinimumSectionSize(height);
    m_table->verticalHeader()->setDefaultSectionSize(height);
    m_table->horizontalHeader()->setFixedHeight(px(kHeaderHeight));
    m_table->horizontalHeader()->setMinimumSectionSize(px(20));
    fitColumns();
    m_table->setFixedHeight(px(kHeaderHeight) + std::clamp(rows, 1, kShownRows) * height + 1);
}

/// Weight, mean and deviations share the width by what their first rows need.
void DataPanel::fitColumns()
{
    constexpr int kMeasuredRows = 50;
    const QFont font = render::interfaceFont(12 * scaleFactor()); // of cells in the style sheet
    const QFontMetrics metrics(font);
    std::array<int, ComponentModel::ColumnCount> needed{px(24), px(40), px(48), px(40)};
    for (int column = ComponentModel::Weight; column < ComponentModel::ColumnCount; ++column)
        for (int row = 0; row < std::min(m_model->rowCount(), kMeasuredRows); ++row) {
            const QString text = m_model->index(row, column).data().toString();
            int& width = needed[static_cast<std::size_t>(column)];
            width = std::max(width, metrics.horizontalAdvance(text) + px(18));
        }
    const int available = m_table->width() - needed[ComponentModel::Class]
                          - needed[ComponentModel::Weight]
                          - (m_model->rowCount() > kShownRows ? px(10) : 0);
    const int wanted = needed[ComponentModel::Mean] + needed[ComponentModel::Spread];
    const int mean = needed[ComponentModel::Mean] * std::max(available, 1) / std::max(wanted, 1);
    m_table->setColumnWidth(ComponentModel::Class, needed[ComponentModel::Class]);
    m_table->setColumnWidth(ComponentModel::Weight, needed[ComponentModel::Weight]);
    m_table->setColumnWidth(ComponentModel::Mean, mean);
}

int DataPanel::selectedComponent() const
{
    const QModelIndex current = m_table->selectionModel()->currentIndex();
    return current.isValid() && m_table->selectionModel()->isRowSelected(current.row())
               ? current.row()
               : -1;
}

void DataPanel::selectComponent(int component)
{
    const int rows = m_model->rowCount();
    m_duplicate->setEnabled(component >= 0);
    m_delete->setEnabled(component >= 0 && rows > 1);
    m_delete->setToolTip(rows > 1 ? tr("Delete component (Del)")
                                  : tr("A mixture keeps its last component"));
    if (component == selectedComponent())
        return;
    if (component < 0 || component >= rows) {
        m_table->clearSelection();
        m_table->setCurrentIndex({});
        return;
    }
    const QModelIndex cell = m_model->index(component, ComponentModel::Weight);
    m_table->setCurrentIndex(cell);
    m_table->scrollTo(cell);
}

void DataPanel::loadPreset(int index)
{
    const auto preset = ui::loadPreset(m_preset->itemData(index).toString());
    if (!preset) {
        refreshInfo();
        return showError(QString::fromStdString(preset.error().sentence()));
    }
    const Status status =
        m_document.edit(tr("Preset “%1”").arg(m_preset->itemText(index)), [&](Session& session) {
            const Timeline timeline = session.timeline; // what plays goes on playing
            session = *preset;
            session.timeline = timeline;
        });
    if (!status)
        return showError(QString::fromStdString(status.error().sentence()));
    m_document.forgetFile();
}

void DataPanel::fitFile(const QString& path)
{
    auto* dialog = new FitDialog(m_document, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
    if (!path.isEmpty())
        dialog->setFile(path);
}

void DataPanel::showError(const QString& message)
{
    m_tableError->setText(message);
    m_tableError->setVisible(!message.isEmpty());
}

bool DataPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_table && event->type() == QEvent::Resize)
        fitColumns();
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Delete:
        case Qt::Key_Backspace:
            deleteComponent();
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (m_table->hasFocus()
                && m_table->currentIndex().isValid()) // not while an editor passes it on
                m_table->edit(m_table->currentIndex());
            return true;
        default:
            break;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void DataPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange && m_table != nullptr) {
        setMinimumWidth(px(248));
        refreshTable();
    }
}

} // namespace scorefield::ui
