# SPDX-License-Identifier: GPL-3.0-or-later
# What the program is made of, declared once: for `scorefield --version --verbose` and for the SPDX file of an installation.
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(xsimd REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(EPOXY REQUIRED epoxy)
pkg_check_modules(EGL REQUIRED egl)
pkg_check_modules(LIBAV REQUIRED libavformat libavcodec libavfilter libavutil libswscale)
find_path(QCUSTOMPLOT_INCLUDE_DIR qcustomplot.h REQUIRED)
file(STRINGS ${QCUSTOMPLOT_INCLUDE_DIR}/qcustomplot.h qcustomplot REGEX "define QCUSTOMPLOT_VERSION_STR")
string(REGEX MATCH "[0-9][0-9.]*" qcustomplot "${qcustomplot}")

set(bill_of_materials)
# scorefield_part(ID NAME VERSION LICENCE USE ADDRESS): LICENCE in the words of spdx.org/licenses; VERSION - where nothing says it.
function(scorefield_part id name version licence use address)
    string(REPLACE ";" "," part "${id}|${name}|${version}|${licence}|${use}|${address}")
    set(bill_of_materials ${bill_of_materials} "${part}" PARENT_SCOPE)
endfunction()

scorefield_part(Qt Qt "${Qt6_VERSION}" LGPL-3.0-only linked https://www.qt.io)
scorefield_part(QCustomPlot QCustomPlot "${qcustomplot}" GPL-3.0-or-later linked https://www.qcustomplot.com)
# Debian builds them with their parts under the GPL.
foreach(library IN ITEMS libavformat libavcodec libavfilter libavutil libswscale)
    scorefield_part(${library} "FFmpeg ${library}" "${LIBAV_${library}_VERSION}" GPL-2.0-or-later linked https://ffmpeg.org)
endforeach()
scorefield_part(libepoxy libepoxy "${EPOXY_VERSION}" MIT linked https://github.com/anholt/libepoxy)
scorefield_part(EGL "EGL of libglvnd" "${EGL_VERSION}" MIT linked https://gitlab.freedesktop.org/glvnd/libglvnd)
scorefield_part(zlib zlib "${ZLIB_VERSION_STRING}" Zlib linked https://zlib.net)
scorefield_part(Eigen Eigen "${Eigen3_VERSION}" MPL-2.0 compiled-in https://eigen.tuxfamily.org)
scorefield_part(xsimd xsimd "${xsimd_VERSION}" BSD-3-Clause compiled-in https://github.com/xtensor-stack/xsimd)
scorefield_part(nlohmann-json "JSON for Modern C++" "${nlohmann_json_VERSION}" MIT compiled-in https://json.nlohmann.me)
scorefield_part(Random123 Random123 - BSD-3-Clause compiled-in https://github.com/DEShawResearch/random123)
if(MPI_C_FOUND)
    scorefield_part(MPI "an MPI library" - NOASSERTION loaded-on-demand https://www.mpi-forum.org)
endif()
scorefield_part(old-faithful "data: Old Faithful" - NOASSERTION data https://stat.ethz.ch/R-manual/R-devel/library/datasets/html/faithful.html)
scorefield_part(iris "data: iris" - NOASSERTION data https://archive.ics.uci.edu/dataset/53/iris)
scorefield_part(digits "data: handwritten digits" - CC-BY-4.0 data
    https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits)

# The list as C++ and as SPDX 2.3.
set(materials_rows "")
set(materials_packages "")
set(materials_relations "")
foreach(part IN LISTS bill_of_materials)
    string(REPLACE "|" ";" fields "${part}")
    list(GET fields 0 id)
    list(GET fields 1 name)
    list(GET fields 2 version)
    list(GET fields 3 licence)
    list(GET fields 4 use)
    list(GET fields 5 address)
    string(APPEND materials_rows "    {\"${name}\", \"${version}\", \"${licence}\", \"${use}\"},\n")
    set(version_line "")
    if(NOT version STREQUAL "-")
        set(version_line "\n      \"versionInfo\": \"${version}\",")
    endif()
    string(APPEND materials_packages ",
    {
      \"SPDXID\": \"SPDXRef-${id}\",
      \"name\": \"${name}\",${version_line}
      \"downloadLocation\": \"NOASSERTION\",
      \"homepage\": \"${address}\",
      \"filesAnalyzed\": false,
      \"licenseConcluded\": \"${licence}\",
      \"licenseDeclared\": \"${licence}\",
      \"copyrightText\": \"NOASSERTION\"
    }")
    set(relation DEPENDS_ON)
    if(use STREQUAL "linked")
        set(relation DYNAMIC_LINK)
    elseif(use MATCHES "^(data|compiled-in)$")
        set(relation CONTAINS)
    endif()
    string(APPEND materials_relations ",
    { \"spdxElementId\": \"SPDXRef-scorefield\", \"relationshipType\": \"${relation}\", \"relatedSpdxElement\": \"SPDXRef-${id}\" }")
endforeach()
string(TIMESTAMP materials_time "%Y-%m-%dT%H:%M:%SZ" UTC)
string(UUID materials_uuid NAMESPACE 6ba7b811-9dad-11d1-80b4-00c04fd430c8 NAME "${PROJECT_VERSION} ${bill_of_materials}" TYPE SHA1)
configure_file(${CMAKE_CURRENT_SOURCE_DIR}/materials.inc.in ${CMAKE_CURRENT_BINARY_DIR}/materials.inc @ONLY)
configure_file(${CMAKE_CURRENT_SOURCE_DIR}/scorefield.spdx.json.in ${CMAKE_CURRENT_BINARY_DIR}/scorefield.spdx.json @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/scorefield.spdx.json DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT application)
