// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/trust/broken_files.h"

#include <cstdint>
#include <cstring>
#include <limits>

namespace scorefield::fuzz {

namespace {

const std::string kMixture = R"({"weights": [1, 2], "means": [[0, 0], [1, 2]],
"covariances": [0.5, [[1, 0.2], [0.2, 1]]], "classes": ["x", "y"], "class_names": ["x", "y"]})";

/// A header of version 1 with these entries, and so many bytes of zeros behind it.
std::string npy(const std::string& dictionary, std::size_t bytes, char version = 1)
{
    const std::string header = "{" + dictionary + "}\n";
    std::string text = "\x93NUMPY";
    text += {version,
             '\0',
             static_cast<char>(header.size() & 0xff),
             static_cast<char>(header.size() >> 8)};
    return text + header + std::string(bytes, '\0');
}

std::string npy(const std::string& type, const std::string& shape, std::size_t bytes)
{
    return npy("'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape, bytes);
}

/// The number at this place of the data of an array [3,2] of doubles.
std::string npyWith(std::size_t place, double number)
{
    std::string bytes = npy("<f8", "(3, 2)", 48);
    std::memcpy(bytes.data() + bytes.size() - 48 + 8 * place, &number, sizeof number);
    return bytes;
}

} // namespace

void addBrokenMixtures(std::vector<BrokenFile>& files)
{
    const auto edit = [&](const char* name,
                          const char* find,
                          const char* replacement,
                          const char* mustSay) {
        addEdited(
            files, std::string("mixture-") + name + ".json", kMixture, find, replacement, mustSay);
    };
    edit("weight-count", "[1, 2],", "[1, 2, 3],", "one per mean");
    edit("weight-text", "[1, 2],", "[1, \"two\"],", "/weights/1");
    edit("weights-zero", "[1, 2],", "[0, 0],", "sum to 0");
    edit("weights-object", "[1, 2],", "{},", "/weights");
    edit("weight-negative", "[1, 2],", "[-3, 2],", "at least 0");
    edit("means-number", "[[0, 0], [1, 2]]", "5", "list of means");
    edit("means-empty", "[[0, 0], [1, 2]]", "[]", "/weights");
    edit("means-flat", "[[0, 0], [1, 2]]", "[0, 1]", "/means/0");
    edit("means-ragged", "[[0, 0], [1, 2]]", "[[0, 0], [1]]", "/means/1");
    edit("means-huge", "[[0, 0], [1, 2]]", "[[0, 0], [1, 1e120]]", "1e+120");
    edit("covariances-few", "[0.5, [[1, 0.2], [0.2, 1]]]", "[0.5]", "/covariances");
    edit("covariance-word", "[0.5,", "[\"I\",", "/covariances/0");
    edit("covariance-negative", "[0.5,", "[-2,", "/covariances/0");
    edit("covariance-lopsided", "[0.2, 1]", "[0.3, 1]", "not symmetric");
    edit("covariance-ragged", "[0.2, 1]", "[0.2, 1, 4]", "/covariances/1/1");
    edit("both-names", "\"classes\"", "\"covs\": [], \"classes\"", "give one of them");
    edit("class-unknown", "[\"x\", \"y\"],", "[\"x\", \"z\"],", "'z'");
    edit("class-count", "[\"x\", \"y\"],", "[\"x\"],", "/classes");
    edit("unknown-key", "\"class_names\"", "\"class_namse\"", "did you mean 'class_names'");
    edit("cut-off", ", \"class_names\": [\"x\", \"y\"]}", ", \"class_", "line 2");
    edit("dimension", "\"classes\"", "\"dim\": 3, \"classes\"", "dimension is 3");
    std::string wide = R"({"means": [[0)";
    for (int i = 0; i < 70; ++i)
        wide += ", 0";
    files.push_back({"mixture-wide.json", wide + R"(]], "covariances": [1]})", "1 to 64"});
    std::string many = R"({"means": [[0])", ones = "1";
    for (int i = 0; i < 5000; ++i) {
        many += ", [0]";
        ones += ", 1";
    }
    files.push_back(
        {"mixture-many.json", many + R"(], "covariances": [)" + ones + "]}", "1 to 4096"});
}

