// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/python_script.h"

#include "core/base/text.h"
#include "core/field/component_order.h"
#include "core/process/forward_process.h"
#include "core/session/lane_plan.h"
#include "core/session/python_parts.h"
#include "core/session/table_rows.h"
#include "core/session/tape_path.h"

#include <algorithm>
#include <cmath>

namespace scorefield {

namespace python {

std::string literal(double value)
{
    if (std::isnan(value))
        return "np.nan";
    if (std::isinf(value))
        return value > 0 ? "np.inf" : "-np.inf";
    return formatNumber(value);
}

std::string literal(const std::vector<double>& values)
{
    std::string text;
    for (const double value : values)
        text += (text.empty() ? "" : ", ") + literal(value);
    return "[" + text + "]";
}

std::string array(const std::string& name, const std::vector<double>& values)
{
    return name + " = np.array(" + literal(values) + ", float)";
}

std::string rows(const Eigen::MatrixXd& matrix)
{
    std::string text;
    for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
        const Eigen::VectorXd row = matrix.row(i);
        text += (i == 0 ? "" : ", ")
                + literal(std::vector<double>(row.data(), row.data() + row.size()));
    }
    return "[" + text + "]";
}

namespace {

constexpr std::size_t kMostLines = 80;

void append(Lines& lines, const Lines& more, const std::string& indent = {})
{
    for (const std::string& line : more)
        lines.push_back(line.empty() ? line : indent + line);
}

/// Text as it may stand in a docstring.
std::string quiet(std::string text)
{
    for (char& c : text)
        if (c == '"' || c == '\\' || c == '\n')
            c = '\'';
    return text;
}

const VariantInfo& infoOf(const char* family, const Choice& choice)
{
    return *table::findVariant(*table::findFamily(family), choice.kind);
}

Lines heading(const Session& session, const Subject& subject, int lane)
{
    const VariantInfo& process = infoOf("process", subject.lane->process);
    const VariantInfo& sampler = infoOf("sampler", subject.lane->sampler);
    const VariantInfo& guidance = infoOf("guidance", subject.lane->guidance);
    const std::string method = sampler.label + ": " + sampler.formula + " (" + sampler.source + ")";
    const std::string guided = subject.plan.guidance->target()
                                   ? "; " + guidance.formula + " (" + guidance.source + ")"
                                   : std::string();
    Lines lines{"#!/usr/bin/env python3",
                "\"\"\"" + quiet(session.info.title.empty() ? "Session" : session.info.title)
                    + ", lane " + std::to_string(lane + 1) + ": " + quiet(process.label) + ", "
                    + quiet(sampler.label) + ". Written by Scorefield.",
                "x_t = alpha x_0 + sigma eps, x [n, d]; D is the posterior mean E[x_0 | x_t]. "
                    + quiet(process.formula),
                quiet(method + guided) + "\"\"\"",
                "import importlib.util, sys, numpy as np",
                ""};
    return lines;
}

Lines levelLines(const SimulationPlan& plan, bool usesTime)
{
    const auto column = [&](const char* name, double PathCoefficients::*field) {
        std::vector<double> values;
        for (const PathCoefficients& level : plan.levels)
            values.push_back(level.*field);
        return array(name, values);
    };
    Lines lines{column("alpha", &PathCoefficients::alpha) + "  # of K + 1 levels, noise first",
                column("sigma", &PathCoefficients::sigma)};
    if (usesTime)
        append(lines,
               {column("t", &PathCoefficients::t),
                column("dalpha", &PathCoefficients::dAlpha),
                column("dsigma", &PathCoefficients::dSigma)});
    return lines;
}

Lines normalLines()
{
    return {
        "",
        "def uniform(step, stream):  # Philox4x32-10 (Salmon et al. 2011), counter and key as "
        "below",
        "    M, i = 0xFFFFFFFF, np.arange(n, dtype=np.uint64)[:, None]",
        "    w = [i, np.arange((d + 1) // 2, dtype=np.uint64) + 0 * i, step // 2, stream]",
        "    key = [seed & M, seed >> 32]",
        "    for _ in range(10):",
        "        p, q = 0xD2511F53 * w[0], 0xCD9E8D57 * w[2]",
        "        w = [(q >> 32) ^ w[1] ^ key[0], q & M, (p >> 32) ^ w[3] ^ key[1], p & M]",
        "        key = [(key[0] + 0x9E3779B9) & M, (key[1] + 0xBB67AE85) & M]",
        "    return [(v + 0.5) / 2 ** 32 for v in w[2 * (step % 2):][:2]]",
        "",
        "def normal(step, stream):  # Box-Muller, [n, d]",
        "    u, v = uniform(step, stream)",
        "    r, angle = np.sqrt(-2 * np.log(u)), 2 * np.pi * v",
        "    return np.stack([r * np.cos(angle), r * np.sin(angle)], -1).reshape(n, -1)[:, :d]"};
}

Lines drawLines(const Subject& subject)
{
    if (!subject.tapePath.empty()) {
        std::string path;
        for (const char c : subject.tapePath)
            path += c == '\\' || c == '\'' ? std::string("\\") + c : std::string(1, c);
        return {"",
                "tape = iter(np.load('" + path + "')[:, :n])  # recorded normals [calls, n, d]",
                "draw = lambda k, j=0: next(tape)"};
    }
    const int draws = (*findSampler(subject.plan.sampler))->drawsPerStep;
    return {"",
            std::string("draw = lambda k, j=0: normal(")
                + (draws == 1 ? "k" : std::to_string(draws) + " * k + j")
                + ", 1)  # normals number j of step k"};
}

Lines ddimLines(bool noisy)
{
    if (!noisy)
        return {"", "def ddim(x, m, a, s, a1, s1, k):", "    return a1 * m + s1 * (x - a * m) / s"};
    return {
        "",
        "def ddim(x, m, a, s, a1, s1, k):",
        "    fresh = min(s1, eta * s1 * np.sqrt(1 - (s1 * a / (s * a1)) ** 2))",
        "    return a1 * m + np.sqrt(s1 ** 2 - fresh ** 2) * (x - a * m) / s + fresh * draw(k)"};
}

Lines startLines(const SimulationPlan& plan)
{
    if (plan.prior == Prior::Gaussian)
        return {"x = sigma[0] * normal(0, 0)"};
    const ComponentOrder order = orderComponents(*plan.mixture, *plan.guidance);
    std::vector<double> start;
    for (int i = 0; i < order.members; ++i)
        start.push_back(order.components[static_cast<std::size_t>(i)]);
    return {
        "start = np.array(" + literal(start) + ")  # x_T from the exact law of these components",
        "total = np.cumsum(pi[start])",
        "c = start[np.searchsorted(total[:-1], uniform(0, 2)[0][:, 0] * total[-1], 'right')]",
        "root = Q * np.sqrt(alpha[0] ** 2 * ell + sigma[0] ** 2)[:, None] @ Q.transpose(0, 2, 1)",
        "x = alpha[0] * mu[c] + np.einsum('nij,nj->ni', root[c], normal(0, 0))"};
}

/// The last step to sigma = 0 stands behind the loop, where it is the posterior mean.
Lines loopLines(const SimulationPlan& plan, const Method& method)
{
    const bool finishes = method.finishes && plan.levels.back().sigma == 0;
    Lines lines{finishes ? "for k in range(K - 1):" : "for k in range(K):",
                "    a, s, a1, s1 = alpha[k], sigma[k], alpha[k + 1], sigma[k + 1]"};
    if (method.evaluates)
        lines.push_back("    m = D(x, a, s)");
    if (method.leavesNoise && plan.levels.front().alpha == 0)
        append(lines,
               {"if a == 0:  # from pure noise: DDIM",
                std::string("    x = ddim(x, ") + (method.evaluates ? "m" : "D(x, a, s)")
                    + ", a, s, a1, s1, k)",
                "    continue"},
               "    ");
    append(lines, method.step, "    ");
    if (finishes)
        lines.push_back("x = alpha[K] * D(x, alpha[K - 1], sigma[K - 1])  # no noise is left");
    return lines;
}

Lines endLines(int dimension)
{
    return {"",
            "print('mean', x.mean(0), 'standard deviation', x.std(0))",
            "if len(sys.argv) > 1:",
            "    np.save(sys.argv[1], x)",
            "elif importlib.util.find_spec('matplotlib'):",
            "    import matplotlib.pyplot as plt",
            dimension == 1
                ? "    plt.hist(x[:, 0], 100), plt.show()"
                : "    plt.scatter(x[:, 0], x[:, 1], s=2), plt.axis('equal'), plt.show()"};
}

/// One empty line at a time.
std::string text(const Lines& lines, std::size_t& count)
{
    std::string script;
    count = 0;
    bool wasEmpty = false;
    for (const std::string& line : lines) {
        if (line.empty() && wasEmpty)
            continue;
        wasEmpty = line.empty();
        script += line + '\n';
        ++count;
    }
    return script;
}

/// What no script repeats, whatever the method.
Status checkSubject(const Session& session, const Subject& subject, const Requests& requests)
{
    if (requests.drawsPath && subject.plan.noise == NoisePolicy::BrownianTree)
        return Error{"particles.noise",
                     "is the Brownian tree, which no short script draws; choose independent draws, "
                     "or export the step noise and use it as a tape"};
    if (subject.mixture != subject.plan.mixture && subject.plan.prior == Prior::Exact)
        return Error{subject.key + "prior",
                     "is the exact law of the data, whose score the lane's model has not; no "
                     "short script holds both mixtures"};
    if (subject.plan.noise == NoisePolicy::Tape && requests.draws > 0
        && session.particles.tape.empty())
        return Error{"particles.noise", "is the recorded tape, but the session names no file"};
    return success();
}

Result<std::string> script(const Session& session, const Subject& subject, int lane)
{
    const SimulationPlan& plan = subject.plan;
    // Asked before the run over nothing: adaptive steps would not end there.
    const SamplerKind& kind = **findSampler(plan.sampler);
    if (kind.evaluationsPerStep == 0)
        return Error{subject.key + "sampler.kind",
                     "is '" + plan.sampler.kind
                         + "', which chooses its steps by what it sees; no short script repeats "
                           "them"};
    const Requests requests = requestsOf(plan);
    if (auto status = checkSubject(session, subject, requests); !status)
        return status.error();
    const auto mean = denoiser(subject, requests);
    if (!mean)
        return mean.error();
    const auto made = method(subject, requests);
    if (!made)
        return Error{subject.key + "sampler." + made.error().path, made.error().message};

    Lines lines = heading(session, subject, lane);
    const bool usesEta = kind.usesEta;
    const auto whole = [](auto number) { return ", " + std::to_string(number); };
    lines.push_back("n, d, seed, K" + std::string(usesEta ? ", eta" : "") + " = "
                    + std::to_string(plan.particles) + whole(plan.mixture->dimension())
                    + whole(plan.seed) + whole(plan.levels.size() - 1)
                    + (usesEta ? ", " + literal(plan.eta) : ""));
    append(lines, mean->data);
    append(lines, levelLines(plan, made->usesTime));
    append(lines, normalLines());
    if (requests.draws > 0)
        append(lines, drawLines(subject));
    append(lines, mean->function);
    const bool leavesNoise = made->leavesNoise && plan.levels.front().alpha == 0;
    if (leavesNoise || plan.sampler.kind == "ddim")
        if (leavesNoise || plan.eta > 0)
            append(lines, ddimLines(usesEta && plan.eta > 0));
    lines.emplace_back();
    append(lines, startLines(plan));
    const Lines& setup = made->setup;
    if (std::any_of(setup.begin(), setup.end(), [](const auto& l) { return l.starts_with("def"); }))
        lines.emplace_back();
    append(lines, setup);
    if (!setup.empty() && setup.back().starts_with(" "))
        lines.emplace_back();
    append(lines, loopLines(plan, *made));
    append(lines, endLines(plan.mixture->dimension()));
    std::size_t count = 0;
    std::string written = text(lines, count);
    if (count > kMostLines)
        return Error{subject.key + "sampler.kind",
                     "with these settings needs a script of " + std::to_string(count)
                         + " lines, which is more than 80"};
    return written;
}

} // namespace

} // namespace python

Result<std::string> pythonScript(const Session& session, int lane)
{
    if (lane < 0 || lane >= static_cast<int>(session.lanes.size()))
        return Error{"lane", "there is no lane " + std::to_string(lane + 1)};
    auto mixture = GaussianMixture::create(*session.data);
    if (!mixture)
        return Error{"/data" + mixture.error().path, mixture.error().message};
    python::Subject subject;
    subject.key = "lanes." + std::to_string(lane) + ".";
    subject.lane = &session.lanes[static_cast<std::size_t>(lane)];
    auto plan = planLane(
        session, lane, std::make_shared<const GaussianMixture>(std::move(mixture).value()));
    if (!plan)
        return plan.error();
    subject.plan = std::move(plan).value();
    const auto model =
        subject.plan.error ? subject.plan.error->model(*subject.plan.mixture) : nullptr;
    subject.mixture = model ? model : subject.plan.mixture;
    if (subject.plan.noise == NoisePolicy::Tape)
        subject.tapePath = tapeName(session.particles.tape);
    return python::script(session, subject, lane);
}

} // namespace scorefield
