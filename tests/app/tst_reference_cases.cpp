// SPDX-License-Identifier: GPL-3.0-or-later
// The table of core/sampler/README.md, row by row: `scorefield sample` in double precision from the
// starts, levels and normals of k-diffusion, EDM and diffusers must end where they ended.
#include "core/base/file.h"
#include "tests/support/command.h"
#include "tests/support/compare.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>

using namespace scorefield;
using namespace scorefield::test;

namespace {

QString reference(const QString& path)
{
    return QStringLiteral(SCOREFIELD_REFERENCE_DIR "/") + path;
}

/// The rows of the table that begins with `| Case |`, as trimmed cells.
QList<QStringList> tableRows()
{
    QFile file(QStringLiteral(SCOREFIELD_SOURCE_DIR "/core/sampler/README.md"));
    QList<QStringList> rows;
    if (!file.open(QIODevice::ReadOnly))
        return rows;
    bool inside = false;
    for (const QString& line : QString::fromUtf8(file.readAll()).split('\n')) {
        QStringList cells = line.split('|');
        if (cells.size() != 8) {
            inside = false;
            continue;
        }
        for (QString& cell : cells)
            cell = cell.trimmed();
        cells = cells.mid(1, 6);
        if (inside && !cells[0].startsWith(QLatin1String("--")))
            rows.append(cells);
        inside = inside || cells[0] == QLatin1String("Case");
    }
    return rows;
}

/// A case: its arrays, its meta.json, the inputs made from them.
struct Case {
    QString folder;
    QJsonObject meta;

    explicit Case(const QString& path) : folder(path)
    {
        QFile file(reference(path + "/meta.json"));
        if (file.open(QIODevice::ReadOnly))
            meta = QJsonDocument::fromJson(file.readAll()).object();
    }
    NpyArray array(const QString& name) const
    {
        return referenceArray((folder + "/" + name + ".npy").toStdString());
    }
    double tolerance() const { return meta["tolerance_abs"].toDouble(); }

    /// The columns of `--levels`: a list [K+1], or pairs [K,2].
    NpyArray levels(const QString& recipe) const;
    /// x_T for starts that the case gives as unit normals.
    NpyArray start(const QString& recipe, double firstNoise) const;
    /// Of diffusers' DDIM: every step goes to t - 1000/N, which with linspace spacing is not where
    /// the next one starts.
    NpyArray pairs() const;
};

NpyArray Case::levels(const QString& recipe) const
{
    if (recipe == QLatin1String("pairs"))
        return pairs();
    std::vector<double> values;
    if (recipe.contains(QStringLiteral("→"))) {
        for (const QString& number : recipe.split(QStringLiteral("→")))
            values.push_back(number.trimmed().toDouble());
    } else {
        values = array(recipe.section(' ', 0, 0).remove(',')).values;
        if (recipe.contains(QLatin1String("once"))) {
            std::sort(values.begin(), values.end(), std::greater<>());
            // Some programs come to one level by two roundings.
            const auto alike = [](double a, double b) { return a - b <= 1e-12 * a; };
            values.erase(std::unique(values.begin(), values.end(), alike), values.end());
        }
        if (recipe.endsWith(QLatin1String(", 0")))
            values.push_back(0);
    }
    return {{values.size()}, values};
}

NpyArray Case::pairs() const
{
    const auto steps = array(QStringLiteral("timesteps")).values;
    const auto acp = referenceArray("diffusers/tables/alphas_cumprod_linear.npy").values;
    const auto noiseAt = [&](double step) {
        const double share = step < 0 ? 1 : acp.at(static_cast<std::size_t>(step));
        return std::sqrt((1 - share) / share);
    };
    NpyArray result;
    result.shape = {steps.size(), 2};
    const double stride = std::floor(1000.0 / static_cast<double>(steps.size()));
    for (const double step : steps) {
        result.values.push_back(noiseAt(step));
        result.values.push_back(noiseAt(step - stride));
    }
    return result;
}

NpyArray Case::start(const QString& recipe, double firstNoise) const
{
    if (recipe == QLatin1String("x_init"))
        return array(QStringLiteral("x_init"));
    NpyArray x = array(QStringLiteral("latents"));
    bool isNumber = false;
    const QString scale = recipe.section(QStringLiteral("× "), 1);
    const double number = scale.toDouble(&isNumber);
    const double factor = isNumber                       ? number
                          : scale == QStringLiteral("σ̃") ? firstNoise
                                                         : firstNoise / std::hypot(1, firstNoise);
    for (double& value : x.values)
        value *= factor;
    return x;
}

QString write(const QTemporaryDir& folder, const QString& name, const NpyArray& array)
{
    const QString path = folder.filePath(name);
    const auto status = writeFileAtomically(
        path.toStdString(), npyBytes(array.shape, std::span<const double>(array.values)));
    return status ? path : QString();
}

double largestDifference(const double* a, const double* b, std::size_t count)
{
    double largest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double difference = std::abs(a[i] - b[i]);
        largest = std::isnan(difference) ? HUGE_VAL : std::max(largest, difference);
    }
    return largest;
}

} // namespace

