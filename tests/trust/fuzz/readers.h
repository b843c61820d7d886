// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What reads input from outside, as functions of bytes: libFuzzer drives them (fuzz_main.cpp), and
// so does an ordinary test (tests/trust/tst_readers.cpp), with every compiler. A reader may accept
// or refuse; what it must not do is crash, hang, or break the promises that are checked here, which
// ends the program.
#include <cstddef>
#include <cstdint>
#include <span>

namespace scorefield::fuzz {

struct Target {
    const char* name; ///< of its folder in corpus/
    void (*read)(const std::uint8_t* data, std::size_t size);
};

/// session, set, csv, npy, mixture, png, svg, pdf.
std::span<const Target> targets();

void readSessionText(const std::uint8_t* data, std::size_t size);
void readSetOptions(const std::uint8_t* data, std::size_t size);
void readCsvTable(const std::uint8_t* data, std::size_t size);
void readNpyArray(const std::uint8_t* data, std::size_t size);
void readMixtureText(const std::uint8_t* data, std::size_t size);
void readPngPicture(const std::uint8_t* data, std::size_t size);
void readSvgPicture(const std::uint8_t* data, std::size_t size);
void readPdfPicture(const std::uint8_t* data, std::size_t size);

} // namespace scorefield::fuzz
