// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exports/video_form.h"

#include "core/session/film.h"
#include "ui/exports/spec_reasons.h"
#include "ui/widgets/section.h"
#include "ui/widgets/style.h"

#include <QLabel>
#include <QVBoxLayout>

namespace scorefield::ui {

namespace {

std::vector<FileFormat> videoFormats()
{
    const auto tr = [](const char* text) { return VideoForm::tr(text); };
    return {{QStringLiteral(".mp4"), QStringLiteral("MP4 · H.264"), tr("H.264: plays everywhere.")},
            {QStringLiteral(".webm"), QStringLiteral("WebM · VP9"), tr("VP9: small, for the web.")},
            {QStringLiteral(".gif"),
             QStringLiteral("GIF"),
             tr("256 colours, repeats by itself; for README files.")},
            {QStringLiteral(".apng"),
             QStringLiteral("APNG"),
             tr("Every frame without loss, repeats by itself.")},
            {QStringLiteral(".png"),
             tr("Pictures · PNG"),
             tr("A folder of numbered pictures, for video editors.")}};
}

std::vector<FileFormat> dataFormats()
{
    const auto tr = [](const char* text) { return DataForm::tr(text); };
    return {{QStringLiteral(".npy"), QStringLiteral("NPY"), tr("Doubles, for NumPy.")},
            {QStringLiteral(".csv"), QStringLiteral("CSV"), tr("A table with a header.")},
            {QStringLiteral(".json"), QStringLiteral("JSON"), tr("With shapes and levels.")}};
}

} // namespace

VideoForm::VideoForm(QWidget* parent)
    : SpecForm(videoFormats(), parent)
    , m_source([this](const VideoSpec& spec, const QString& key) {
        return whyUnused(state(), ending(), spec, key);
    })
{
    const auto add = [this](Section* section, std::initializer_list<const char*> keys) {
        for (const char* key : keys)
            addRow(section, m_source, QLatin1String(key));
    };
    Section* content = addSection(tr("Content"));
    addBookmark(content);
    add(content, {"content", "lane"});
    Section* picture = addSection(tr("Picture"));
    addFormat(picture);
    addSize(picture, m_source, filmSizes());
    add(picture, {"scale", "theme", "quality"});
    add(addSection(tr("Time")),
        {"fps", "seconds", "loops", "ping_pong", "from", "to", "easing", "hold_start", "hold_end"});
    Section* keyframes = addSection(tr("Keyframes"));
    m_tracks = new QLabel(keyframes);
    m_tracks->setObjectName(QStringLiteral("tracks"));
    m_tracks->setAccessibleName(tr("What keyframes move"));
    m_tracks->setProperty("quiet", true);
    m_tracks->setWordWrap(true);
    m_tracks->setTextInteractionFlags(Qt::TextSelectableByMouse);
    keyframes->rows()->addWidget(m_tracks);
    add(addSection(tr("Parts")),
        {"panel_titles", "captions", "readouts", "axes", "color_bar", "legend"});
    finishSections();
    connect(&m_source, &ParameterSource::changed, this, [this] {
        refresh();
        if (!m_quiet)
            Q_EMIT edited();
    });
}

void VideoForm::setSpec(const ExportSpec& spec)
{
    m_quiet = true;
    m_source.setSpec(std::get<VideoSpec>(spec));
    m_quiet = false;
}

void VideoForm::refreshRows()
{
    m_source.setLanes(static_cast<int>(state().lanes.size()));
    QStringList lines;
    for (const KeyframeTrack& track : state().keyframes) {
        // "lanes.0.guidance.w=1:6": room to break at the sign.
        QString line = QString::fromStdString(formatTrack(state(), track));
        lines += line.replace(QLatin1Char('='), QStringLiteral(" = ")).toHtmlEscaped();
    }
    const QString text =
        lines.isEmpty()
            ? tr("None: only the play-head moves. Keyframes are set under the time line (K).")
            : lines.join(QStringLiteral("<br>"))
                  + QStringLiteral("<br><span style='color:%1'>%2</span>")
                        .arg(currentTheme().secondary.name(),
                             tr("Edited under the time line (K)."));
    if (m_tracks->text() != text)
        m_tracks->setText(text);
}

DataForm::DataForm(QWidget* parent)
    : SpecForm(dataFormats(), parent)
    , m_source([this](const DataSpec& spec, const QString& key) {
        return whyUnused(state(), ending(), spec, key);
    })
{
    Section* section = addSection(tr("Content"));
    addBookmark(section);
    for (const char* key : {"content", "lane"})
        addRow(section, m_source, QLatin1String(key));
    addFormat(section);
    finishSections();
    connect(&m_source, &ParameterSource::changed, this, [this] {
        refresh();
        if (!m_quiet)
            Q_EMIT edited();
    });
}

void DataForm::setSpec(const ExportSpec& spec)
{
    m_quiet = true;
    m_source.setSpec(std::get<DataSpec>(spec));
    m_quiet = false;
}

void DataForm::refreshRows()
{
    m_source.setLanes(static_cast<int>(state().lanes.size()));
}

} // namespace scorefield::ui
