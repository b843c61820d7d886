// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/inflate.h"

#include "core/base/memory.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace scorefield::render {

namespace {

/// Ends the stream that it began.
struct Stream {
    Stream() { isReady = inflateInit(&z) == Z_OK; }
    ~Stream()
    {
        if (isReady)
            inflateEnd(&z);
    }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    z_stream z{};
    bool isReady = false;
};

} // namespace

Result<std::string> inflated(std::string_view packed, std::size_t most)
{
    if (packed.size() > std::numeric_limits<uInt>::max())
        return Error{"", "the packed session is too large"};
    Stream stream;
    if (!stream.isReady)
        return Error{"", "the packed session cannot be unpacked: no memory"};
    // zlib does not change its input, its interface is older than const.
    stream.z.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));
    stream.z.avail_in = static_cast<uInt>(packed.size());
    std::string text;
    std::vector<char> piece(1 << 16);
    for (int code = Z_OK; code == Z_OK;) {
        stream.z.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.z.avail_out = static_cast<uInt>(piece.size());
        code = inflate(&stream.z, Z_NO_FLUSH);
        text.append(piece.data(), piece.size() - stream.z.avail_out);
        if (text.size() > most)
            return Error{"",
                         "the packed session of " + memoryText(static_cast<double>(packed.size()))
                             + " unpacks to more than " + memoryText(static_cast<double>(most))
                             + ", the most that is read"};
        if (code == Z_BUF_ERROR)
            return Error{"",
                         "the packed session is cut off after "
                             + memoryText(static_cast<double>(packed.size()))};
        if (code != Z_OK && code != Z_STREAM_END)
            return Error{"",
                         std::string("the packed session is damaged: ")
                             + (stream.z.msg != nullptr ? stream.z.msg : "no zlib data")};
    }
    return text;
}

} // namespace scorefield::render
