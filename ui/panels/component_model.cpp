// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/component_model.h"

#include "ui/document/document.h"
#include "ui/panels/component_text.h"
#include "ui/widgets/value_scale.h"

namespace scorefield::ui {
namespace {

constexpr int kCellDigits = 3;
constexpr int kEditDigits =
    8; // enough to type back what is meant; an unchanged text changes nothing
constexpr int kShownCoordinates = 1; // beyond two dimensions; the tool tip has them all

const ComponentSpec& component(const Document& document, int row)
{
    return document.session().data->components[static_cast<std::size_t>(row)];
}

} // namespace

ComponentModel::ComponentModel(Document& document, QObject* parent)
    : QAbstractTableModel(parent)
    , m_document(document)
    , m_rows(static_cast<int>(document.session().data->components.size()))
{
}

int ComponentModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_rows;
}

int ComponentModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

int ComponentModel::classLabel(int row) const
{
    return component(m_document, row).classLabel;
}

void ComponentModel::reload()
{
    const int rows = static_cast<int>(m_document.session().data->components.size());
    if (rows == m_rows) {
        if (rows > 0)
            Q_EMIT dataChanged(index(0, 0), index(rows - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_rows = rows;
    endResetModel();
}

QString ComponentModel::cellText(const QModelIndex& index, int digits, int shown) const
{
    const ComponentSpec& spec = component(m_document, index.row());
    switch (index.column()) {
    case Weight:
        return numberText(spec.weight, digits);
    case Mean:
        return meanText(spec.mean, digits, shown);
    case Spread:
        return spreadText(spec.covariance, digits, shown);
    default:
        return {};
    }
}

QString ComponentModel::toolTip(const QModelIndex& index) const
{
    const MixtureSpec& mixture = *m_document.session().data;
    const QString text = cellText(index, kEditDigits, 0);
    switch (index.column()) {
    case Class:
        return tr("%1: click to change the class")
            .arg(QString::fromStdString(
                mixture.className(component(m_document, index.row()).classLabel)));
    case Weight: {
        double sum = 0;
        for (const ComponentSpec& spec : mixture.components)
            sum += spec.weight;
        return sum > 0 ? tr("weight %1: %2 % of the mixture")
                             .arg(text,
                                  numberText(100 * component(m_document, index.row()).weight / sum))
                       : text;
    }
    case Mean:
        return tr("mean %1").arg(text);
    default:
        return mixture.dimension == 2
                   ? tr("standard deviations %1\nOne (isotropic), two along the axes, or two and "
                        "the angle of the first in degrees.")
                         .arg(text)
                   : tr("standard deviations %1\nOne for all, or one for each coordinate; "
                        "correlations are kept.")
                         .arg(text);
    }
}

QVariant ComponentModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= m_rows
        || index.row() >= static_cast<int>(m_document.session().data->components.size()))
        return {};
    switch (role) {
    case Qt::DisplayRole: {
        const bool many = m_document.session().data->dimension > 2;
        return cellText(index, kCellDigits, many ? kShownCoordinates : 0);
    }
    case Qt::EditRole:
        return cellText(index, kEditDigits, 0);
    case Qt::ToolTipRole:
        return toolTip(index);
    case Qt::TextAlignmentRole:
        return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::AccessibleTextRole:
        return index.column() == Class ? QString::fromStdString(
                   m_document.session().data->className(classLabel(index.row())))
                                       : cellText(index, kCellDigits, 0);
    default:
        return {};
    }
}

QVariant ComponentModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    static const char* const kSymbols[] = {"", "π", "μ", "σ"};
    const QString names[] = {tr("Class"),
                             tr("Weight π; the weights are normalised"),
                             tr("Mean μ"),
                             tr("Standard deviations σ of the covariance")};
    if (role == Qt::DisplayRole)
        return QString::fromUtf8(kSymbols[section]);
    if (role == Qt::ToolTipRole || role == Qt::AccessibleTextRole)
        return names[section];
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    return {};
}

Qt::ItemFlags ComponentModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags basic = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    return index.column() == Class ? basic : basic | Qt::ItemIsEditable;
}

Status ComponentModel::check(const QModelIndex& index, const QString& text) const
{
    const ComponentSpec& spec = component(m_document, index.row());
    const auto status = [](const auto& result) {
        return result ? success() : Status(result.error());
    };
    switch (index.column()) {
    case Weight:
        return status(weightFromText(text));
    case Mean:
        return status(meanFromText(text, static_cast<int>(spec.mean.size())));
    case Spread:
        return status(spreadFromText(text, spec.covariance));
    default:
        return success();
    }
}

bool ComponentModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    const QString text = value.toString();
    if (role != Qt::EditRole || text == cellText(index, kEditDigits, 0))
        return false;
    const auto reject = [this](const Error& error) {
        Q_EMIT rejected(QString::fromStdString(error.message));
        return false;
    };
    if (const Status valid = check(index, text); !valid)
        return reject(valid.error());
    const auto row = static_cast<std::size_t>(index.row());
    const int column = index.column();
    const QString names[] = {QString(), tr("weight"), tr("mean"), tr("covariance")};
    const Status status =
        m_document.edit(tr("Change %1 of Component %2").arg(names[column]).arg(index.row() + 1),
                        [&](Session& session) {
                            session.data.edit([&](MixtureSpec& mixture) {
                                ComponentSpec& spec = mixture.components[row];
                                if (column == Weight)
                                    spec.weight = *weightFromText(text);
                                else if (column == Mean)
                                    spec.mean = *meanFromText(text, mixture.dimension);
                                else
                                    spec.covariance = *spreadFromText(text, spec.covariance);
                            });
                        });
    if (!status)
        return reject(status.error());
    Q_EMIT rejected({});
    return true;
}

} // namespace scorefield::ui