void addBrokenTables(std::vector<BrokenFile>& files)
{
    const auto table = [&](const char* name, const std::string& text, const char* mustSay) {
        files.push_back({std::string("table-") + name + ".csv", text, mustSay});
    };
    table("empty", "", "empty");
    table("one-point", "1,2\n", "1 point");
    table("header-only", "x,y\n", "0 points");
    table("ragged", "1,2\n3,4\n5\n", "line 3");
    table("long-line", "1,2\n3,4,5\n", "3 fields");
    table("gap", "1,2\n\n3,4\n", "line 2");
    table("missing", "x,y\n1,2\n3,\n", "missing value");
    table("not-available", "x,y\n3,4\n1,NA\n", "“NA”");
    table("not-a-number", "1,2\n3,nan\n", "“nan”");
    table("infinite", "1,2\n3,inf\n", "not finite");
    table("beyond", "1,2\n1e999,4\n", "1e999");
    table("huge", "1,2\n3,1e200\n", "1e+100");
    table("word", "x,y\n1,2\nthree,4\n", "three");
    table("mixed-header", "x,2\n1,2\n3,4\n", "all names");
    table("semicolons", "1;2\n3;4\n", "commas");
    table("tabs", "1\t2\n3\t4\n", "separated");
    table("open-quote", "x,\"y\n1,2\n", "never closed");
    table("quote-inside", "x,\"y\"z\n1,2\n", "closing quote");
    table("latin", "x,caf\xE9\n1,2\n3,4\n", "0xE9");
    table("utf16", std::string("\xFE\xFF\0x\0,", 6), "UTF-16");
    table("zero-byte", std::string("1,2\n3,\0004\n", 9), "zero byte");
    table("decimal-comma", "x;y\n1,5;2\n3,5;4\n", "line 2");
    std::string wide = "1", line;
    for (int i = 0; i < 99; ++i)
        wide += ",1";
    table("wide", wide + "\n" + wide + "\n", "at most 64");
    table("long-word", "1," + std::string(100000, 'w') + "\n3,4\n", "…");
}

void addBrokenArrays(std::vector<BrokenFile>& files)
{
    const auto array = [&](const char* name, const std::string& bytes, const char* mustSay) {
        files.push_back({std::string("array-") + name + ".npy", bytes, mustSay});
    };
    array("empty", "", "empty");
    array("text", "1,2\n3,4\n", "not an NPY file");
    array("magic", "\x93NUMPY", "first 10 bytes");
    array("version", npy("", 0, 3), "version 3");
    array("header", std::string("\x93NUMPY\x01\0\xFF\x7F{", 11), "32767");
    array("no-type", npy("'fortran_order': False, 'shape': (3, 2)", 48), "'descr'");
    array("no-order", npy("'descr': '<f8', 'shape': (3, 2)", 48), "'fortran_order'");
    array("no-shape", npy("'descr': '<f8', 'fortran_order': False", 48), "'shape'");
    array("order", npy("'descr': '<f8', 'fortran_order': 1, 'shape': (3, 2)", 48), "True or False");
    array("big-endian", npy(">f8", "(3, 2)", 48), ">f8");
    array("complex", npy("<c16", "(3, 2)", 96), "<c16");
    array("objects", npy("|O", "(3, 2)", 48), "|O");
    array("records",
          npy("'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (3,)", 24),
          "[('x'");
    array("negative", npy("<f8", "(-3, 2)", 48), "(-3, 2)");
    array("list", npy("<f8", "[3, 2]", 48), "[3, 2]");
    array("short", npy("<f8", "(3, 2)", 40), "48 bytes, it has 40");
    array("long", npy("<f8", "(3, 2)", 56), "48 bytes, it has 56");
    array("liar", npy("<f8", "(1000000000, 2)", 48), "16000000000 bytes");
    array("overflow", npy("<f8", "(4294967296, 4294967296)", 48), "4294967296");
    array("endless", npy("<f8", "(99999999999999999999999, 1)", 48), "2^40");
    array("nan", npyWith(3, std::numeric_limits<double>::quiet_NaN()), "entry 3");
    array("infinite", npyWith(5, std::numeric_limits<double>::infinity()), "entry 5 is inf");
    array("huge", npyWith(1, 1e300), "line 1");
    array("list-of-numbers", npy("<f8", "(6,)", 48), "1 axis");
    array("cube", npy("<f8", "(1, 3, 2)", 48), "3 axes");
    array("one-row", npy("<f8", "(1, 2)", 16), "[1, 2]");
    array("no-rows", npy("<f8", "(0, 2)", 0), "[0, 2]");
    array("no-columns", npy("<f8", "(3, 0)", 0), "No column");
    array("wide", npy("<f4", "(2, 80)", 640), "80 columns");
}

} // namespace scorefield::fuzz
