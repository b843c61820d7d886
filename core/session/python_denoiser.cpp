// SPDX-License-Identifier: GPL-3.0-or-later
// The posterior mean in NumPy: mixture, guidance rule, score error.
#include "core/base/text.h"
#include "core/field/component_order.h"
#include "core/field/node_average.h"
#include "core/session/python_parts.h"

namespace scorefield::python {

namespace {

struct Components {
    std::vector<double> weights;
    std::vector<Eigen::VectorXd> means;
    std::vector<Eigen::MatrixXd> covariances;
};

void append(Components& all, const GaussianMixture& mixture)
{
    for (const auto& component : mixture.components()) {
        const Eigen::MatrixXd& Q = component.eigenvectors;
        Eigen::MatrixXd Sigma = Q * component.eigenvalues.asDiagonal() * Q.transpose();
        constexpr double rounding = 1e-15; // of the products above
        const double limit = rounding * component.eigenvalues.maxCoeff();
        Sigma = Sigma.unaryExpr([&](double value) {
            return std::abs(value) <= limit ? 0 : *parseNumber(formatNumber(value, 15));
        });
        all.weights.push_back(component.weight);
        all.means.push_back(component.mean);
        all.covariances.push_back((Sigma + Sigma.transpose()) / 2);
    }
}

std::string listed(const std::vector<std::string>& items)
{
    std::string text;
    for (const std::string& item : items)
        text += (text.empty() ? "" : ", ") + item;
    return "[" + text + "]";
}

Lines mixtureLines(const Components& all)
{
    std::vector<std::string> means, covariances;
    for (std::size_t k = 0; k < all.means.size(); ++k) {
        means.push_back(literal(
            std::vector<double>(all.means[k].data(), all.means[k].data() + all.means[k].size())));
        covariances.push_back(rows(all.covariances[k]));
    }
    return {array("pi", all.weights) + "  # the data: sum of pi N(mu, Sigma)",
            "mu = np.array(" + listed(means) + ", float)",
            "Sigma = np.array(" + listed(covariances) + ", float)",
            "ell, Q = np.linalg.eigh(Sigma)",
            "ell = np.maximum(ell, 0)"};
}

std::string indices(const std::vector<int>& components, std::size_t from, std::size_t to)
{
    bool isRange = to > from;
    for (std::size_t i = from; i < to; ++i)
        isRange = isRange && components[i] == components[from] + static_cast<int>(i - from);
    if (isRange && to - from > 4)
        return "range(" + std::to_string(components[from]) + ", "
               + std::to_string(components[to - 1] + 1) + ")";
    std::vector<std::string> items;
    for (std::size_t i = from; i < to; ++i)
        items.push_back(std::to_string(components[i]));
    return listed(items);
}

/// The rules whose guided mean is a formula of m = D_c and diff = D_c - D_u, by id. Each line may
/// use w, x, a, s and the parameters of the rule.
Result<Lines> ruleLines(const Subject& subject)
{
    const Choice& guidance = subject.lane->guidance;
    const auto value = [&](const char* key) { return literal(guidance.values.at(key)); };
    const GuidanceRule& rule = *subject.plan.guidance;
    if (rule.isLinear())
        return Lines{"return m + (w - 1) * diff"};
    if (guidance.kind == "power-law")
        return Lines{"size = (a / s) ** 2 * np.linalg.norm(diff, axis=1, keepdims=True)",
                     "return m + (w - 1) * size ** " + value("power") + " * diff"};
    if (guidance.kind == "beta-cfg")
        return Lines{"size = a / s * np.linalg.norm(diff, axis=1, keepdims=True)",
                     "step = diff * np.where(size > 0, size, 1) ** -" + value("gamma"),
                     "return m - diff + w * np.where(size > 0, step, 0)"};
    if (guidance.kind == "apg" && guidance.values.at("momentum") == 0)
        return Lines{"size = np.maximum(np.linalg.norm(diff, axis=1, keepdims=True), 1e-300)",
                     "square = np.maximum((m * m).sum(1, keepdims=True), 1e-300)",
                     "along = (diff * m).sum(1, keepdims=True) / square * m",
                     "return m + (w - 1) * np.minimum(1, " + value("radius")
                         + " / size) * (diff - (1 - " + value("parallel") + ") * along)"};
    if (guidance.kind == "moment-steering") {
        const int k = subject.mixture->componentCount();
        return Lines{"moments = posterior(x, a, s, [" + std::to_string(k)
                         + "])[1] - posterior(x, a, s, [" + std::to_string(k + 1) + "])[1]",
                     "return m + (w - 1) * moments"};
    }
    if (guidance.kind == "autoguidance") {
        const int k = subject.mixture->componentCount();
        int guides = 0;
        for (const auto& extra : rule.extraMixtures())
            guides += extra->componentCount();
        if (guides == 0)
            return Lines{"return m"};
        const std::string range = std::to_string(k) + ", " + std::to_string(k + guides);
        return Lines{"guide = posterior(x, a, s, range(" + range + "))[1]  # the weaker model",
                     "return m + (w - 1) * ((1 - " + value("share") + ") * diff + " + value("share")
                         + " * (m - guide))"};
    }
    const std::string extra =
        guidance.kind == "apg" ? " with a momentum over the evaluations" : std::string();
    return Error{subject.key + "guidance.kind",
                 "is '" + guidance.kind + "'" + extra
                     + ", which no short script computes: it looks elsewhere than where it is "
                       "asked, or needs a table"};
}

/// Where the guidance rule is asked in an evaluation at `level`.
PathCoefficients guidedLevel(const Subject& subject, const PathCoefficients& level)
{
    const Choice& error = subject.lane->error;
    if (error.kind != "lag" || level.alpha == 0)
        return level;
    const double sigma = level.sigmaTilde() * (1 + error.values.at("lag"));
    return {sigma, 1, sigma, 0, 1};
}

/// "w = …": one number, or one for every evaluation of the run in their order.
Lines weightLines(const Subject& subject, const Requests& requests, bool& varies)
{
    std::vector<double> weights;
    for (const auto& step : requests.evaluations)
        for (const PathCoefficients& level : step)
            weights.push_back(subject.plan.guidance->weight(guidedLevel(subject, level)));
    varies =
        std::any_of(weights.begin(), weights.end(), [&](double w) { return w != weights.front(); });
    if (!varies)
        return {"w = " + literal(weights.front()) + "  # guidance weight, 1: the class alone"};
    return {"weights = iter(" + literal(weights)
            + ")  # guidance weight of every evaluation, 1: the class alone"};
}

/// The line of the posterior mean with the score's error; `exact` is the one without.
Result<Lines> errorLines(const Subject& subject, bool weightVaries)
{
    const Choice& error = subject.lane->error;
    const auto value = [&](const char* key) { return literal(error.values.at(key)); };
    Lines lines{"", "", "def D(x, a, s):  # with the error of the score"};
    const auto add = [&lines](const std::string& line) { lines.push_back("    " + line); };
    if (subject.plan.levels.front().alpha == 0) {
        add("if a == 0:");
        add("    return exact(x, a, s)");
    }
    if (error.kind == "lag") {
        add("f = 1 + " + value("lag"));
        add("return x / a + (exact(x / a, 1, f * s / a) - x / a) / f ** 2");
        return lines;
    }
    if (error.kind == "score-smoothing") {
        if (weightVaries)
            return Error{subject.key + "guidance.kind",
                         "has a weight that changes over the run, which no short script joins with "
                         "an averaged score"};
        const Eigen::MatrixXd nodes = error.values.at("width")
                                      * gaussianNodes(subject.mixture->dimension(),
                                                      static_cast<int>(error.values.at("nodes")));
        add("y, turn = np.array(" + rows(nodes) + "), 2.399963229728653 * np.log(s / a)");
        add("for i in range(d - 1):  # places around x, turned with the noise level");
        add("    y[i:i + 2] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]] @ "
            "y[i:i + "
            "2]");
        add("return np.mean([exact(x + a * place, a, s) for place in y.T], axis=0)");
        return lines;
    }
    add("m = exact(x, a, s)");
    if (error.kind == "gain") {
        add("return m + " + value("gain") + " * (m - x / a)");
    } else if (error.kind == "constant" && error.values.at("part") == 0) {
        const int d = subject.mixture->dimension();
        std::vector<double> e(static_cast<std::size_t>(d), 0.);
        e[0] = error.values.at("x");
        if (d > 1)
            e[1] = error.values.at("y");
        add("return m + np.array(" + literal(e) + ")");
    } else if (error.kind == "rotation") {
        const Eigen::VectorXd centre = subject.plan.mixture->mean();
        add("y = " + value("turn") + " * (x / a - np.array("
            + literal(std::vector<double>(centre.data(), centre.data() + centre.size())) + "))");
        add("m[:, 0], m[:, 1] = m[:, 0] - y[:, 1], m[:, 1] + y[:, 0]");
        add("return m");
    } else {
        const bool isPart = error.kind == "constant";
        return Error{subject.key + (isPart ? "error.part" : "error.kind"),
                     isPart ? "is a part of the error by the ridge, which no short script computes"
                            : "is '" + error.kind + "', which no short script computes"};
    }
    return lines;
}

Lines posteriorLines()
{
    return {"",
            "",
            "def posterior(x, a, s, ks):  # log density and E[x_0 | x_t] of the components ks",
            "    L, M = [], []",
            "    for k in ks:",
            "        y, v = (x - a * mu[k]) @ Q[k], a ** 2 * ell[k] + s ** 2",
            "        L.append(np.log(pi[k]) - (np.log(v) + y ** 2 / v).sum(1) / 2)",
            "        M.append(mu[k] + (a * ell[k] / v * y) @ Q[k].T)",
            "    top = np.max(L, axis=0)",
            "    p = np.exp(L - top)[..., None]  # log-sum-exp",
            "    return top + np.log(p[..., 0].sum(0)), (p * M).sum(0) / p.sum(0)"};
}

/// What no script computes, whatever the rule's formula.
Status checkGuidance(const Subject& subject, const ComponentOrder& order)
{
    const GuidanceRule& guidance = *subject.plan.guidance;
    const std::string& kind = subject.lane->guidance.kind;
    if (!guidance.target())
        return success();
    // Where the class is the whole mixture, rules of the difference alone do nothing.
    const bool stillActs =
        guidance.form() == GuidanceForm::Field && kind != "apg" && kind != "moment-steering";
    if (order.others() == 0 && stillActs)
        return Error{subject.key + "guidance.target",
                     "is the whole mixture, for which no script is written with '" + kind + "'"};
    if (guidance.newCorrector(16, subject.mixture->dimension()) != nullptr)
        return Error{subject.key + "guidance.kind",
                     "is '" + kind
                         + "', which also moves the particles between the steps; no short script "
                           "does that"};
    return success();
}

/// The guided mean as the function `name`. True if the weight changes from evaluation to
/// evaluation.
Result<bool> addGuided(const Subject& subject,
                       const Requests& requests,
                       const ComponentOrder& order,
                       const std::string& name,
                       Denoiser& result)
{
    const auto rule = ruleLines(subject);
    if (!rule)
        return rule.error();
    bool varies = false;
    const auto members = static_cast<std::size_t>(order.members);
    result.data.push_back("members, others = " + indices(order.components, 0, members) + ", "
                          + indices(order.components, members, order.components.size())
                          + "  # components of the target, and the rest");
    const Lines weights = weightLines(subject, requests, varies);
    result.data.insert(result.data.end(), weights.begin(), weights.end());
    Lines& function = result.function;
    function.insert(function.end(), {"", "def " + name + "(x, a, s):  # guided posterior mean"});
    const auto add = [&function](const std::string& line) { function.push_back("    " + line); };
    if (varies)
        add("w = next(weights)");
    add("(lc, m), (lo, o) = posterior(x, a, s, members), posterior(x, a, s, others)");
    add("diff = np.exp(lo - np.logaddexp(lc, lo))[:, None] * (m - o)  # D_c - D_u");
    for (const std::string& line : *rule)
        add(line);
    return varies;
}

} // namespace

Result<Denoiser> denoiser(const Subject& subject, const Requests& requests)
{
    Components all;
    append(all, *subject.mixture);
    const GuidanceRule& guidance = *subject.plan.guidance;
    const ComponentOrder order = orderComponents(*subject.mixture, guidance);
    if (auto status = checkGuidance(subject, order); !status)
        return status.error();
    const bool guided = guidance.target() && order.others() > 0;
    const bool isWrong = subject.plan.error && subject.mixture == subject.plan.mixture;
    const std::string name = isWrong ? "exact" : "D";
    if (guided)
        for (const auto& extra : guidance.extraMixtures())
            append(all, *extra);
    Denoiser result{mixtureLines(all), posteriorLines()};
    Lines& function = result.function;
    Result<bool> varies = false;
    if (guided) {
        varies = addGuided(subject, requests, order, name, result);
        if (!varies)
            return varies.error();
    } else {
        const auto count = std::to_string(subject.mixture->componentCount());
        function.insert(function.end(),
                        {"",
                         "def " + name + "(x, a, s):  # the posterior mean",
                         "    return posterior(x, a, s, range(" + count + "))[1]"});
    }
    if (isWrong) {
        const auto error = errorLines(subject, *varies);
        if (!error)
            return error.error();
        function.insert(function.end(), error->begin(), error->end());
    }
    return result;
}

} // namespace scorefield::python
