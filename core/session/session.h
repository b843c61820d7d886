// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The document: a plain value that holds everything a session file holds. Undo is a stack of these,
// the command line loads the same, every exported picture carries one. What a control can change is
// listed in core/session/parameter_table.h.
#include "core/base/parameter.h"
#include "core/base/shared_value.h"
#include "core/mixture/mixture_spec.h"
#include "core/session/export_spec.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace scorefield {

inline constexpr int kSessionVersion = 1;
inline constexpr int kMaxLanes = 4;

/// Where a lane's canvas looks: centre and height of the view in data units; span 0 fits the data.
struct Camera {
    double x = 0, y = 0, span = 0;
    bool operator==(const Camera&) const = default;
};

struct Lane {
    std::string kind = "diffusion"; ///< what the lane simulates; other kinds will come
    Choice process, grid, sampler, guidance;
    Choice error;     ///< what the score gets wrong (core/field/score_error.h)
    double eta = 0;   ///< stochasticity of the reverse dynamics
    double prior = 0; ///< choice: 0 gaussian N(0, sigma_T^2), 1 exact q_T
    Camera camera;
    bool operator==(const Lane&) const = default;
};

struct ParticleSpec {
    double count = 5000;
    double seed = 7;  ///< whole, below 2^53
    double noise = 0; ///< choice: 0 independent draws, 1 Brownian tree, 2 the tape
    std::string tape; ///< path of recorded normals, an NPY file [calls, particles, dimension]
    bool operator==(const ParticleSpec&) const = default;
};

struct LayerSpec {
    double visible = 1, opacity = 1;
    bool operator==(const LayerSpec&) const = default;
};

/// view.particles.color: the distance of an end point to the converged solution.
inline constexpr double kColorByError = 4;
/// What guidance did to the particle, compared with its unguided twin.
inline constexpr double kColorByFate = 5;
/// Where the particle is on its way: reach, align, slide, exit (core/metric/stages.h).
inline constexpr double kColorByStage = 6;

/// view.map.quantity: what the map layer shows instead of the density.
enum class MapQuantity {
    None,       ///< the density q_t
    Guidance,   ///< |s_c - s_u| at the play-head
    Curvature,  ///< lambda_max of -(H_c - H_u) at the play-head
    Difference, ///< |D - D'| between this lane's guided field and another's, at the play-head
    Output,     ///< log density of what the guided ODE samples, at the data end
    Tilt,       ///< log p_c^w p_u^(1-w) at the data end, unnormalised
    Penalty,    ///< int 1/2 w (w-1) g^2 |s_c - s_u|^2 dt along the path that ends there
    Kappa1,     ///< sigma^2 lambda_1 of the Hessian of log q_t at the play-head
    Kappa2,     ///< sigma^2 lambda_2
    Gap,        ///< log10(kappa_1 - kappa_2)
    Error,      ///< |D_theta - D| of the lane's score error, at the play-head
    Basin,      ///< the component that the one-step map of the play-head's level reaches
    Stretch     ///< log10 of the Lipschitz constant |dF/dx|_2 of that map
};

/// The ridge of the noised data (core/geometry/ridge.h).
struct RidgeSpec {
    LayerSpec layer{0, .9};
    double beta = .3, gamma = .2; ///< thresholds
    double ghosts = 0;            ///< whole: how many ridges of other noise levels are drawn too
    double points = 1;            ///< modes, saddles, umbilics
    double tube = 0;              ///< a band of the width |e_perp| of the lane's score error
    double strip = 0;             ///< the scale-space strip under the time line
    bool operator==(const RidgeSpec&) const = default;
};

/// view.arrows.field: what the arrows are of.
enum class ArrowField {
    Score,    ///< of the lane's field, guided and with its error
    Velocity, ///< of the deterministic reverse dynamics, the way particles move
    Guidance, ///< s_c - s_u
    Error     ///< s_theta - s
};

/// Arrows of the lane's field at the play-head (core/session/lane_arrows.h).
struct ArrowSpec {
    LayerSpec layer{0, .8};
    double field = 0;    ///< choice: ArrowField
    double spacing = 36; ///< px between places
    double length = 1;   ///< of the longest arrows, in spacings
    double scaling = 0;  ///< choice: in proportion, all alike
    bool operator==(const ArrowSpec&) const = default;
};

