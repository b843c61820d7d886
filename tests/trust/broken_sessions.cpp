// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/trust/broken_files.h"

namespace scorefield::fuzz {

namespace {

struct Edit {
    const char* name;
    const char* find;
    const char* replacement;
    const char* mustSay;
};

// What stands around the parts.
constexpr Edit kFrame[] = {
    {"no-format", R"("format": "scorefield", )", "", "'format'"},
    {"other-format", R"("scorefield", "v)", R"("svg", "v)", "/format"},
    {"no-version", R"("version": 1,)", "", "'version'"},
    {"version-text", R"("version": 1)", R"("version": "1")", "/version"},
    {"version-newer", R"("version": 1)", R"("version": 99)", "newer"},
    {"version-zero", R"("version": 1)", R"("version": 0)", "from 1"},
    {"version-half", R"("version": 1)", R"("version": 1.5)", "whole number"},
    {"title-number", R"("title": "Broken")", R"("title": 7)", "/info/title"},
    {"info-list", R"("info": {"title": "Broken"})", R"("info": [])", "/info"},
    {"info-unknown", R"("title": "Broken")", R"("tittle": "Broken")", "did you mean 'title'"},
    {"unknown-section", R"("timeline")", R"("timelime")", "did you mean 'timeline'"},
    {"twice", R"("version": 1)", R"("version": 1, "version": 1)", "stands twice"},
    {"cut-off", R"("sampler")", "\x01", "line"},
    {"comma", R"("version": 1,)", R"("version": 1)", "line"},
    {"single-quotes", R"("format")", "'format'", "line 1"},
    {"comment", R"("info")", "// words\n\"info\"", "line"},
    {"nan", R"("weight": 1)", R"("weight": NaN)", "line"},
    {"infinite", R"("count": 100)", R"("count": 1e999)", "/particles/count"},
    {"huge-mean", "[0, 1]", "[0, 1e400]", "/data/components/0/mean/1"},
    {"byte", "Broken", "Brok\xE9n", "0xE9"},
    {"overlong", "Broken", "\xC0\xAF", "0xC0"},
    {"surrogate", "Broken", R"(\ud800)", "surrogate"},
};

constexpr Edit kData[] = {
    {"no-data", R"("data")", R"("date")", "'data'"},
    {"data-list", R"("data": {)", R"("data": [], "x": {)", "/data"},
    {"weight-null", R"("weight": 1,)", R"("weight": null,)", "is null"},
    {"no-mean", R"("mean": [0, 1], )", "", "'mean'"},
    {"no-covariance", R"("covariance": 0.25, )", "", "'covariance'"},
    {"weight-negative", R"("weight": 1,)", R"("weight": -1,)", "at least 0"},
    {"weight-text", R"("weight": 1,)", R"("weight": "1",)", "/weight"},
    {"weight-huge", R"("weight": 1,)", R"("weight": 1e200,)", "1e+200"},
    {"mean-text", "[0, 1]", R"([0, "1"])", "/mean/1"},
    {"mean-empty", "[0, 1]", "[]", "/data"},
    {"mean-short", "[0, 1]", "[0]", "mean"},
    {"mean-huge", "[0, 1]", "[0, 1e101]", "1e+100"},
    {"mean-number", "[0, 1]", "0", "list of numbers"},
    {"covariance-text", "0.25", R"("round")", "isotropic"},
    {"covariance-negative", "0.25", "-0.25", "positive semi-definite"},
    {"covariance-indefinite", "[1, 0.5], [0.5, 1]", "[1, 2], [2, 1]", "eigenvalue"},
    {"covariance-lopsided", "[1, 0.5], [0.5, 1]", "[1, 0.5], [0.25, 1]", "not symmetric"},
    {"covariance-ragged", "[1, 0.5], [0.5, 1]", "[1, 0.5], [0.5]", "the row before"},
    {"covariance-large", "[1, 0.5], [0.5, 1]", "[1,0,0],[0,1,0],[0,0,1]", "3 × 3"},
    {"covariance-huge", "0.25", "1e150", "1e+150"},
    {"class-unknown", R"("class": 0)", R"("class": "c")", "'c'"},
    {"class-negative", R"("class": 0)", R"("class": -1)", "0 to 4095"},
    {"class-half", R"("class": 0)", R"("class": 0.5)", "/class"},
    {"classes-number", R"(["a", "b"])", "7", "/data/classes"},
    {"coordinates-many",
     R"("classes")",
     R"("coordinates": ["x","y","z"], "classes")",
     "coordinate names"},
    {"set-empty", R"("classes")", R"("sets": [{"name": "s", "classes": []}], "classes")", "'s'"},
    {"set-nameless",
     R"("classes")",
     R"("sets": [{"name": " ", "classes": [0]}], "classes")",
     "/data/sets/0/name"},
    {"set-unknown", R"("classes")", R"("sets": [{"name": "s", "classes": [5]}], "classes")", "5"},
    {"image-large",
     R"("classes")",
     R"("image": {"width": 9999, "height": 1, "mean": [0], "axes": [[0,0]]}, "classes")",
     "512"},
    {"image-mean",
     R"("classes")",
     R"("image": {"width": 1, "height": 1, "mean": [0,1], "axes": [[0,0]]}, "classes")",
     "one per pixel"},
};

constexpr Edit kLanes[] = {
    {"lanes-none", R"("lanes": [{)", R"("lanes": [], "x": [{)", "1 to 4"},
    {"lanes-number", R"("lanes": [{)", R"("lanes": 2, "x": [{)", "list of 1 to 4"},
    {"lanes-five", R"("lanes": [{)", R"("lanes": [{},{},{},{},{}], "x": [{)", "5 lanes"},
    {"lane-kind", R"("diffusion")", R"("confusion")", "/lanes/0/kind"},
    {"lane-text", R"("lanes": [{)", R"("lanes": ["vp"], "x": [{)", "/lanes/0"},
    {"process-kind", R"("kind": "vp")", R"("kind": "vb")", "/lanes/0/process/kind"},
    {"process-number", R"("kind": "vp")", R"("kind": 3)", "/lanes/0/process/kind"},
    {"horizon-high", R"("horizon": 10)", R"("horizon": 1e9)", "/lanes/0/process/horizon"},
    {"horizon-text", R"("horizon": 10)", R"("horizon": "ten")", "ten"},
    {"horizon-unknown", R"("horizon")", R"("horizen")", "did you mean 'horizon'"},
    {"steps-none", R"("steps": 60)", R"("steps": 0)", "/lanes/0/grid/steps"},
    {"steps-half", R"("steps": 60)", R"("steps": 60.5)", "60.5"},
    {"steps-many", R"("steps": 60)", R"("steps": 100000)", "1e+05"},
    {"rho-list", R"("rho": 7)", R"("rho": [7])", "/lanes/0/grid/rho"},
    {"sampler-kind", R"("heun")", R"("hein")", "did you mean"},
    {"eta-negative", R"("eta": 0)", R"("eta": -1)", "/lanes/0/eta"},
    {"eta-true", R"("eta": 0)", R"("eta": true)", "true"},
    {"guidance-kind", R"("cfg")", R"("cgf")", "/lanes/0/guidance/kind"},
    {"w-high", R"("w": 3)", R"("w": 1e6)", "/lanes/0/guidance/w"},
    {"w-null", R"("w": 3)", R"("w": null)", "null"},
    {"target-unknown", R"("target": "a")", R"("target": "z")", "/lanes/0/guidance/target"},
    {"prior-unknown", R"("gaussian")", R"("laplace")", "/lanes/0/prior"},
    {"dots", R"("rho": 7)", R"("rho.x": 7)", "dots"},
};

constexpr Edit kRest[] = {
    {"count-none", R"("count": 100)", R"("count": 0)", "/particles/count"},
    {"count-many", R"("count": 100)", R"("count": 1e7)", "1e+07"},
    {"count-half", R"("count": 100)", R"("count": 99.5)", "99.5"},
    {"seed-negative", R"("seed": 7)", R"("seed": -7)", "/particles/seed"},
    {"seed-large", R"("seed": 7)", R"("seed": 9007199254740993000)", "9007199254740991"},
    {"noise-unknown", R"("seed": 7)", R"("noise": "pink")", "/particles/noise"},
    {"tape-number", R"("seed": 7)", R"("tape": 5)", "/particles/tape"},
    {"opacity-high", R"("opacity": 0.7)", R"("opacity": 7)", "/view/density/opacity"},
    {"visible-number", R"("visible": true)", R"("visible": 1)", "/view/density/visible"},
    {"map-unknown", R"("viridis")", R"("veridis")", "/view/density/map"},
    {"view-unknown", R"("density")", R"("densety")", "did you mean 'density'"},
    {"axis-unknown", R"("x1")", R"("x9")", "/view/axis_x"},
    {"position-high", R"("position": 0)", R"("position": 2)", "/timeline/position"},
    {"clock-unknown", R"("noise", "p)", R"("noice", "p)", "/timeline/clock"},
    {"speed-none", R"("speed": 1)", R"("speed": 0)", "/timeline/speed"},
    {"section-number", R"("timeline": {)", R"("timeline": 3, "x": {)", "/timeline"},
};

constexpr Edit kExports[] = {
    {"jobs-object", R"("jobs": [)", R"("jobs": {}, "x": [)", "/jobs"},
    {"job-nameless", R"("name": "f", )", "", "/jobs/0"},
    {"job-fileless", R"("file": "f.png", )", "", "'file'"},
    {"job-ending", "f.png", "f.exe", "/jobs/0/file"},
    {"job-kindless", R"(, "figure": {})", "", "'figure', 'video' or 'data'"},
    {"job-two-kinds", R"("figure": {})", R"("figure": {}, "data": {})", "/jobs/0/data"},
    {"job-unknown", R"("figure": {})", R"("figure": {"widht": 3})", "/jobs/0/figure/widht"},
    {"job-twice",
     R"("jobs": [)",
     R"("jobs": [{"name": "f", "file": "g.png", "figure": {}}, )",
     "twice"},
    {"keys-number", R"("keys": [)", R"("keys": 3, "x": [)", "/keyframes/0/keys"},
    {"key-timeless", R"("at": 0, )", "", "'at'"},
    {"key-easing", R"("value": 0)", R"("value": 0, "easing": "bouncy")", "bouncy"},
    {"bookmark-nameless", R"("name": "m")", R"("name": " ")", "/bookmarks/0/name"},
    {"bookmark-state", R"("state": {})", R"("state": {"lanes": []})", "/bookmarks/0/state/lanes"},
    {"bookmark-data",
     R"("state": {})",
     R"("state": {"data": {"means": [], "covs": []}})",
     "/bookmarks/0/state/data"},
};

} // namespace

std::string soundSession()
{
    return R"({"format": "scorefield", "version": 1, "info": {"title": "Broken"},
"data": {"classes": ["a", "b"], "components": [
  {"weight": 1, "mean": [0, 1], "covariance": 0.25, "class": 0},
  {"weight": 2, "mean": [2, 3], "covariance": [[1, 0.5], [0.5, 1]], "class": 1}]},
"lanes": [{"kind": "diffusion", "process": {"kind": "vp", "horizon": 10}, "prior": "gaussian",
  "grid": {"kind": "karras", "steps": 60, "rho": 7}, "sampler": {"kind": "heun"}, "eta": 0,
  "guidance": {"kind": "cfg", "w": 3, "target": "a"}}],
"particles": {"count": 100, "seed": 7},
"view": {"density": {"visible": true, "opacity": 0.7, "map": "viridis"}, "axis_x": "x1"},
"timeline": {"clock": "noise", "position": 0, "speed": 1},
"keyframes": [{"key": "lanes.0.eta", "keys": [{"at": 0, "value": 0}, {"at": 1, "value": 1}]}],
"jobs": [{"name": "f", "file": "f.png", "figure": {}}],
"bookmarks": [{"name": "m", "state": {}}]}
)";
}

