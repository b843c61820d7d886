// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/video_dialog.h"

#include "ui/document/document.h"
#include "ui/document/engine.h"
#include "ui/export/video.h"
#include "ui/export/video_format.h"
#include "ui/exports/export_jobs.h"
#include "ui/exports/picture_view.h"
#include "ui/exports/video_form.h"
#include "ui/widgets/style.h"
#include "ui/widgets/value_slider.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QStorageInfo>

#include <cmath>

namespace scorefield::ui {

namespace {

/// The renderer of a preview, for as long as session and film are the same.
struct KeptFilm {
    Session session;
    VideoSpec spec;
    std::unique_ptr<render::FilmRenderer> renderer;
};

Result<QImage> drawFrame(const Session& session,
                         const VideoSpec& spec,
                         long long frame,
                         const RunModels& models,
                         std::any& kept,
                         const std::stop_token& stop)
{
    if (!kept.has_value())
        kept = std::make_shared<KeptFilm>();
    KeptFilm& film = *std::any_cast<const std::shared_ptr<KeptFilm>&>(kept);
    if (!film.renderer || !(film.spec == spec) || !(film.session == session)) {
        film.renderer.reset();
        render::ExportHooks hooks;
        hooks.stop = stop;
        hooks.models = models;
        auto renderer = render::FilmRenderer::create(session, spec, hooks);
        if (!renderer)
            return renderer.error();
        film = {session, spec, std::move(*renderer)};
    }
    return film.renderer->frame(frame);
}

QString bytesText(double bytes)
{
    return QLocale::c().formattedDataSize(
        static_cast<qint64>(bytes), bytes < 1e7 ? 1 : 0, QLocale::DataSizeSIFormat);
}

} // namespace

VideoDialog::VideoDialog(const ExportContext& context, QWidget* parent)
    : ExportDialog(context, new VideoForm, tr("video"), parent)
    , m_video(static_cast<VideoForm*>(form()))
{
    setObjectName(QStringLiteral("videoDialog"));
    setWindowTitle(tr("Export video"));
    buildSide();
    finishLayout({1180, 740});
    m_view->follow(m_worker);
    connect(m_view, &PictureView::answered, this, &VideoDialog::previewShown);
}

void VideoDialog::buildSide()
{
    m_view = new PictureView(this);
    ParameterDescriptor share;
    share.key = "share";
    m_time = new ValueSlider(this);
    m_time->setObjectName(QStringLiteral("film.slider"));
    m_time->setAccessibleName(tr("Time in the film"));
    m_time->setToolTip(tr("Which frame is shown here"));
    m_time->setScale(ValueScale(share));
    m_time->setNumber(0.5);
    connect(m_time, &ValueSlider::numberEdited, this, [this](double at) {
        m_time->setNumber(at);
        showChange();
    });
    m_moment = new QLabel(this);
    m_moment->setObjectName(QStringLiteral("moment"));
    m_moment->setProperty("quiet", true);
    m_moment->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_facts = new QLabel(this);
    m_facts->setObjectName(QStringLiteral("facts"));
    m_facts->setProperty("quiet", true);
    m_facts->setWordWrap(true);
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_facts->setContentsMargins(px(12), 0, px(12), px(8));
    auto* line = new QHBoxLayout;
    line->setContentsMargins(px(4), px(4), px(12), 0);
    line->addWidget(m_time, 1);
    line->addWidget(m_moment);
    side()->addWidget(m_view, 1);
    side()->addLayout(line);
    side()->addWidget(m_facts);
}

void VideoDialog::showChange()
{
    if (!isVisible())
        return;
    refreshFacts();
    const Status status = m_video->check();
    if (!status)
        m_asked = {}; // what is right again is drawn again
    if (!status)
        return m_view->setProblem(QString::fromStdString(status.error().sentence()));
    const VideoSpec spec = m_video->video();
    Session session = exported();
    session.timeline.position = session.timeline.playing = 0; // the film has its own
    const long long frame = std::llround(m_time->number() * (passFrames(spec) - 1));
    const Shown shown{session, spec, frame};
    if (shown == m_asked)
        return;
    m_asked = shown;
    m_worker.request(
        [shown, models = context().engine.models()](std::any& kept, const std::stop_token& stop) {
            return drawFrame(shown.session, shown.spec, shown.frame, models, kept, stop);
        });
}

void VideoDialog::refreshFacts()
{
    const VideoSpec spec = m_video->video();
    const QSize size = render::filmSize(spec);
    m_view->setPage(size);
    const long long frames = filmFrames(spec);
    const double seconds = static_cast<double>(frames) / spec.framesPerSecond;
    QString text = tr("%1 frames · %2 s · %3 × %4 px")
                       .arg(frames)
                       .arg(QString::number(seconds, 'f', seconds < 10 ? 2 : 1))
                       .arg(size.width())
                       .arg(size.height());
    const bool isFrames = m_video->ending() == QLatin1String(".png");
    const auto format = render::videoFormatOf((isFrames ? "frames/%05d" : "film")
                                              + m_video->ending().toStdString());
    if (format) {
        const QStorageInfo disk(exportFolder(context().document));
        text += tr(" · about %1").arg(bytesText(render::estimatedBytes(spec, format->format)));
        if (disk.isValid())
            text += tr(" of %1 free").arg(bytesText(static_cast<double>(disk.bytesAvailable())));
    }
    m_facts->setText(text);
    const double at = m_time->number() * (passFrames(spec) - 1) / spec.framesPerSecond;
    m_moment->setText(tr("%1 s").arg(QString::number(at, 'f', 2)));
    m_moment->setFixedWidth(px(64));
}

DataDialog::DataDialog(const ExportContext& context, QWidget* parent)
    : ExportDialog(context, new DataForm, tr("data"), parent)
    , m_facts(new QLabel(this))
{
    setObjectName(QStringLiteral("dataDialog"));
    setWindowTitle(tr("Export data"));
    m_facts->setObjectName(QStringLiteral("facts"));
    m_facts->setProperty("quiet", true);
    m_facts->setWordWrap(true);
    m_facts->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_facts->setContentsMargins(px(16), px(16), px(16), px(8));
    side()->addWidget(m_facts, 1);
    finishLayout({800, 330});
}

void DataDialog::showChange()
{
    const auto spec = std::get<DataSpec>(form()->spec());
    const auto& choices = findSpecRow<DataSpec>("content")->descriptor.choices;
    const Session session = exported();
    const auto particles = static_cast<long long>(session.particles.count);
    const int d = session.data->dimension;
    QString shape;
    switch (static_cast<DataContent>(static_cast<int>(spec.content))) {
    case DataContent::Ends:
    case DataContent::Starts:
        shape = tr("[%1, %2]: particles × coordinates").arg(particles).arg(d);
        break;
    case DataContent::Trajectory:
        shape = tr("[K + 1, %1, %2]: states from noise to data × particles × coordinates")
                    .arg(particles)
                    .arg(d);
        break;
    case DataContent::Noise:
        shape = tr("[calls, %1, %2]: draws × particles × coordinates").arg(particles).arg(d);
        break;
    case DataContent::Ridge:
        shape = tr("One row for each point of the ridge");
    }
    m_facts->setText(
        QStringLiteral("<p>%1</p><p>%2</p>")
            .arg(QString::fromStdString(choices[static_cast<std::size_t>(spec.content)].help),
                 shape));
}

} // namespace scorefield::ui
