// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/python_multistep.h"

#include "core/base/text.h"

namespace scorefield::python {

namespace {

const Lines kPhi = {
    "def phi(z, k):  # phi_k(z) of exponential integrators, k = 1 ... 4",
    "    return np.expm1(z) / z if k == 1 else (phi(z, k - 1) - 1 / (1, 2, 6)[k - 2]) / z"};
const Lines kSlopes = {
    "def slopes(H, h, order):  # h f' and h^2 f''/2 of the polynomial through the last values",
    "    powers = np.vander([(l - H[-1][0]) / h for l, _ in H[:-order - 1:-1]], increasing=True)",
    "    c = np.tensordot(np.linalg.inv(powers), [f for _, f in H[:-order - 1:-1]], 1)",
    "    return list(c[1:]) + [0] * (3 - order)"};

Lines joined(Lines lines, const Lines& more)
{
    lines.insert(lines.end(), more.begin(), more.end());
    return lines;
}

double parameter(const Subject& subject, const char* key)
{
    return subject.plan.sampler.values.at(key);
}

/// The order of a step of at most this order; diffusers lowers it at the end of short runs.
std::string orderLine(const Subject& subject, int order)
{
    constexpr std::size_t fewSteps = 15;
    const bool lowers =
        parameter(subject, "lower_order_final") != 0 && subject.plan.levels.size() - 1 < fewSteps;
    return "order = min(" + std::to_string(order) + ", len(H)" + (lowers ? ", K - k)" : ")");
}

/// The start of a step whose history is that of `value` (of m or the noise eps).
Lines history(const Subject& subject, const std::string& value, int order)
{
    return {"H.append((np.log(a / s), " + value + "))",
            orderLine(subject, order),
            "h = np.log(a1 / s1) - np.log(a / s)"};
}

std::string reverseNoise(const Subject& subject)
{
    return subject.plan.eta > 0 ? " + s1 * np.sqrt(-np.expm1(-2 * eta ** 2 * h)) * draw(k)"
                                : std::string();
}

Method dpmpp(const Subject& subject, int most)
{
    const bool heun = parameter(subject, "variant") != 0;
    Method made;
    made.setup = joined(joined(joined(kPhi, {""}), kSlopes),
                        {"", "", "H = []  # lambda and D of the last steps"});
    made.step = joined(history(subject, "m", most), {"d1, d2 = slopes(H, h, order)"});
    const std::string slope =
        heun ? "phi(-h, 2)" : "(phi(-h, 1) / 2 if order == 2 else phi(-h, 2))";
    made.step.push_back("x = s1 / s * x + a1 * h * (phi(-h, 1) * m + " + slope
                        + " * d1 + phi(-h, 3) * d2)");
    return made;
}

Method dpmpp2mSde(const Subject& subject)
{
    const bool heun = parameter(subject, "variant") == 1;
    Method made;
    made.setup = joined(kSlopes, {"", "", "H = []  # lambda and D of the last steps"});
    made.step = joined(history(subject, "m", 2),
                       {"c, d1 = (1 + eta ** 2) * h, slopes(H, h, order)[0]",
                        "E = -np.expm1(-c)",
                        std::string("c1 = ") + (heun ? "1 - E / c" : "E / 2"),
                        "x = a1 * ((1 - E) * x / a + E * m + c1 * d1)" + reverseNoise(subject)});
    return made;
}

Method dpmpp3mSde(const Subject& subject)
{
    const double variant = parameter(subject, "variant");
    Method made;
    made.setup = joined(kSlopes, {"", "", "H = []  # lambda and D of the last steps"});
    made.step = joined(history(subject, "m", 3),
                       {"c, (d1, d2) = (1 + eta ** 2) * h, slopes(H, h, order)",
                        "E = -np.expm1(-c)",
                        "p2 = 1 - E / c",
                        std::string("p3 = ") + (variant != 0 ? "-1" : "1") + " / 2 - p2 / c"});
    if (variant == 1)
        made.step.push_back("p2 = E / 2 if order == 2 else p2");
    made.step.push_back("x = a1 * ((1 - E) * x / a + E * m + p2 * d1 + p3 * d2)"
                        + reverseNoise(subject));
    return made;
}

Method deis(const Subject& subject)
{
    Method made;
    made.setup = joined(joined(joined(kPhi, {""}), kSlopes),
                        {"", "", "H = []  # lambda and eps of the last steps"});
    made.step = joined(
        history(subject, "(x - a * m) / s", static_cast<int>(parameter(subject, "order"))),
        {"d1, d2 = slopes(H, h, order)",
         "x = a1 / a * x - s1 * h * (phi(h, 1) * H[-1][1] + phi(h, 2) * d1 + 2 * phi(h, 3) * d2)"});
    return made;
}

Method lms(const Subject& subject)
{
    const auto order = std::to_string(static_cast<int>(parameter(subject, "order")));
    Method made;
    made.finishes = parameter(subject, "lower_order_final") != 0;
    made.setup = {
        "def integral(S, j, end):  # of the Lagrange basis from S[0] to end; exact for cubics",
        "    u = (end - S[0]) / 2 * np.array([-1, 1]) / np.sqrt(3) + (end + S[0]) / 2",
        "    others = [(u - S[i]) / (S[j] - S[i]) for i in range(len(S)) if i != j]",
        "    return (end - S[0]) / 2 * np.prod([np.ones(2)] + others, axis=0).sum()",
        "",
        "",
        "H = []  # sigma / alpha and eps of the last steps, newest first"};
    made.step = {"H = [(s / a, (x - a * m) / s)] + H[:" + order + " - 1]",
                 "c = [integral([S for S, _ in H], j, s1 / a1) for j in range(len(H))]",
                 "x = a1 * (x / a + sum(w * e for w, (_, e) in zip(c, H)))"};
    return made;
}

Method unipc(const Subject& subject)
{
    const auto order = std::to_string(static_cast<int>(parameter(subject, "order")));
    const bool lowers = parameter(subject, "lower_order_final") != 0;
    const bool bh1 = parameter(subject, "variant") == 0;
    Method made;
    made.setup =
        joined(kPhi,
               {"",
                "",
                "def advance(x, k, base, others):  # from level k to k + 1 with D at other lambda",
                "    h = np.log(alpha[k + 1] / sigma[k + 1]) - np.log(alpha[k] / sigma[k])",
                "    r = np.array([(l - base[0]) / h for l, _ in others])",
                std::string("    w = ") + (bh1 ? "h" : "-np.expm1(-h)") + " / 2 / r",
                "    if len(r) > 1:",
                "        moments = [phi(-h, 2), 2 * phi(-h, 3), 6 * phi(-h, 4)][:len(r)]",
                "        w = h * np.linalg.solve(np.vander(r, increasing=True).T, moments) / r",
                "    mean = -np.expm1(-h) * base[1] + sum(q * (f - base[1]) for q, (_, f) in "
                "zip(w, others))",
                "    return sigma[k + 1] / sigma[k] * x + alpha[k + 1] * mean",
                "",
                "H, last, order = [], x, 1  # lambda and D of the last steps, newest first"});
    made.step = {"H = [(np.log(a / s), m)] + H[:3]",
                 "if len(H) > 1:  # corrector of the step that ended here",
                 "    x = advance(last, k - 1, H[1], H[2:order + 1] + H[:1])",
                 std::string("last, order = x, min(") + order + ", len(H)"
                     + (lowers ? ", K - k)" : ")"),
                 "x = advance(x, k, H[0], H[1:order])  # predictor"};
    return made;
}

/// The orders of the steps of DPM-Solver-fast: 3, …, 3 and what is left.
std::string fastOrders(const Subject& subject)
{
    const int n = static_cast<int>(parameter(subject, "evaluations")), left = n % 3;
    std::string orders = subject.plan.levels.front().alpha > 0 ? "" : "0, ";
    for (int k = 0; k < n / 3 - (left == 0 ? 1 : 0); ++k)
        orders += "3, ";
    return "[" + orders + (left == 0 ? "2, 1" : std::to_string(left)) + "]";
}

Method dpmFast(const Subject& subject)
{
    const auto& levels = subject.plan.levels;
    const auto last = levels.back().sigma > 0 ? levels.back() : levels[levels.size() - 2];
    const bool noisy = subject.plan.eta > 0;
    Method made;
    made.evaluates = false;
    made.setup = {"orders = " + fastOrders(subject),
                  "",
                  "",
                  "def eps(X, l):  # predicted noise at lambda = -log(sigma / alpha)",
                  "    return (X - D(X, 1, np.exp(-l))) / np.exp(-l)"};
    made.step = {"X, l, end, order, up = x / a, np.log(a / s), np.log(a1 / s1), orders[k], 0"};
    if (noisy)
        made.step =
            joined(made.step,
                   {"S, S1 = np.exp(-l), np.exp(-end)",
                    "down = np.sqrt(max(S1 ** 2 - (eta * S1) ** 2 * (1 - (S1 / S) ** 2), 1e-300))",
                    "end = min(" + literal(last.lambda()) + ", -np.log(down))",
                    "up = np.sqrt(max(0, S1 ** 2 - np.exp(-2 * end)))"});
    made.step =
        joined(made.step,
               {"h, e0, r, q = end - l, eps(X, l), 1 / max(order, 2), 2 / 3 * (end - l)",
                "U = X - np.exp(-l - r * h) * np.expm1(r * h) * e0",
                "g, b = eps(U, l + r * h) - e0 if order > 1 else 0, np.expm1(h)",
                "if order == 3:",
                "    U = X - np.exp(-l - q) * (np.expm1(q) * e0 + 2 * (np.expm1(q) / q - 1) * g)",
                "    g, b = eps(U, l + q) - e0, 1.5 * (np.expm1(h) / h - 1)",
                "x = a1 * (X - np.exp(-end) * (np.expm1(h) * e0 + b * g))"
                    + std::string(noisy ? " + (a1 * up * draw(k) if up > 0 else 0)" : "")});
    return made;
}

} // namespace

std::optional<Method> multistep(const Subject& subject)
{
    const std::string& kind = subject.plan.sampler.kind;
    if (kind == "dpmpp-2m" || kind == "dpmpp-3m")
        return dpmpp(subject, kind == "dpmpp-2m" ? 2 : 3);
    if (kind == "dpmpp-2m-sde")
        return dpmpp2mSde(subject);
    if (kind == "dpmpp-3m-sde")
        return dpmpp3mSde(subject);
    if (kind == "deis")
        return deis(subject);
    if (kind == "lms")
        return lms(subject);
    if (kind == "unipc")
        return unipc(subject);
    if (kind == "dpm-fast")
        return dpmFast(subject);
    return std::nullopt;
}

} // namespace scorefield::python
