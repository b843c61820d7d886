// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/base/npy.h"
#include "tests/support/compare.h"

#include <QTemporaryDir>
#include <QtTest>

#include <limits>

using namespace scorefield;

class TestNpy : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void writesWhatItReads();
    void readsFortranOrder();
    void readsAnArrayOfNumPy();
    void refuses_data();
    void refuses();

private:
    std::string path(const char* name) const
    {
        return m_folder.filePath(QString::fromLatin1(name)).toStdString();
    }
    QTemporaryDir m_folder;
};

namespace {
std::string npy(const std::string& dictionary, const std::string& data, char version = 1)
{
    std::string bytes("\x93NUMPY");
    bytes += version;
    bytes += '\0';
    bytes += static_cast<char>(dictionary.size());
    bytes += '\0';
    if (version == 2)
        bytes += std::string(2, '\0');
    return bytes + dictionary + data;
}

template <class T>
std::string raw(const std::vector<T>& values)
{
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}
} // namespace

void TestNpy::writesWhatItReads()
{
    const std::vector<double> values{1, -2.5, 0.1, 1e300, 5e-324, 7};
    const std::vector<std::size_t> shape{2, 3};
    QVERIFY(writeFileAtomically(path("a.npy"), npyBytes(shape, values)).ok());
    const auto array = readNpy(path("a.npy"));
    QVERIFY(array.ok());
    QCOMPARE(array->shape, shape);
    QCOMPARE(array->values, values);
    const std::vector<float> floats{1.5F, 2.25F};
    QVERIFY(writeFileAtomically(path("f.npy"), npyBytes(std::vector<std::size_t>{2}, floats)).ok());
    QCOMPARE(readNpy(path("f.npy"))->values, (std::vector<double>{1.5, 2.25}));
}

void TestNpy::readsFortranOrder()
{
    const std::vector<double> columns{1, 4, 2, 5, 3, 6}; // of [[1,2,3],[4,5,6]]
    for (const char version : {'\1', '\2'}) {
        const auto bytes = npy(
            "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }\n", raw(columns), version);
        QVERIFY(writeFileAtomically(path("fortran.npy"), bytes).ok());
        QCOMPARE(readNpy(path("fortran.npy"))->values, (std::vector<double>{1, 2, 3, 4, 5, 6}));
    }
}

void TestNpy::readsAnArrayOfNumPy()
{
    const auto normals = test::referenceArray("common/z_d2.npy");
    QCOMPARE(normals.shape, (std::vector<std::size_t>{64, 2}));
}

void TestNpy::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* name, const std::string& bytes, const char* reason) {
        QTest::newRow(name) << QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size()))
                            << QString::fromLatin1(reason);
    };
    const std::string good = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }\n";
    row("no NPY", "hello, this is text", "not an NPY file");
    row("short header", npy(good, "").substr(0, 20), "truncated");
    row("short data", npy(good, raw<double>({1})), "needs 16 bytes, it has 8");
    row("big endian",
        npy("{'descr': '>f8', 'fortran_order': False, 'shape': (2,), }\n", raw<double>({1, 2})),
        "'>f8'");
    row("complex",
        npy("{'descr': '<c16', 'fortran_order': False, 'shape': (1,), }\n", raw<double>({1, 2})),
        "'<c16'");
    row("NaN",
        npy(good, raw<double>({1, std::numeric_limits<double>::quiet_NaN()})),
        "entry 1 is nan");
    row("no shape",
        npy("{'descr': '<f8', 'fortran_order': False, }\n", raw<double>({1, 2})),
        "shape");
    row("ends behind a colon",
        npy("{'fortran_order': False, 'shape': (2,), 'descr':", raw<double>({1, 2})),
        "descr");
    row("huge shape",
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 99999999999), }\n",
            ""),
        "shape");
}

void TestNpy::refuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, reason);
    QVERIFY(writeFileAtomically(path("bad.npy"), bytes.toStdString()).ok());
    const auto array = readNpy(path("bad.npy"));
    QVERIFY(!array.ok());
    QCOMPARE(array.error().path, path("bad.npy"));
    QVERIFY2(array.error().message.find(reason.toStdString()) != std::string::npos,
             array.error().message.c_str());
}

QTEST_APPLESS_MAIN(TestNpy)
#include "tst_npy.moc"