void addEdited(std::vector<BrokenFile>& files,
               const std::string& name,
               std::string text,
               const std::string& find,
               const std::string& replacement,
               const std::string& mustSay)
{
    const std::size_t at = text.find(find);
    if (at != std::string::npos) // else the file can be opened, and the test fails
        text.replace(at, find.size(), replacement);
    files.push_back({name, text, mustSay});
}

void addBrokenSessions(std::vector<BrokenFile>& files)
{
    const auto addAll = [&](const auto& edits) {
        for (const Edit& edit : edits)
            addEdited(files,
                      std::string("session-") + edit.name + ".scorefield.json",
                      soundSession(),
                      edit.find,
                      edit.replacement,
                      edit.mustSay);
    };
    addAll(kFrame);
    addAll(kData);
    addAll(kLanes);
    addAll(kRest);
    addAll(kExports);
    const std::string text = soundSession();
    files.push_back({"session-empty.json", "", "empty"});
    files.push_back({"session-blank.json", " \n\n\t", "empty"});
    files.back().bytes += text.substr(0, text.find("lanes"));
    files.back().mustSay = "line";
    files.push_back({"session-list.json", "[1, 2]", "must be a session object"});
    files.push_back({"session-number.json", "7", "is 7"});
    files.push_back({"session-words.json", "Dear reader,", "line 1"});
    files.push_back({"session-utf16.json", "\xFF\xFE{\0}\0", "UTF-16"});
    files.push_back(
        {"session-mixture.json", R"({"weights": [1], "means": [[0]]})", "'covariances'"});
    files.push_back({"session-deep.json", "{\"data\": " + std::string(100000, '['), "64 levels"});
    std::string keys = "{";
    for (int i = 0; i < 100000; ++i)
        keys += "\"k" + std::to_string(i) + "\": 0, ";
    files.push_back({"session-keys.json", keys, "1000"});
    files.push_back(
        {"session-key.json", "{\"" + std::string(100000, 'k') + "\": 0}", "100000 bytes"});
    // A terabyte: a million particles, a thousand steps, 64 dimensions, four lanes.
    std::string large = text;
    const auto replace = [&large](const std::string& find, const std::string& with) {
        large.replace(large.find(find), find.size(), with);
    };
    std::string zeros = "[0";
    for (int axis = 1; axis < 64; ++axis)
        zeros += ", 0";
    replace("[0, 1]", zeros + "]");
    replace("[2, 3]", zeros + "]");
    replace("[[1, 0.5], [0.5, 1]]", "1");
    replace("\"count\": 100", "\"count\": 1e6");
    replace("\"steps\": 60", "\"steps\": 1000");
    const std::size_t lane = large.find("{\"kind\": \"diffusion\"");
    const std::string one = large.substr(lane, large.find("}}],\n\"particles\"") + 2 - lane) + ", ";
    large.insert(lane, one + one + one);
    files.push_back({"session-memory.json", large, "of memory; the limit is"});
}

} // namespace scorefield::fuzz
