// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/mixture_json.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/mixture/gaussian_mixture.h"
#include "core/session/class_json.h"
#include "core/session/session_json.h"

#include <algorithm>

namespace scorefield {

namespace json {

namespace {

Eigen::VectorXd readVector(const Json& value, const std::string& pointer, Problems& problems)
{
    const std::vector<double> numbers = readNumbers(value, pointer, problems);
    return Eigen::Map<const Eigen::VectorXd>(numbers.data(),
                                             static_cast<Eigen::Index>(numbers.size()));
}

Eigen::MatrixXd readMatrix(const Json& value, const std::string& pointer, Problems& problems)
{
    Eigen::MatrixXd matrix;
    for (std::size_t row = 0; row < value.size(); ++row) {
        const Eigen::VectorXd numbers = readVector(value[row], child(pointer, row), problems);
        if (row == 0)
            matrix.resize(static_cast<Eigen::Index>(value.size()), numbers.size());
        if (numbers.size() != matrix.cols()) {
            problems.add(child(pointer, row),
                         "has " + std::to_string(numbers.size())
                             + " numbers, but the row before has " + std::to_string(matrix.cols()));
            return matrix;
        }
        matrix.row(static_cast<Eigen::Index>(row)) = numbers.transpose();
    }
    return matrix;
}

/// A number (isotropic), a list (diagonal) or a matrix.
Eigen::MatrixXd
readCovariance(const Json& value, Eigen::Index d, const std::string& pointer, Problems& problems)
{
    if (value.is_number())
        return readNumber(value, pointer, problems) * Eigen::MatrixXd::Identity(d, d);
    if (value.is_array() && !value.empty() && value[0].is_array())
        return readMatrix(value, pointer, problems);
    if (value.is_array())
        return readVector(value, pointer, problems).asDiagonal();
    problems.add(pointer,
                 "is " + excerpt(value)
                     + ", must be a number (isotropic), a list (diagonal) or a matrix");
    return {};
}

Json writeVector(const Eigen::VectorXd& vector)
{
    Json list = Json::array();
    for (const double value : vector)
        list.push_back(number(value));
    return list;
}

Json writeMatrix(const Eigen::MatrixXd& matrix)
{
    Json list = Json::array();
    for (Eigen::Index row = 0; row < matrix.rows(); ++row)
        list.push_back(writeVector(matrix.row(row)));
    return list;
}

/// The shortest of the forms that readCovariance reads back to the same numbers.
Json writeCovariance(const Eigen::MatrixXd& matrix)
{
    const bool isSquare = matrix.rows() == matrix.cols() && matrix.rows() > 0;
    if (!isSquare || matrix != Eigen::MatrixXd(matrix.diagonal().asDiagonal()))
        return writeMatrix(matrix);
    if ((matrix.diagonal().array() == matrix(0, 0)).all())
        return number(matrix(0, 0));
    return writeVector(matrix.diagonal());
}

ImageDecoder readImage(const Json& value, const std::string& pointer, Problems& problems)
{
    ImageDecoder image;
    ObjectReader reader(value, pointer, problems);
    if (const Json* item = reader.require("width"))
        image.width = readWhole(*item, reader.pointerTo("width"), problems);
    if (const Json* item = reader.require("height"))
        image.height = readWhole(*item, reader.pointerTo("height"), problems);
    if (const Json* item = reader.find("low"))
        image.low = readNumber(*item, reader.pointerTo("low"), problems);
    if (const Json* item = reader.find("high"))
        image.high = readNumber(*item, reader.pointerTo("high"), problems);
    if (const Json* item = reader.require("mean"))
        image.mean = readVector(*item, reader.pointerTo("mean"), problems);
    if (const Json* item = reader.require("axes")) {
        if (item->is_array())
            image.axes = readMatrix(*item, reader.pointerTo("axes"), problems);
        else
            problems.add(reader.pointerTo("axes"), "is " + excerpt(*item) + ", must be a matrix");
    }
    reader.refuseUnknownKeys();
    return image;
}

Json writeImage(const ImageDecoder& image)
{
    return {{"width", image.width},
            {"height", image.height},
            {"low", number(image.low)},
            {"high", number(image.high)},
            {"mean", writeVector(image.mean)},
            {"axes", writeMatrix(image.axes)}};
}

void readNamesAndImage(ObjectReader& reader,
                       const char* classKey,
                       MixtureSpec& mixture,
                       Problems& problems)
{
    if (const Json* item = reader.find("dimension"))
        mixture.dimension = readWhole(*item, reader.pointerTo("dimension"), problems);
    if (const Json* item = reader.find(classKey))
        mixture.classNames = readTexts(*item, reader.pointerTo(classKey), problems);
    if (const Json* item = reader.find("coordinates"))
        mixture.coordinateNames = readTexts(*item, reader.pointerTo("coordinates"), problems);
    if (const Json* item = reader.find("image"))
        mixture.image = readImage(*item, reader.pointerTo("image"), problems);
}

MixtureSpec readComponents(ObjectReader& reader, const Json& list, Problems& problems)
{
    MixtureSpec mixture;
    mixture.dimension = 0;
    readNamesAndImage(reader, "classes", mixture, problems);
    const bool namesAreOpen = mixture.classNames.empty();
    const std::string pointer = reader.pointerTo("components");
    if (!list.is_array())
        problems.add(pointer, "is " + excerpt(list) + ", must be a list of components");
    for (std::size_t k = 0; list.is_array() && k < list.size() && !problems.any(); ++k) {
        ObjectReader item(list[k], child(pointer, k), problems);
        ComponentSpec component;
        component.classLabel = static_cast<int>(k);
        if (const Json* value = item.find("weight"))
            component.weight = readNumber(*value, item.pointerTo("weight"), problems);
        if (const Json* value = item.require("mean"))
            component.mean = readVector(*value, item.pointerTo("mean"), problems);
        if (const Json* value = item.require("covariance"))
            component.covariance = readCovariance(
                *value, component.mean.size(), item.pointerTo("covariance"), problems);
        if (const Json* value = item.find("class"))
            component.classLabel = readClass(
                *value, mixture.classNames, namesAreOpen, item.pointerTo("class"), problems);
        item.refuseUnknownKeys();
        mixture.components.push_back(std::move(component));
    }
    return mixture;
}

void refuseOtherLength(const Json* list,
                       std::size_t count,
                       const std::string& pointer,
                       Problems& problems)
{
    if (list == nullptr)
        return;
    if (!list->is_array())
        problems.add(pointer, "is " + excerpt(*list) + ", must be a list");
    else if (list->size() != count)
        problems.add(pointer,
                     "has " + std::to_string(list->size())
                         + " items, must have one per mean: " + std::to_string(count));
}

MixtureSpec readLists(ObjectReader& reader, Problems& problems)
{
    MixtureSpec mixture;
    mixture.dimension = 0;
    readNamesAndImage(reader, "class_names", mixture, problems);
    // What other programs write beside the lists: words about the file, and another name of the
    // dimension.
    for (const char* remark : {"name", "note"})
        if (const Json* item = reader.find(remark))
            readText(*item, reader.pointerTo(remark), problems);
    if (const Json* item = reader.find("dim"))
        mixture.dimension = readWhole(*item, reader.pointerTo("dim"), problems);
    const bool namesAreOpen = mixture.classNames.empty();
    const Json* means = reader.require("means");
    const Json* weights = reader.find("weights");
    const Json* covariances = reader.find("covariances");
    const Json* covs = reader.find("covs");
    const Json* classes = reader.find("classes");
    if (covariances != nullptr && covs != nullptr)
        problems.add(reader.pointerTo("covs"), "stands beside 'covariances'; give one of them");
    const std::string covarianceKey = covs != nullptr ? "covs" : "covariances";
    covariances = covs != nullptr ? covs : reader.require("covariances");
    if (means == nullptr || covariances == nullptr)
        return mixture;
    if (!means->is_array())
        problems.add(reader.pointerTo("means"),
                     "is " + excerpt(*means) + ", must be a list of means");
    const std::size_t count = means->size();
    refuseOtherLength(weights, count, reader.pointerTo("weights"), problems);
    refuseOtherLength(covariances, count, reader.pointerTo(covarianceKey), problems);
    refuseOtherLength(classes, count, reader.pointerTo("classes"), problems);
    for (std::size_t k = 0; k < count && !problems.any(); ++k) {
        ComponentSpec component;
        component.mean = readVector((*means)[k], child(reader.pointerTo("means"), k), problems);
        component.covariance = readCovariance((*covariances)[k],
                                              component.mean.size(),
                                              child(reader.pointerTo(covarianceKey), k),
                                              problems);
        component.weight =
            weights == nullptr
                ? 1
                : readNumber((*weights)[k], child(reader.pointerTo("weights"), k), problems);
        component.classLabel = static_cast<int>(k);
        if (classes != nullptr)
            component.classLabel = readClass((*classes)[k],
                                             mixture.classNames,
                                             namesAreOpen,
                                             child(reader.pointerTo("classes"), k),
                                             problems);
        mixture.components.push_back(std::move(component));
    }
    return mixture;
}

/// GaussianMixture names places in the form of components; a file of lists has them elsewhere.
std::string placeInLists(const std::string& path, bool usesCovs)
{
    const std::vector<std::string> parts =
        splitText(path, '/'); // "", "components", "2", "covariance", …
    if (path == "/components")
        return "/weights";
    if (path == "/classes")
        return "/class_names";
    if (parts.size() < 4 || parts[1] != "components")
        return path;
    const std::string list = parts[3] == "covariance" ? (usesCovs ? "covs" : "covariances")
                             : parts[3] == "class"    ? "classes"
                                                      : parts[3] + "s";
    std::string place = "/" + list + "/" + parts[2];
    for (std::size_t i = 4; i < parts.size(); ++i)
        place += "/" + parts[i];
    return place;
}

} // namespace

MixtureSpec readMixture(const Json& value, const std::string& pointer, Problems& problems)
{
    ObjectReader reader(value, pointer, problems);
    const bool hasComponents = value.is_object() && value.contains("components");
    MixtureSpec mixture = hasComponents
                              ? readComponents(reader, *reader.find("components"), problems)
                              : readLists(reader, problems);
    if (const Json* sets = reader.find("sets")) // names of classes may come with the components
        mixture.sets = readSets(*sets, mixture, reader.pointerTo("sets"), problems);
    reader.refuseUnknownKeys();
    if (mixture.dimension == 0 && !mixture.components.empty())
        mixture.dimension = static_cast<int>(mixture.components.front().mean.size());
    if (problems.any())
        return mixture;
    if (const auto created = GaussianMixture::create(mixture); !created) {
        const Error& error = created.error();
        const bool usesCovs = value.contains("covs");
        const std::string place = hasComponents                ? error.path
                                  : mixture.components.empty() ? "/means"
                                                               : placeInLists(error.path, usesCovs);
        problems.add(pointer + place, error.message);
    }
    return mixture;
}

Json writeComponents(const MixtureSpec& mixture)
{
    Json data = Json::object();
    if (!mixture.classNames.empty())
        data["classes"] = mixture.classNames;
    if (!mixture.coordinateNames.empty())
        data["coordinates"] = mixture.coordinateNames;
    Json list = Json::array();
    for (const ComponentSpec& component : mixture.components)
        list.push_back({{"weight", number(component.weight)},
                        {"mean", writeVector(component.mean)},
                        {"covariance", writeCovariance(component.covariance)},
                        {"class", component.classLabel}});
    data["components"] = std::move(list);
    if (!mixture.sets.empty())
        data["sets"] = writeSets(mixture.sets);
    if (mixture.image)
        data["image"] = writeImage(*mixture.image);
    return data;
}

Json writeLists(const MixtureSpec& mixture)
{
    Json data = Json::object();
    Json weights = Json::array(), means = Json::array(), covariances = Json::array(),
         classes = Json::array();
    bool ownClasses = true;
    for (const ComponentSpec& component : mixture.components) {
        ownClasses = ownClasses && component.classLabel == static_cast<int>(weights.size());
        weights.push_back(number(component.weight));
        means.push_back(writeVector(component.mean));
        covariances.push_back(writeMatrix(component.covariance));
        classes.push_back(component.classLabel);
    }
    data["weights"] = std::move(weights);
    data["means"] = std::move(means);
    data["covariances"] = std::move(covariances);
    if (!ownClasses)
        data["classes"] = std::move(classes);
    if (!mixture.classNames.empty())
        data["class_names"] = mixture.classNames;
    if (!mixture.sets.empty())
        data["sets"] = writeSets(mixture.sets);
    if (!mixture.coordinateNames.empty())
        data["coordinates"] = mixture.coordinateNames;
    if (mixture.image)
        data["image"] = writeImage(*mixture.image);
    return data;
}

} // namespace json

std::string mixtureToJson(const MixtureSpec& mixture)
{
    return json::layout(json::writeLists(mixture));
}

Result<MixtureSpec> mixtureFromJson(std::string_view text)
{
    const auto document = json::parse(text);
    if (!document)
        return document.error();
    json::Problems problems;
    MixtureSpec mixture = json::readMixture(*document, "", problems);
    if (problems.any())
        return problems.first();
    return mixture;
}

Result<MixtureSpec> loadMixture(const std::filesystem::path& path)
{
    const auto text = readFile(path);
    if (!text)
        return text.error();
    auto mixture = mixtureFromJson(*text);
    if (!mixture) {
        const Error& error = mixture.error();
        return Error{path.string() + (error.path.empty() ? "" : "#" + error.path), error.message};
    }
    return mixture;
}

} // namespace scorefield
