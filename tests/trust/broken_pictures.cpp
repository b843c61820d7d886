// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/trust/broken_files.h"

#include <zlib.h>

#include <cstdint>

namespace scorefield::fuzz {

namespace {

const std::string kSignature = "\x89PNG\r\n\x1a\n";
const std::string kKeyword = std::string("scorefield-session") + '\0';

std::string bigEndian(std::uint32_t number)
{
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes += static_cast<char>(number >> shift & 0xff);
    return bytes;
}

std::string chunk(const std::string& type, const std::string& data)
{
    const std::string checked = type + data;
    const uLong sum = crc32_z(0, reinterpret_cast<const Bytef*>(checked.data()), checked.size());
    return bigEndian(static_cast<std::uint32_t>(data.size())) + checked
           + bigEndian(static_cast<std::uint32_t>(sum));
}

std::string packed(const std::string& text)
{
    uLongf size = compressBound(text.size());
    std::string bytes(size, '\0');
    compress2(reinterpret_cast<Bytef*>(bytes.data()),
              &size,
              reinterpret_cast<const Bytef*>(text.data()),
              text.size(),
              9);
    bytes.resize(size);
    return bytes;
}

/// One pixel, with these chunks.
std::string png(const std::string& chunks)
{
    const std::string header = bigEndian(1) + bigEndian(1) + std::string("\x08\0\0\0\0", 5);
    return kSignature + chunk("IHDR", header) + chunks + chunk("IDAT", packed(std::string(2, '\0')))
           + chunk("IEND", "");
}

std::string svg(const std::string& session)
{
    return "<svg xmlns=\"http://www.w3.org/2000/svg\">\n<metadata id=\"scorefield-session\">"
           + session + "</metadata>\n</svg>\n";
}

std::string pdf(const std::string& data, const std::string& filter)
{
    return "%PDF-1.4\n7 0 obj\n<<" + filter + ">>\nstream\n" + data
           + "\nendstream\nendobj\n8 0 obj\n<<\n/F (session.scorefield.json)\n/EF <</F 7 0 "
             "R>>\n>>\n";
}

std::string brokenSession(const char* find, const char* replacement)
{
    std::string text = soundSession();
    return text.replace(text.find(find), std::string(find).size(), replacement);
}

/// A little that becomes a lot: 70 MB in 70 kB.
std::string bomb()
{
    return packed(std::string(70'000'000, ' '));
}

void addBrokenPngs(std::vector<BrokenFile>& files)
{
    const auto add = [&](const char* name, const std::string& bytes, const char* mustSay) {
        files.push_back({std::string("picture-") + name + ".png", bytes, mustSay});
    };
    add("empty", "", "no PNG");
    add("jpeg", "\xFF\xD8\xFF\xE0 JFIF", "no PNG picture");
    add("signature", kSignature, "ends at byte 8");
    add("plain", png(""), "carries no session");
    add("cut-off", png("").substr(0, 40), "ends at byte 40");
    add("length",
        kSignature + bigEndian(0x7fffffff) + "IHDR" + std::string(20, '\0'),
        "2147483647");
    std::string damaged = png(chunk("tEXt", kKeyword + soundSession()));
    damaged[100] ^= 1;
    add("checksum", damaged, "checksum");
    add("text-cut", png(chunk("tEXt", kKeyword + soundSession().substr(0, 300))), "line");
    add("text-eta",
        png(chunk("tEXt", kKeyword + brokenSession("\"eta\": 0", "\"eta\": -2"))),
        "/lanes/0/eta");
    add("zip-garbage", png(chunk("zTXt", kKeyword + '\0' + "no zlib")), "damaged");
    add("zip-cut",
        png(chunk("zTXt", kKeyword + '\0' + packed(soundSession()).substr(0, 90))),
        "cut off");
    add("zip-method", png(chunk("zTXt", kKeyword + '\7' + packed(soundSession()))), "'zTXt'");
    add("zip-bomb", png(chunk("zTXt", kKeyword + '\0' + bomb())), "unpacks to more than");
    add("international", png(chunk("iTXt", kKeyword + '\1')), "'iTXt'");
    add("international-eta",
        png(chunk("iTXt",
                  kKeyword + std::string("\1\0\0\0", 4)
                      + packed(brokenSession("\"rho\": 7", "\"rho\": -7")))),
        "/lanes/0/grid/rho");
}

void addBrokenDrawings(std::vector<BrokenFile>& files)
{
    const auto add = [&](const char* name, const std::string& bytes, const char* mustSay) {
        files.push_back({std::string("picture-") + name, bytes, mustSay});
    };
    add("empty.svg", "", "no SVG");
    add("words.svg", "Dear reader", "no SVG picture");
    add("plain.svg", "<svg/>", "carries no session");
    add("open.svg", "<svg><g>\n</svg>", "line 2");
    add("cut-off.svg", svg(soundSession()).substr(0, 400), "of the SVG");
    add("session.svg", svg("{&quot;format&quot;: 1}"), "/format");
    add("inside.svg", svg("<b>bold</b>"), "Expected");
    add("eta.svg", svg(brokenSession("\"eta\": 0", "\"eta\": 1e9")), "1e+09");
    std::string laughs = "<!DOCTYPE svg [<!ENTITY a0 \"ha\">";
    for (int i = 1; i < 30; ++i) {
        const std::string before = "&a" + std::to_string(i - 1) + ";";
        laughs += "<!ENTITY a" + std::to_string(i) + " \"" + before + before + "\">";
    }
    add("laughs.svg", laughs + "]>" + svg("&a29;"), "ntit");
    add("empty.pdf", "", "no PDF");
    add("words.pdf", "Dear reader", "no PDF picture");
    add("plain.pdf", "%PDF-1.4\n%%EOF\n", "carries no session");
    add("object.pdf", "%PDF-1.4\n/F (session.scorefield.json)\n/EF <</F 5 0 R>>\n", "no object 5");
    add("cut-off.pdf",
        "%PDF-1.4\n7 0 obj\n<<>>\nstream\n{\n/F (session.scorefield.json)\n/EF <</F 7 0 R",
        "object 7");
    add("garbage.pdf", pdf("no zlib", "/Filter /FlateDecode"), "damaged");
    add("bomb.pdf", pdf(bomb(), "/Filter /FlateDecode"), "unpacks to more than");
    add("seed.pdf", pdf(brokenSession("\"seed\": 7", "\"seed\": -1"), ""), "/particles/seed");
}

} // namespace

void addBrokenPictures(std::vector<BrokenFile>& files)
{
    addBrokenPngs(files);
    addBrokenDrawings(files);
}

std::vector<BrokenFile> brokenFiles()
{
    std::vector<BrokenFile> files;
    addBrokenSessions(files);
    addBrokenMixtures(files);
    addBrokenTables(files);
    addBrokenArrays(files);
    addBrokenPictures(files);
    return files;
}

} // namespace scorefield::fuzz
