// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/status_line.h"

#include <QLabel>
#include <QStatusBar>

namespace scorefield::ui {

namespace {

constexpr double kSmoothing = 0.2;   ///< weight of the newest frame
constexpr int kFramesPerUpdate = 15; ///< a number that changes faster cannot be read
constexpr int kPauseMs = 250; ///< the same; and with every new text the window lays itself out

/// 5000 → "5 000", in every locale.
QString grouped(std::size_t count)
{
    QString text = QString::number(count);
    for (qsizetype i = text.size() - 3; i > 0; i -= 3)
        text.insert(i, QChar(0x2009));
    return text;
}

/// "4.2", "71".
QString milliseconds(double value)
{
    return QString::number(value, 'f', value < 10 ? 1 : 0);
}

} // namespace

StatusLine::StatusLine(QStatusBar& bar) : QObject(&bar)
{
    const auto label = [&](const char* name, const QString& toolTip, bool right) {
        auto* made = new QLabel(&bar);
        made->setObjectName(QLatin1String(name));
        made->setToolTip(toolTip);
        made->setContentsMargins(12, 2, 6, 2);
        right ? bar.addPermanentWidget(made) : bar.addWidget(made);
        return made;
    };
    m_size = label("statusSize", tr("Lanes × particles × steps"), false);
    m_simulated = label("statusSimulated", tr("Time of the last simulation"), false);
    m_frame = label("statusFrame",
                    tr("From the start of painting to the frame's hand-over. Where that takes too "
                       "long, a picture that moves is a preview: its density is coarser, and of "
                       "many particles or ellipses only some are drawn. At rest it is whole."),
                    false);
    m_renderer = label("statusRenderer", tr("What draws"), false);
    m_pinned = label("statusPinned", tr("Click an empty place or press Escape to unpin"), false);
    label("statusGuidance",
          tr("D = D_u + w (D_c − D_u): w = 0 is unconditional, w = 1 is conditional"),
          true)
        ->setText(tr("w = 1 is conditional"));
    label("statusTime",
          tr("x_t = α_t x₀ + σ_t ε: time runs from data (0) to noise (T); a run goes back"),
          true)
        ->setText(tr("t = 0 data"));
    bar.setSizeGripEnabled(false);
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &StatusLine::showSimulated);
}

void StatusLine::setProduct(const std::shared_ptr<const RunProduct>& product)
{
    if (!product || product->lanes.empty())
        return;
    const LaneProduct& first = *product->lanes.front();
    const auto steps = first.plan.levels.empty() ? 0 : first.plan.levels.size() - 1;
    QString size = tr("%1 × %2 × %3")
                       .arg(product->lanes.size())
                       .arg(grouped(first.trajectories.particles))
                       .arg(steps);
    if (product->preview)
        size += tr(" (preview)");
    m_size->setText(size);
    if (product->milliseconds <= 0)
        return; // every lane was there already
    m_simulatedMs = product->milliseconds;
    if (!m_pause.isActive())
        showSimulated();
}

void StatusLine::showSimulated()
{
    const QString text = tr("simulated in %1 ms").arg(milliseconds(m_simulatedMs));
    if (text == m_simulated->text())
        return;
    m_simulated->setText(text);
    m_pause.start();
}

void StatusLine::setFrame(double newest, bool preview)
{
    m_smoothedMs = m_smoothedMs == 0 ? newest : m_smoothedMs + kSmoothing * (newest - m_smoothedMs);
    if (m_framesUnshown++ % kFramesPerUpdate != 0 && preview == m_preview)
        return;
    m_preview = preview;
    m_frame->setText((preview ? tr("frame %1 ms (preview)") : tr("frame %1 ms"))
                         .arg(milliseconds(m_smoothedMs)));
}

void StatusLine::setRenderer(const QString& name)
{
    m_renderer->setText(name);
}

void StatusLine::setPinned(int particle)
{
    m_pinned->setText(particle < 0 ? QString() : tr("particle %1 pinned").arg(particle));
}

} // namespace scorefield::ui
