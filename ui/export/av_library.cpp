// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/av_library.h"

#include <dlfcn.h>

namespace scorefield::render {
namespace {

/// A shared library of the version that we were compiled for: names and layouts are those of its
/// headers.
struct Opened {
    void* handle;
    std::string file;
    std::string problem; ///< the system's, or the first function that is not there

    explicit Opened(std::string name)
        : handle(::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL))
        , file(std::move(name))
    {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): the system keeps it for each thread
        if (const char* said = handle == nullptr ? ::dlerror() : nullptr)
            problem = said; // names the file
    }
    template <class Function>
    void find(const char* name, Function*& function)
    {
        function = handle == nullptr ? nullptr : reinterpret_cast<Function*>(::dlsym(handle, name));
        if (function == nullptr && problem.empty())
            problem = file + ": lacks " + name;
    }
    Status status() const
    {
        return problem.empty() ? success() : Status(Error{"", "films need FFmpeg: " + problem});
    }
};

struct Loaded {
    AvLibrary library;
    Status status = success();

    Loaded()
    {
        Opened util("libavutil.so." AV_STRINGIFY(LIBAVUTIL_VERSION_MAJOR)),
            codec("libavcodec.so." AV_STRINGIFY(LIBAVCODEC_VERSION_MAJOR)),
            format("libavformat.so." AV_STRINGIFY(LIBAVFORMAT_VERSION_MAJOR)),
            filter("libavfilter.so." AV_STRINGIFY(LIBAVFILTER_VERSION_MAJOR));
#define SCOREFIELD_FIND(name) opened.find(#name, library.name);
        {
            Opened& opened = util;
            SCOREFIELD_AVUTIL(SCOREFIELD_FIND)
        }
        {
            Opened& opened = codec;
            SCOREFIELD_AVCODEC(SCOREFIELD_FIND)
        }
        {
            Opened& opened = format;
            SCOREFIELD_AVFORMAT(SCOREFIELD_FIND)
        }
        {
            Opened& opened = filter;
            SCOREFIELD_AVFILTER(SCOREFIELD_FIND)
        }
#undef SCOREFIELD_FIND
        for (const Opened* opened : {&util, &codec, &format, &filter})
            if (status)
                status = opened->status();
        if (status)
            library.av_log_set_level(AV_LOG_QUIET); // what matters comes back as an error
    }
};

const Loaded& loaded()
{
    static const Loaded once;
    return once;
}

} // namespace

Status openAv()
{
    return loaded().status;
}

const AvLibrary& av()
{
    return loaded().library;
}

} // namespace scorefield::render
