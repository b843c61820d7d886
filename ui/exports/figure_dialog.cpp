// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/figure_dialog.h"

#include "ui/document/document.h"
#include "ui/document/engine.h"
#include "ui/exports/figure_form.h"
#include "ui/exports/picture_view.h"
#include "ui/exports/spec_reasons.h"
#include "ui/widgets/style.h"
#include "ui/widgets/value_scale.h"

#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace scorefield::ui {

namespace {

constexpr double kPointsPerMm = 72 / 25.4;

QString grouped(long long number)
{
    // A thin space between thousands, in every locale.
    return QLocale::c().toString(number).replace(QLatin1Char(','), QChar(0x202f));
}

QString pageText(const FigureSpec& spec)
{
    const FigureSize size = figureSize(spec);
    const auto mm = [](double points) {
        return QString::number(points / kPointsPerMm, 'f', points / kPointsPerMm < 100 ? 1 : 0);
    };
    return FigureDialog::tr("%1 × %2 mm · %3 × %4 px at %5 dpi")
        .arg(mm(size.widthPt),
             mm(size.heightPt),
             grouped(size.widthPx),
             grouped(size.heightPx),
             numberText(spec.dpi));
}

QString
particleText(const Session& session, const QString& ending, const FigureSpec& spec, long long count)
{
    if (isChart(spec) || session.view.particles.visible == 0)
        return {};
    const QString particles = FigureDialog::tr("%1 particles in each panel").arg(grouped(count));
    if (ending == QLatin1String(".png"))
        return FigureDialog::tr("%1, as pixels").arg(particles);
    const bool decides = spec.particles == static_cast<double>(ParticleDrawing::Automatic);
    const QString kind = drawsParticleShapes(session, ending, spec)
                             ? FigureDialog::tr("%1, as vectors").arg(particles)
                             : FigureDialog::tr("%1, as pixels").arg(particles);
    if (!decides)
        return kind;
    return FigureDialog::tr("%1 (limit %2)")
        .arg(kind, grouped(static_cast<long long>(spec.particleLimit)));
}

/// The session without what a figure at chosen moments does not show: so playing draws nothing
/// anew.
Session pictured(const FigureRequest& request)
{
    Session session = request.session;
    session.timeline.playing = 0;
    if (request.spec.clock != static_cast<double>(MomentClock::Here))
        session.timeline.position = 0;
    return session;
}

} // namespace

FigureDialog::FigureDialog(const ExportContext& context, QWidget* parent)
    : ExportDialog(context, new FigureForm, tr("figure"), parent)
    , m_figure(static_cast<FigureForm*>(form()))
    , m_view(new PictureView(this))
    , m_facts(new QLabel(this))
{
    setObjectName(QStringLiteral("figureDialog"));
    setWindowTitle(tr("Export figure"));
    m_facts->setObjectName(QStringLiteral("facts"));
    m_facts->setProperty("quiet", true);
    m_facts->setWordWrap(true);
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_facts->setContentsMargins(px(12), px(8), px(12), px(8));
    side()->addWidget(m_view, 1);
    side()->addWidget(m_facts);
    auto* copy = addButton(QStringLiteral("copyFigure"),
                           tr("Copy figure"),
                           tr("The figure as a picture on the clipboard"));
    connect(copy, &QPushButton::clicked, this, [this] {
        if (const Status status = m_figure->check(); !status)
            return say(QString::fromStdString(status.error().sentence()), true);
        this->context().copier.copy(request());
    });
    finishLayout({1180, 740});

    connect(m_view, &PictureView::resized, this, &FigureDialog::showChange);
    m_view->follow(m_worker);
    connect(m_view, &PictureView::answered, this, &FigureDialog::previewShown);
    connect(&this->context().copier, &FigureCopier::copied, this, [this](QSize pixels) {
        if (isVisible())
            say(tr("Copied %1 × %2 pixels.").arg(pixels.width()).arg(pixels.height()));
    });
    // A run of fewer particles, or of the session before, is no figure yet.
    connect(&this->context().engine, &Engine::productReady, this, [this] {
        if (isVisible())
            showChange();
    });
}

void FigureDialog::setContent(FigureContent content)
{
    FigureSpec spec = m_figure->figure();
    spec.content = static_cast<double>(content);
    spec.clock = static_cast<double>(MomentClock::Here);
    spec.moments.clear();
    m_figure->setSpec(spec);
    showChange();
}

FigureRequest FigureDialog::request() const
{
    FigureRequest request;
    request.session = exported();
    request.spec = m_figure->figure();
    if (const auto product = context().engine.product(); product && !product->preview)
        request.product = product;
    request.models = context().engine.models();
    return request;
}

void FigureDialog::showChange()
{
    if (!isVisible())
        return;
    const FigureRequest asked = request();
    refreshFacts(asked);
    const Status status = m_figure->check();
    if (!status)
        m_asked = {}; // what is right again is drawn again
    if (!status)
        return m_view->setProblem(QString::fromStdString(status.error().sentence()));
    const auto format = render::figureFormat("figure" + m_figure->ending().toStdString());
    const Shown shown{
        pictured(asked), asked.spec, asked.product, m_figure->ending(), m_view->room()};
    if (!format || shown == m_asked)
        return;
    m_asked = shown;
    m_worker.request([asked, format = *format, room = m_view->room()](std::any& kept,
                                                                      const std::stop_token& stop) {
        return drawPreview(asked, format, room, kept, stop);
    });
}

void FigureDialog::refreshFacts(const FigureRequest& request)
{
    const FigureSize size = figureSize(request.spec);
    m_view->setPage({size.widthPt, size.heightPt});
    const QString particles = particleText(request.session,
                                           m_figure->ending(),
                                           request.spec,
                                           static_cast<long long>(request.session.particles.count));
    QString text = pageText(request.spec);
    if (!particles.isEmpty())
        text += QStringLiteral(" · ") + particles;
    m_facts->setText(text);
}

} // namespace scorefield::ui