/// The one-step map F: x_t -> x_delta of the play-head's level, as a grid of lines and what becomes
/// of it (core/metric/one_step_map.h).
struct WarpSpec {
    LayerSpec layer{0, .7};
    double lines = 24; ///< whole: of the grid along the longer side of the bulk of q_t
    double share = 1;  ///< how much of the way each line has gone: 0 at x_t, 1 at x_delta
    bool operator==(const WarpSpec&) const = default;
};

/// Many more particles of every lane's run than are stored: simulated on the GPU from the same seed
/// and drawn as how many there are in each pixel (ui/render/gpu_run.h).
struct SwarmSpec {
    LayerSpec layer{0, .8};
    double count = 1e6; ///< whole
    bool operator==(const SwarmSpec&) const = default;
};

/// What lanes share with lane 1 while view.matchNoise is on; what is not shared is the lane's own
/// (theory §11.1: each in turn shows what it contributes to the gap between two processes).
struct MatchSpec {
    double grid = 1;    ///< the spacing of the noise levels
    double steps = 1;   ///< their number
    double range = 1;   ///< the first and the last
    double sampler = 0; ///< sampler and stochasticity
    double prior = 0; ///< all lanes, lane 1 included, start from the exact q_T
    bool operator==(const MatchSpec&) const = default;
};

struct ViewSpec {
    LayerSpec density{1, .7}, contours{1, .4}, particles{1, .75}, trails{1, .55}, ellipses{0, .4};
    double densityScale = 0; ///< choice: linear, log
    double densityMap = 0;   ///< choice of colour maps
    double mapQuantity = 0;  ///< choice: MapQuantity
    double mapOpacity = .85;
    double mapLane = 1;        ///< number of the lane, from 1, that Difference compares with
    double particleSize = 2.5; ///< px
    double particleColor = 0;  ///< choice: class, component, confidence, start angle …
    double trailLength = 0;    ///< steps; 0: all
    ArrowSpec arrows;
    RidgeSpec ridge;
    WarpSpec warp;
    SwarmSpec swarm;
    double projection = 0;       ///< for d > 2, choice: axes, principal, means
    double axisX = 0, axisY = 1; ///< coordinates (axes) or numbers of principal axes
    double linkLanes = 0;        ///< edits go to every lane
    double linkCameras = 1;
    double matchNoise = 0; ///< lanes share with lane 1 what `match` says
    MatchSpec match;
    bool operator==(const ViewSpec&) const = default;
};

struct Timeline {
    double clock = 2;    ///< choice: step, time, noise (sigma~)
    double position = 0; ///< 0 noise … 1 data, in that clock
    double playing = 1, loop = 1;
    double seconds = 6; ///< of one pass at speed 1
    double speed = 1;
    bool operator==(const Timeline&) const = default;
};

struct SessionInfo {
    std::string title, description, source, tryThis;
    bool operator==(const SessionInfo&) const = default;
};

/// What is simulated and how it is shown: the part of a session that a bookmark keeps.
struct SessionState {
    SharedValue<MixtureSpec> data;
    std::vector<Lane> lanes;
    ParticleSpec particles;
    ViewSpec view;
    Timeline timeline;
    bool operator==(const SessionState&) const = default;
};

/// A named state to come back to; presentations step through them.
struct Bookmark {
    std::string name; ///< unique in its session, not empty
    SharedValue<SessionState> state;
    bool operator==(const Bookmark&) const = default;
};

struct Session : SessionState {
    SessionInfo info;
    std::vector<KeyframeTrack> keyframes; ///< what films move; see core/session/film.h
    std::vector<ExportJob> jobs;
    std::vector<Bookmark> bookmarks;
    bool operator==(const Session&) const = default;
};

/// The session with the state of one of its bookmarks. Error: no such bookmark, with the nearest.
Result<Session> sessionAtBookmark(Session session, std::string_view name);

/// A lane of this process kind ("vp", "rf", …) with default grid, sampler and guidance.
Lane defaultLane(const std::string& processKind);
/// The session of a new window: VP | RF on the three-mode mixture.
Session defaultSession();

/// What a change of the session makes necessary.
struct Changes {
    bool anything = false;
    bool info = false;
    bool style = false;    ///< draw again
    bool timeline = false; ///< play state, clock, position
    bool data = false;     ///< the mixture: everything
    bool laneCount = false;
    bool exports = false;                     ///< keyframes, jobs or bookmarks
    std::array<bool, kMaxLanes> simulation{}; ///< lanes to run again
    bool anySimulation() const;
};
/// Pure: what must be redone to go from before to after.
Changes diff(const Session& before, const Session& after);

} // namespace scorefield
