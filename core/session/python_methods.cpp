// SPDX-License-Identifier: GPL-3.0-or-later
// The samplers in NumPy, each as in its paper: single steps here, those with a history in
// python_multistep.cpp.
#include "core/base/text.h"
#include "core/field/score_error.h"
#include "core/sampler/posterior_variance.h"
#include "core/session/python_multistep.h"

namespace scorefield::python {

namespace {

double parameter(const Subject& subject, const char* key)
{
    return subject.plan.sampler.values.at(key);
}

std::string text(const Subject& subject, const char* key)
{
    return literal(parameter(subject, key));
}

const Lines kVelocity = {
    "def v(x, m, k):  # velocity of the probability-flow ODE: alpha' D + sigma' eps",
    "    return dalpha[k] * m + dsigma[k] * (x - alpha[k] * m) / sigma[k]"};
const Lines kSplit = {"def split(S, S1):  # sigma_down and sigma_up of an ancestral step",
                      "    up = min(S1, eta * S1 * np.sqrt(1 - (S1 / S) ** 2))",
                      "    return np.sqrt(S1 ** 2 - up ** 2), up"};
const std::string kInX = "X, S, S1 = x / a, s / a, s1 / a1  # X = x / alpha, S = sigma / alpha";

Lines joined(Lines lines, const Lines& more)
{
    lines.insert(lines.end(), more.begin(), more.end());
    return lines;
}

std::string noise(bool noisy, const std::string& size, int draw = 0)
{
    if (!noisy)
        return {};
    return " + " + size + " * draw(k" + (draw == 0 ? "" : ", " + std::to_string(draw)) + ")";
}

Method inTime(Lines setup, Lines step)
{
    Method made{std::move(setup), std::move(step)};
    made.usesTime = true;
    made.leavesNoise = false;
    return made;
}

Method rk4(const Subject& subject)
{
    std::string middle;
    const auto& levels = subject.plan.levels;
    for (std::size_t k = 0; k + 1 < levels.size(); ++k) {
        const auto at = subject.plan.process->at((levels[k].t + levels[k + 1].t) / 2);
        middle += (k == 0 ? "" : ", ") + literal({at.alpha, at.sigma, at.dAlpha, at.dSigma});
    }
    Method made = inTime({"levels = np.array([alpha, sigma, dalpha, dsigma]).T",
                          "middle = np.array([" + middle + "])  # halfway in t",
                          "",
                          "",
                          "def v(x, level):  # velocity of the probability-flow ODE",
                          "    a, s, da, ds = level",
                          "    m = D(x, a, s)",
                          "    return da * m + ds * (x - a * m) / s"},
                         {"h = t[k + 1] - t[k]",
                          "k1 = v(x, levels[k])",
                          "k2 = v(x + h / 2 * k1, middle[k])",
                          "k3 = v(x + h / 2 * k2, middle[k])",
                          "k4 = v(x + h * k3, levels[k + 1])",
                          "x = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)"});
    made.evaluates = false;
    return made;
}

/// g^2 at every level; in pure noise, where it is infinite, it is not used.
std::string diffusion(const Subject& subject)
{
    const bool pure = subject.plan.levels.front().alpha == 0;
    return std::string("g2 = 2 * sigma * (dsigma - dalpha / ")
           + (pure ? "np.maximum(alpha, 1e-300)" : "alpha") + " * sigma)";
}

Method eulerMaruyama(const Subject& subject)
{
    const bool pure = subject.plan.levels.front().alpha == 0;
    const std::string keep = pure ? "a1 * m + s1 * (x - a * m) / s if a == 0 else " : "";
    if (!(subject.plan.eta > 0))
        return inTime(kVelocity, {"x = " + keep + "x + (t[k + 1] - t[k]) * v(x, m, k)"});
    Lines step;
    if (pure)
        step = {"if a == 0:  # from pure noise: DDIM without noise",
                "    x = a1 * m + s1 * (x - a * m) / s",
                "    continue"};
    return inTime(joined({diffusion(subject), ""}, kVelocity),
                  joined(step,
                         {"h, score = t[k] - t[k + 1], (a * m - x) / s ** 2",
                          "x = x - h * v(x, m, k) + h * eta ** 2 / 2 * g2[k] * score"
                              + noise(true, "eta * np.sqrt(g2[k] * h)")}));
}

Method heunSde(const Subject& subject)
{
    const bool noisy = subject.plan.eta > 0;
    Lines setup;
    if (noisy)
        setup = {diffusion(subject), ""};
    const std::string pull = " + eta ** 2 / 2 * g2[k] * (alpha[k] * m - x) / sigma[k] ** 2";
    setup = joined(joined(setup, kVelocity),
                   {"",
                    "def b(x, m, k):  # drift of the reverse dynamics, backwards in time",
                    "    return -v(x, m, k)" + (noisy ? pull : std::string())});
    Method made = inTime(setup,
                         {"h, b0 = t[k] - t[k + 1], b(x, m, k)",
                          "y = x" + noise(noisy, "eta * np.sqrt(g2[k] * h)"),
                          "p = y + h * b0",
                          "x = y + h / 2 * (b0 + b(p, D(p, a1, s1), k + 1))"});
    made.leavesNoise = noisy;
    return made;
}

Result<Method> ddpm(const Subject& subject)
{
    Method made;
    std::string open = "0";
    const double variance = parameter(subject, "variance");
    if (variance == 1) {
        open = "s ** 2 / (a ** 2 + s ** 2)";
    } else if (variance == 2) {
        const SimulationPlan& plan = subject.plan;
        const auto field =
            makeLearnedField<double>({plan.mixture, plan.guidance, plan.levels}, plan.error.get());
        made.setup = {array("V", meanPosteriorVariances<double>(plan, *field))
                      + "  # E tr Cov[x_0 | x_t] / d of 8192 draws"};
        open = "V[k]";
    }
    const std::string spread =
        variance == 0 ? std::string() : " + (a1 * (1 - r * r)) ** 2 * " + open;
    made.step = {"r = s1 * a / (s * a1)",
                 "var = s1 ** 2 * (1 - r * r)" + spread,
                 "x = a1 * m + r * s1 * (x - a * m) / s + np.sqrt(var) * draw(k)"};
    made.leavesNoise = false;
    return made;
}

Method langevin(const Subject& subject)
{
    const auto steps = static_cast<int>(parameter(subject, "corrector_steps"));
    Method made;
    made.evaluates = made.finishes = made.leavesNoise = false;
    if (steps > 0)
        made.step = {"for j in range(" + std::to_string(steps) + "):  # corrector",
                     "    score, z = (a * D(x, a, s) - x) / s ** 2, draw(k, j)",
                     "    ratio = np.linalg.norm(z, axis=1).mean() / np.linalg.norm(score, "
                     "axis=1).mean()",
                     "    e = 2 * (" + text(subject, "snr") + " * ratio) ** 2",
                     "    x = x + e * score + np.sqrt(2 * e) * z"};
    made.step = joined(made.step,
                       {"m = D(x, a, s)  # predictor",
                        "if s1 == 0:",
                        "    x = a1 * m",
                        "    break",
                        "z = draw(k, " + std::to_string(steps) + ")"});
    if (subject.plan.levels.front().alpha == 0)
        made.step = joined(
            made.step,
            {"if a == 0:  # all noise is drawn anew", "    x = a1 * m + s1 * z", "    continue"});
    made.step = joined(made.step,
                       {kInX,
                        "pull = 1 - (S1 / S) ** 2",
                        "x = a1 * (X + pull * (m - X) + S * np.sqrt(pull) * z)"});
    return made;
}

/// EDM's algorithm 2 in X = x/alpha and sigma~.
Method edmInNoise(const Subject& subject)
{
    Method made;
    made.evaluates = made.finishes = made.leavesNoise = false;
    const bool churns = parameter(subject, "churn") > 0;
    if (churns)
        made.step = {"z = draw(k)"};
    if (subject.plan.levels.front().alpha == 0)
        made.step = joined(made.step,
                           {"if a == 0:  # from pure noise: DDIM",
                            "    m = D(x, a, s)",
                            "    x = a1 * m + s1 * (x - a * m) / s",
                            "    continue"});
    made.step.push_back(kInX);
    if (churns)
        made.step = joined(
            made.step,
            {"inside = " + text(subject, "churn_min") + " <= S <= " + text(subject, "churn_max"),
             "hat = S * (1 + inside * min(" + text(subject, "churn") + " / K, np.sqrt(2) - 1))",
             "X = X + np.sqrt(hat ** 2 - S ** 2) * " + text(subject, "noise_scale") + " * z"});
    else
        made.step.push_back("hat = S");
    made.step = joined(made.step, {"d0 = (X - D(X, 1, hat)) / hat"});
    const double solver = parameter(subject, "solver"), stage = parameter(subject, "stage");
    if (solver == 1) {
        made.step.push_back("x = a1 * (X + (S1 - hat) * d0)");
        return made;
    }
    const bool midpoint = solver == 2;
    made.step = joined(made.step,
                       {"mid = "
                            + (midpoint     ? std::string("np.sqrt(hat * S1)")
                               : stage == 1 ? std::string("S1")
                                            : "hat + " + literal(stage) + " * (S1 - hat)"),
                        "U = X + (mid - hat) * d0",
                        "d1 = d0 if s1 == 0 else (U - D(U, 1, mid)) / mid"});
    const std::string w = midpoint ? "1" : literal(1 / (2 * stage));
    made.step.push_back(midpoint ? "x = a1 * (X + (S1 - hat) * d1)"
                                 : "x = a1 * (X + (S1 - hat) * ((1 - " + w + ") * d0 + " + w
                                       + " * d1))");
    return made;
}

/// EDM's general form in x and t; where the process is between its levels comes as numbers.
Method edmInTime(const Subject& subject, const Requests& requests)
{
    const bool churns = parameter(subject, "churn") > 0;
    std::string first, second;
    for (const auto& step : requests.evaluations) {
        const auto row = [](const PathCoefficients& at) {
            return literal({at.t, at.alpha, at.sigma, at.dAlpha, at.dSigma});
        };
        first += (first.empty() ? "" : ", ") + row(step.front());
        second += (second.empty() ? "" : ", ") + row(step.back());
    }
    Method made;
    made.evaluates = made.finishes = made.leavesNoise = false;
    made.usesTime = true;
    made.setup = {"first = np.array([" + first
                      + "])  # t, alpha, sigma, alpha', sigma' of both stages",
                  "second = np.array([" + second + "])",
                  "",
                  "",
                  "def v(x, level):  # velocity of the probability-flow ODE, and D",
                  "    _, a, s, da, ds = level",
                  "    m = D(x, a, s)",
                  "    return da * m + ds * (x - a * m) / s, m"};
    if (churns)
        made.step = {"z, hat = draw(k), first[k]",
                     "if hat[2] * a > s * hat[1]:  # churn",
                     "    more = np.sqrt((hat[2] / hat[1]) ** 2 - (s / a) ** 2) * "
                         + text(subject, "noise_scale"),
                     "    x = hat[1] / a * x + hat[1] * more * z"};
    else
        made.step = {"hat = first[k]"};
    made.step.emplace_back("(v0, m), h = v(x, hat), t[k + 1] - hat[0]");
    const auto& last = subject.plan.levels.back();
    if (last.sigma == 0 && subject.plan.process->at(last.t).sigma > 0)
        made.step = joined(made.step, {"if s1 == 0:", "    x = a1 * m", "    break"});
    const double solver = parameter(subject, "solver");
    if (solver == 1) {
        made.step.emplace_back("x = x + h * v0");
        return made;
    }
    const std::string w = literal(solver == 2 ? 1 : 1 / (2 * parameter(subject, "stage")));
    made.step = joined(made.step,
                       {"v1 = v0 if s1 == 0 else v(x + (second[k][0] - hat[0]) * v0, second[k])[0]",
                        "x = x + h * ((1 - " + w + ") * v0 + " + w + " * v1)"});
    return made;
}

/// Methods of one stage in native coordinates; nothing for others.
std::optional<Method> oneStage(const Subject& subject, const std::string& kind)
{
    const bool noisy = subject.plan.eta > 0;
    Method made;
    if (kind == "ddim") {
        made.step = {"x = a1 * m + s1 * (x - a * m) / s"};
        if (noisy)
            made.step = {"x = ddim(x, m, a, s, a1, s1, k)"};
        made.leavesNoise = noisy;
    } else if (kind == "dpmpp-1s") {
        made.step = {"x = a1 * m + s1 * (x - a * m) / s  # X' = r X + (1 - r) D"};
        made.leavesNoise = false;
    } else if (kind == "renoise") {
        made.step = {"x = a1 * m + s1 * draw(k)"};
        made.leavesNoise = false;
    } else if (kind == "exponential") {
        made.step = {"h, c = np.log(s / a * a1 / s1), 1 + eta ** 2",
                     "x = a1 * (np.exp(-c * h) * x / a - np.expm1(-c * h) * m)"
                         + noise(noisy, "s1 * np.sqrt(-np.expm1(-2 * eta ** 2 * h))")};
    } else {
        return std::nullopt;
    }
    return made;
}

/// Methods of one or two stages in X = x/alpha.
Result<Method> inNoise(const Subject& subject, const std::string& kind)
{
    const bool noisy = subject.plan.eta > 0;
    Method made;
    made.setup = kSplit;
    if (kind == "ancestral-euler") {
        made.step = {kInX,
                     "down, up = split(S, S1)",
                     "X = X + (down - S) * (X - m) / S" + noise(noisy, "up"),
                     "x = a1 * X"};
    } else if (kind == "dpm2") {
        made.setup.clear();
        made.step = {kInX,
                     "mid = np.sqrt(S * S1)",
                     "U = X + (mid - S) * (X - m) / S",
                     "x = a1 * (X + (S1 - S) * (U - D(U, 1, mid)) / mid)"};
    } else if (kind == "ancestral-dpm2") {
        made.step = {kInX,
                     "down, up = split(S, S1)",
                     "if down > 0:",
                     "    mid = np.sqrt(S * down)",
                     "    U = X + (mid - S) * (X - m) / S",
                     "    m = X + (down - S) * (U - D(U, 1, mid)) / mid",
                     "x = a1 * (m" + noise(noisy, "up") + ")"};
    } else if (kind == "dpmpp-2s") {
        made.step = {kInX,
                     "down, up = split(S, S1)",
                     "if down > 0:",
                     "    mid = np.sqrt(S * down)",
                     "    m = D(mid / S * X + (1 - mid / S) * m, 1, mid)",
                     "x = a1 * (down / S * X + (1 - down / S) * m" + noise(noisy, "up") + ")"};
    } else if (kind == "dpmpp-sde") {
        made.step = {kInX,
                     "mid = np.sqrt(S * S1)",
                     "down, up = split(S, mid)",
                     "U = down / S * X + (1 - down / S) * m" + noise(noisy, "up"),
                     "m = D(U, 1, mid)",
                     "down, up = split(S, S1)",
                     "x = a1 * (down / S * X + (1 - down / S) * m" + noise(noisy, "up", 1) + ")"};
    } else {
        return Error{"kind",
                     "is '" + kind
                         + "', which chooses its steps by what it sees; no short script repeats "
                           "them to the last digit"};
    }
    return made;
}

} // namespace

Result<Method> method(const Subject& subject, const Requests& requests)
{
    const std::string& kind = subject.plan.sampler.kind;
    if (kind == "euler")
        return inTime(kVelocity, {"x = x + (t[k + 1] - t[k]) * v(x, m, k)"});
    if (kind == "heun")
        return inTime(kVelocity,
                      {"h, v0 = t[k + 1] - t[k], v(x, m, k)",
                       "p = x + h * v0",
                       "x = x + h / 2 * (v0 + v(p, D(p, a1, s1), k + 1))"});
    if (kind == "consistency")
        return Error{"kind",
                     "is 'consistency', which solves the flow inside every step; no short script "
                     "repeats that"};
    if (kind == "rk4")
        return rk4(subject);
    if (kind == "euler-maruyama")
        return eulerMaruyama(subject);
    if (kind == "heun-sde")
        return heunSde(subject);
    if (kind == "ddpm")
        return ddpm(subject);
    if (kind == "langevin")
        return langevin(subject);
    if (kind == "edm")
        return parameter(subject, "time") != 0 ? edmInTime(subject, requests) : edmInNoise(subject);
    if (auto made = multistep(subject))
        return *made;
    if (auto made = oneStage(subject, kind))
        return *made;
    return inNoise(subject, kind);
}

} // namespace scorefield::python
