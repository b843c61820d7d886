// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The dense layers in drawing order.
#include "ui/render/gl_objects.h"
#include "ui/render/layer.h"
#include "ui/render/particle_codes.h"
#include "ui/render/seen_run.h"
#include "ui/render/work_rate.h"

#include <optional>
#include <vector>

namespace scorefield::render {

/// The compiled programs, one set for all lanes.
struct ProgramSet {
    Program densityEvaluate, densityPaint, densityPaintCoarse, densityDirect, trails, wideTrails,
        lines, particles, discs, mapPaint, imagePaint;
    static Result<std::shared_ptr<const ProgramSet>> create();
};

/// Heat map of q_t with the contours of its highest-density regions: log q is evaluated into a
/// float texture when mixture, level, camera or size changed, then coloured. Only where it shows,
/// of the components that matter there, as finely as it has to be (density_texels.h).
class DensityLayer : public Layer {
public:
    explicit DensityLayer(std::shared_ptr<const ProgramSet> programs);
    void draw(const LaneFrame& frame) override;
    QRect box() const
    {
        return m_box;
    } ///< pixels of the plot that were evaluated: elsewhere nothing shows
    QSize size() const { return m_size; }
    std::vector<float> logDensities() const;          ///< the texture read back, bottom row first
    int texelPixels() const { return m_texelPixels; } ///< 1: evaluated at every pixel
    double evaluations() const { return m_evaluations; } ///< that a new texture takes
    bool isReduced() const override { return m_isReduced; }

private:
    struct Key {
        std::shared_ptr<const GaussianMixture>
            mixture; // held, so that a new one cannot have its address
        double alpha = -1, sigma = -1, centreX = 0, centreY = 0;
        ViewBlock block{};
        bool exact = false;
        double share = 1;
        double cut = 0; ///< log density below which nothing shows, relative to the view's top
        bool operator==(const Key&) const = default;
    };
    void prepare(const LaneFrame& frame, const Key& key);
    void evaluateTexture(const LaneFrame& frame);
    void
    drawTiles(const Program& program, int corners, int margin, double width, double height) const;
    /// Texels around those of the plot, which the interpolation at its edge reads.
    int borderTexels() const { return m_texelPixels > 1 ? 3 : 0; }
    void updateMap(int map, bool dark);

    std::shared_ptr<const ProgramSet> m_programs;
    VertexArrayName m_vertexArray;
    BufferName m_components, m_tiles;
    TextureName m_componentTexture, m_tileTexture, m_logDensity, m_map;
    FramebufferName m_framebuffer;
    Key m_key;
    QSize m_size;
    std::vector<double> m_thresholds;
    QRect m_box; ///< the part of the plot in which anything shows, pixels
    int m_texelPixels = 1;
    double m_evaluations = 0;
    std::size_t m_count = 0; ///< components
    int m_tileCount = 0;
    bool m_isReduced = false;
    bool m_isTextureCurrent = false; ///< the texture is that of m_key
    int m_mapIndex = -1;
};

/// A map of the guided field in place of the density's colours: the lane's values on the scale that
/// all lanes share, where they were computed, NaN transparent.
class MapLayer : public Layer {
public:
    explicit MapLayer(std::shared_ptr<const ProgramSet> programs);
    void draw(const LaneFrame& frame) override;

private:
    void uploadValues(const FieldMap& field, const MapScale& scale);
    void uploadColors(const std::vector<QRgb>& colors);

    std::shared_ptr<const ProgramSet> m_programs;
    VertexArrayName m_vertexArray;
    TextureName m_values, m_map;
    std::shared_ptr<const LaneMaps> m_shown;
    std::vector<QRgb> m_colors;
};

class TrailLayer : public Layer {
public:
    explicit TrailLayer(std::shared_ptr<const ProgramSet> programs);
    void draw(const LaneFrame& frame) override;
    bool isReduced() const override { return m_isReduced; }

private:
    void uploadPaths(const LaneFrame& frame, const TrailSubset& subset);
    void uploadChords(const LaneFrame& frame);
    void uploadColors(const LaneFrame& frame);

    std::shared_ptr<const ProgramSet> m_programs;
    VertexArrayName m_vertexArray;
    BufferName m_points, m_present, m_colors, m_chords;
    TextureName m_pointTexture, m_presentTexture, m_colorTexture, m_chordTexture;
    int m_mostPoints = 0;
    std::vector<QPointF> m_path; ///< [kept step][trail]
    std::vector<int> m_firstOf;  ///< the first chord of every kept step
    double m_tolerance = -1;     ///< of the chords, in data units
    SeenRun m_run;
    std::vector<std::uint32_t> m_shownColors;
    std::vector<std::size_t> m_particles; ///< that have a trail
    TrailSubset m_subset{};
    int m_stride = 1;                            ///< steps between the stored states
    bool m_byStage = false, m_shownDark = false; ///< of the colours
    bool m_isReduced = false;
};

/// Component ellipses at two standard deviations of the noised components, dashed.
class EllipseLayer : public Layer {
public:
    explicit EllipseLayer(std::shared_ptr<const ProgramSet> programs);
    void draw(const LaneFrame& frame) override;
    bool isReduced() const override { return m_isReduced; }

private:
    struct Key {
        std::shared_ptr<const GaussianMixture> mixture;
        double alpha = -1, sigma = -1;
        ViewBlock block{};
        double linePixel = 0;
        std::size_t step = 0; ///< 1: all components, 2: every second …
        bool operator==(const Key&) const = default;
    };
    void uploadEllipses(const LaneFrame& frame);

    std::shared_ptr<const ProgramSet> m_programs;
    VertexArrayName m_vertexArray;
    BufferName m_points;
    TextureName m_pointTexture;
    Key m_key;
    int m_segments = 0;
    bool m_isReduced = false;
};

class ParticleLayer : public Layer {
public:
    explicit ParticleLayer(std::shared_ptr<const ProgramSet> programs);
    void draw(const LaneFrame& frame) override;
    bool isReduced() const override { return m_isReduced; }
    /// How many of the lane's particles are drawn, also at rest; nothing: all of them.
    std::optional<std::size_t> sample() const { return m_sample; }

private:
    void uploadStates(const LaneFrame& frame, std::size_t count);
    void uploadCodes(const LaneFrame& frame);
    std::size_t mostParticles(const LaneFrame& frame);

    std::shared_ptr<const ProgramSet> m_programs;
    VertexArrayName m_vertexArray;
    BufferName m_states, m_codes;
    WorkRate m_rate; ///< of particles
    std::size_t m_most = 0, m_mostOf = 0; ///< that were allowed last, of so many
    SeenRun m_run;
    int m_step = -1;
    std::size_t m_uploaded = 0; ///< particles of that step
    std::optional<std::size_t> m_sample;
    bool m_isReduced = false, m_isShaped = false;
    std::shared_ptr<const std::vector<std::uint32_t>> m_shownCodes;
};

} // namespace scorefield::render
