// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/dope_sheet.h"

#include "core/session/film.h"
#include "core/session/keyframe_edit.h"
#include "core/session/parameter_table.h"
#include "ui/document/document.h"
#include "ui/widgets/choice_popup.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/style.h"
#include "ui/window/dope_axis.h"
#include "ui/window/dope_key_editor.h"
#include "ui/window/dope_lanes.h"
#include "ui/window/dope_metrics.h"
#include "ui/window/film_player.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace scorefield::ui {

namespace {

constexpr double kMostHeight = .2; ///< of the window, for the rows: the lanes above matter more
constexpr int kFewestRows = 3;

QString groupOf(const QString& key)
{
    if (key.startsWith(QLatin1StringView("lanes."))) {
        const QString lane = placeOfKey(key);
        return lane.left(1).toUpper() + lane.mid(1);
    }
    if (key.startsWith(QLatin1StringView("particles.")))
        return DopeSheet::tr("Particles");
    return key.startsWith(QLatin1StringView("timeline.")) ? DopeSheet::tr("Time line")
                                                          : DopeSheet::tr("View");
}

std::vector<ChoiceRow> parameterChoices(const Session& session,
                                        const std::vector<std::string>& keys)
{
    std::vector<ChoiceRow> rows;
    for (const std::string& key : keys) {
        const auto moved = trackKeys(session, {key, {}});
        if (!moved)
            continue;
        const auto row = describe(session, moved->front());
        const auto value = parameterValue(session, moved->front());
        ChoiceRow choice;
        choice.index = static_cast<int>(&key - keys.data());
        choice.label = QString::fromStdString(row->label);
        choice.group = groupOf(QString::fromStdString(key));
        if (const QString place = placeOfKey(QString::fromStdString(key));
            !key.starts_with("lanes.") && !place.isEmpty())
            choice.label += QStringLiteral(" · ") + place;
        choice.facts = QString::fromStdString(row->symbol.empty() ? "" : row->symbol + " = ")
                       + valueText(*row, *value);
        choice.searched = QString::fromStdString(key + ' ' + row->symbol);
        choice.toolTip = QString::fromStdString(key);
        rows.push_back(std::move(choice));
    }
    return rows;
}

} // namespace