class TestReferenceCases : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyStoredCaseHasARow();
    void sameEnd_data();
    void sameEnd();

private:
    void compareStates(const Case& one, const QString& label, const NpyArray& trajectory);
};

/// No case of the three programs is left out of the table.
void TestReferenceCases::everyStoredCaseHasARow()
{
    QStringList named;
    for (const QStringList& row : tableRows())
        named.append(row[0]);
    for (const char* parent : {"kdiff/M1", "kdiff/M1/karras", "edm/M1", "diffusers/M1"}) {
        const QDir folder(reference(QString::fromLatin1(parent)));
        for (const QString& name : folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            const QString path = QLatin1String(parent) + "/" + name;
            if (QFile::exists(reference(path + "/meta.json")))
                QVERIFY2(named.contains(path), qPrintable(path));
        }
    }
    QVERIFY(named.size() >= 60);
}

void TestReferenceCases::sameEnd_data()
{
    QTest::addColumn<QStringList>("row");
    for (const QStringList& row : tableRows())
        QTest::newRow(qPrintable(row[0] + " " + row[2].section("--sampler ", 1))) << row;
}

void TestReferenceCases::sameEnd()
{
    QFETCH(QStringList, row);
    const Case one(row[0]);
    QVERIFY(!one.meta.isEmpty());
    QTemporaryDir folder;
    QStringList arguments{
        "sample", "--mixture", reference(one.meta["mixture"].toString()), "--quiet"};
    arguments += row[2].split(' ', Qt::SkipEmptyParts);

    double firstNoise = 0;
    if (row[4].startsWith(QLatin1String("--"))) {
        const NpyArray levels = one.levels(row[4].section(' ', 1));
        QVERIFY(levels.values.size() >= 2);
        firstNoise = levels.values.front();
        arguments += {row[4].section(' ', 0, 0), write(folder, "levels.npy", levels)};
    }
    arguments += {"--init", write(folder, "start.npy", one.start(row[3], firstNoise))};
    if (const QString noise = one.meta["noise_file"].toString(); !noise.isEmpty())
        arguments += {"--noise",
                      reference(noise.startsWith(QLatin1String("common/"))
                                    ? noise
                                    : row[0] + "/" + noise.section(' ', 0, 0))};
    arguments += {"-o", folder.filePath("end.npy"), "--trajectory", folder.filePath("all.npy")};
    VERIFY_SUCCESS(runCommand(folder.path(), arguments));

    const auto end = readNpy(folder.filePath("end.npy").toStdString());
    QVERIFY(end.ok());
    const NpyArray expected = one.array(QStringLiteral("x_final"));
    QCOMPARE(end->values.size(), expected.values.size());
    const double error =
        largestDifference(end->values.data(), expected.values.data(), expected.values.size());
    QVERIFY2(error <= one.tolerance(),
             qPrintable(QStringLiteral("the ends differ by %1, allowed are %2")
                            .arg(error)
                            .arg(one.tolerance())));
    if (row[5] == QStringLiteral("–"))
        return;
    const auto trajectory = readNpy(folder.filePath("all.npy").toStdString());
    QVERIFY(trajectory.ok());
    compareStates(one, row[5], *trajectory);
}

/// The stored states before some of the steps; tolerances as the cases' own notes ask for them.
void TestReferenceCases::compareStates(const Case& one,
                                       const QString& label,
                                       const NpyArray& trajectory)
{
    const NpyArray states = one.array(QStringLiteral("x_steps"));
    const QJsonArray indices = one.meta["steps_index"].toArray();
    const std::size_t size = trajectory.shape[1] * trajectory.shape[2];
    const int callsPerStep = label == QLatin1String("i/2") ? 2 : 1;
    int compared = 0;
    for (int j = 0; j < indices.size(); ++j) {
        const int index = indices[j].toInt();
        if (index % callsPerStep != 0)
            continue;
        const double* expected = states.values.data() + static_cast<std::size_t>(j) * size;
        const double* actual =
            trajectory.values.data() + static_cast<std::size_t>(index / callsPerStep) * size;
        const double largest =
            std::abs(*std::max_element(expected, expected + size, [](double a, double b) {
                return std::abs(a) < std::abs(b);
            }));
        const double error = largestDifference(actual, expected, size);
        QVERIFY2(
            error <= one.tolerance() + 1e-11 * largest,
            qPrintable(
                QStringLiteral("the states before step %1 differ by %2").arg(index).arg(error)));
        ++compared;
    }
    QVERIFY(compared > 0);
}

QTEST_APPLESS_MAIN(TestReferenceCases)
#include "tst_reference_cases.moc"
