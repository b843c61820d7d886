// SPDX-License-Identifier: GPL-3.0-or-later
// The coefficients of the multistep methods by themselves: linear multistep against k-diffusion,
// the phi functions and difference weights against what they must do to polynomials.
#include "core/sampler/exponential_functions.h"
#include "core/sampler/lms_weights.h"
#include "core/sampler/multistep.h"
#include "tests/support/compare.h"

#include <QtTest>

#include <algorithm>
#include <vector>

using namespace scorefield;
using namespace scorefield::test;

class TestSamplerWeights : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void linearMultistepAgreesWithKDiffusion()
    {
        const NpyArray levels = referenceArray("kdiff/lms_coeffs/sigmas.npy");
        const NpyArray expected = referenceArray("kdiff/lms_coeffs/coeffs.npy");
        QCOMPARE(levels.values.size(), std::size_t(21));
        QCOMPARE(expected.values.size(), std::size_t(20 * 4));
        for (std::size_t i = 0; i < 20; ++i) {
            std::vector<double> last;
            for (std::size_t j = 0; j < std::min<std::size_t>(i + 1, 4); ++j)
                last.push_back(levels.values[i - j]);
            const auto weights = lmsWeights(last, levels.values[i + 1]);
            for (std::size_t j = 0; j < 4; ++j) // 1e-10 absolute: the case's own tolerance
                COMPARE_CLOSE(weights[j], expected.values[4 * i + j], 0, 1e-10);
        }
    }

    /// phi_k(z) = sum z^j/(j+k)!, on both sides of the switch of formulas at |z| = 1.
    void phiFunctionsAreTheirSeries()
    {
        for (const double z :
             {-1.0000001, -0.9999999, -1e-9, 0.0, 1e-3, 0.5, 0.9999999, 1.0000001, 3.0, -3.0}) {
            double sums[4] = {};
            for (int k = 1; k <= 4; ++k) {
                double term = 1;
                for (int i = 2; i <= k; ++i)
                    term /= i;
                for (int j = 0; j < 60; ++j) {
                    sums[k - 1] += term;
                    term *= z / (j + 1 + k);
                }
            }
            const PhiFunctions phi = phiFunctions(z);
            // 1e-13: the upward formula loses up to two digits per function at |z| just above 1
            COMPARE_CLOSE(phi.one, sums[0], 1e-14, 0);
            COMPARE_CLOSE(phi.two, sums[1], 1e-14, 0);
            COMPARE_CLOSE(phi.three, sums[2], 1e-13, 0);
            COMPARE_CLOSE(phi.four, sums[3], 1e-13, 0);
        }
    }

    /// With f a polynomial of degree order - 1 in lambda, the weights give a f + b h f' + c h^2
    /// f''/2 at the newest entry.
    void differencesAreExactForPolynomials()
    {
        const double lambdas[] = {-1, -0.3, 0.2}, h = 0.4, a = 0.7, b = -0.3, c = 0.2;
        for (int order = 1; order <= 3; ++order) {
            History<double, 3> history;
            const auto f = [order](double x) {
                return 2 + (order > 1 ? 3 * x : 0) + (order > 2 ? -1.5 * x * x : 0);
            };
            for (const double lambda : lambdas)
                history.push(lambda) = Block<double>::Constant(1, 1, f(lambda));
            const auto weights = differenceWeights(history, order, h, a, b, c);
            double sum = 0;
            for (std::size_t k = 0; k < 3; ++k)
                sum += weights[k] * history.value(k)(0, 0);
            const double x = lambdas[2];
            const double slope = (order > 1 ? 3 : 0) + (order > 2 ? -3 * x : 0);
            const double curvature = order > 2 ? -3 : 0;
            COMPARE_CLOSE(sum, a * f(x) + b * h * slope + c * h * h * curvature / 2, 1e-13, 0);
        }
    }

    void historyKeepsTheNewest()
    {
        History<float, 2> history;
        for (int k = 0; k < 5; ++k) {
            history.push(k) = Block<float>::Constant(2, 1, static_cast<float>(k));
            QCOMPARE(history.size(), std::min(k + 1, 2));
        }
        QCOMPARE(history.lambda(0), 4.0);
        QCOMPARE(history.lambda(1), 3.0);
        QCOMPARE(history.value(1)(1, 0), 3.0F);
    }
};

QTEST_APPLESS_MAIN(TestSamplerWeights)
#include "tst_sampler_weights.moc"