DopeSheet::DopeSheet(Document& document, FilmPlayer& player, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_player(player)
{
    setObjectName(QStringLiteral("dopeSheet"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    build();
    applyMetrics();
    connect(&m_document, &Document::filmChanged, this, &DopeSheet::refresh);
    connect(&m_player, &FilmPlayer::playingChanged, this, &DopeSheet::refresh);
    connect(&m_document, &Document::sessionChanged, this, [this](const Changes& changes) {
        if (!changes.exports && !changes.laneCount)
            return;
        refresh();
        fitHeight();
    });
    refresh();
}

void DopeSheet::build()
{
    m_lanes = new DopeLanes(m_document, this);
    m_axis = new DopeAxis(m_document, m_player, *m_lanes, this);
    m_editor = new DopeKeyEditor(m_document, *m_lanes, this);
    connect(m_lanes, &DopeLanes::valueWanted, m_editor, &DopeKeyEditor::typeValue);
    connect(m_lanes, &DopeLanes::rejected, this, &DopeSheet::rejected);
    m_area = new QScrollArea(this);
    m_area->setWidget(m_lanes);
    m_area->setWidgetResizable(true);
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setFocusPolicy(Qt::NoFocus);
    m_area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_lanes->installEventFilter(this);
    m_empty = new QLabel(
        tr("Keyframes move parameters while a film plays: choose one with Animate, or right-click "
           "a control."),
        this);
    m_empty->setProperty("quiet", true);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    buildHead();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(m_head);
    column->addWidget(m_axis);
    column->addWidget(m_area);
    column->addWidget(m_empty);
}

void DopeSheet::buildHead()
{
    m_title = new QLabel(tr("Film").toUpper(), this);
    m_title->setProperty("caps", true);
    m_title->setAccessibleName(tr("Film"));
    m_play = new IconButton(
        QStringLiteral("play"), tr("Play or pause the film"), this, QStringLiteral("pause"));
    m_play->setObjectName(QStringLiteral("playFilm"));
    m_play->setCheckable(true);
    connect(m_play, &IconButton::clicked, &m_player, &FilmPlayer::setPlaying);
    m_time = new QLabel(this);
    m_time->setObjectName(QStringLiteral("filmTime"));
    m_time->setProperty("quiet", true);
    m_leave = new QPushButton(tr("End preview"), this);
    m_leave->setObjectName(QStringLiteral("endPreview"));
    m_leave->setToolTip(tr("Back to the values from before (Esc)"));
    connect(m_leave, &QPushButton::clicked, &m_player, &FilmPlayer::leave);
    m_add = new QPushButton(tr("Animate…"), this);
    m_add->setObjectName(QStringLiteral("animate"));
    m_add->setToolTip(tr("Choose a parameter that keyframes shall move"));
    connect(m_add, &QPushButton::clicked, this, &DopeSheet::chooseParameter);
    auto* close = new IconButton(QStringLiteral("close"), tr("Hide the keyframes (K)"), this);
    close->setObjectName(QStringLiteral("closeFilm"));
    connect(close, &IconButton::clicked, this, &DopeSheet::closeWanted);

    m_head = new QHBoxLayout;
    m_head->addWidget(m_title);
    m_head->addWidget(m_play);
    m_head->addWidget(m_time);
    m_head->addWidget(m_leave);
    m_head->addWidget(m_editor, 1);
    m_head->addWidget(m_add);
    m_head->addWidget(close);
}

void DopeSheet::applyMetrics()
{
    m_head->setContentsMargins(px(12), px(4), px(12), px(2));
    m_head->setSpacing(px(8));
    m_title->setFont(capsFont());
    m_empty->setContentsMargins(px(12), px(2), px(12), px(12));
    m_time->setMinimumWidth(px(84));
    m_area->setContentsMargins(0, 0, 0, 0);
    layout()->setContentsMargins(0, 0, 0, px(4));
    fitHeight();
}

void DopeSheet::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::StyleChange && m_head != nullptr)
        applyMetrics();
    QWidget::changeEvent(event);
}

void DopeSheet::showEvent(QShowEvent* event)
{
    fitHeight();
    window()->installEventFilter(this);
    QWidget::showEvent(event);
}

bool DopeSheet::eventFilter(QObject* watched, QEvent* event)
{
    // The axis stands over the rows, however wide a scroll bar beside them leaves them.
    if (watched == m_lanes && event->type() == QEvent::Resize)
        m_axis->update();
    if (watched == window() && event->type() == QEvent::Resize)
        fitHeight();
    return QWidget::eventFilter(watched, event);
}

/// All rows, or as many whole ones as the window can spare. Without any the area stays, of no
/// height: the axis stands where its rows would.
void DopeSheet::fitHeight()
{
    const int rows = static_cast<int>(m_lanes->rows().size()), row = m_lanes->rowHeight();
    const int room = static_cast<int>(kMostHeight * window()->height() / row);
    m_area->setFixedHeight(std::min(rows, std::max(kFewestRows, room)) * row);
    m_empty->setVisible(rows == 0);
}

void DopeSheet::refresh()
{
    const double seconds = m_player.seconds(), cursor = m_document.filmCursor();
    m_time->setText(
        tr("%1 s · %2 %").arg(cursor * seconds, 0, 'f', 2).arg(std::lround(100 * cursor)));
    m_play->setChecked(m_player.isPlaying());
    m_leave->setVisible(m_document.showsFilm());
}

void DopeSheet::chooseParameter()
{
    const std::vector<std::string> keys = animatableKeys(m_document.stored());
    auto* popup = new ChoicePopup(parameterChoices(m_document.stored(), keys), -1, this);
    connect(popup, &ChoicePopup::chosen, this, [this, keys](int index) {
        animate(QString::fromStdString(keys[static_cast<std::size_t>(index)]));
    });
    popup->popUp(*m_add, {});
}

void DopeSheet::animate(const QString& key)
{
    const auto moved = trackKeys(m_document.stored(), {key.toStdString(), {}});
    if (!moved)
        return Q_EMIT rejected(QString::fromStdString(moved.error().message));
    // As shown: in a preview this is what the person sees.
    const auto value = parameterValue(m_document.session(), moved->front());
    const auto row = describe(m_document.session(), moved->front());
    (void)m_document.edit(
        tr("Animate %1").arg(QString::fromStdString(row->label)), [&](Session& session) {
            session.keyframes.push_back({key.toStdString(), {{m_document.filmCursor(), *value}}});
        });
    m_area->ensureVisible(0, m_lanes->height());
}

} // namespace scorefield::ui
