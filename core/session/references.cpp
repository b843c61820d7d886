// SPDX-License-Identifier: GPL-3.0-or-later
// The table of references. Authors, titles and places of publication as the works themselves state
// them.
#include "core/session/references.h"

#include "core/base/text.h"

namespace scorefield {

namespace {

constexpr const char* kNeurips = "Advances in Neural Information Processing Systems";

std::vector<Reference> mathematicsAndData()
{
    return {
        {"arxiv2607.19725",
         "misc",
         "arXiv:2607.19725",
         "{{arXiv:2607.19725}}",
         "{DG-CFG (arXiv:2607.19725)}",
         2026,
         "",
         "note = {authors and title as on the page of the preprint; only its number is known "
         "here}"},
        {"yang2025drifted",
         "misc",
         "Yang, Wang, Jiang and Li|PmcV9vW2qZ",
         "Yang and Wang and Jiang and Li",
         "{Variance exploding diffusion with drift (OpenReview PmcV9vW2qZ)}",
         2025,
         "",
         "url = {https://openreview.net/forum?id=PmcV9vW2qZ}, note = {title and year to be checked "
         "on that page}"},
        {"chen2018neural",
         "inproceedings",
         "arXiv:1806.07366",
         "Ricky T. Q. Chen and Yulia Rubanova and Jesse Bettencourt and David Duvenaud",
         "Neural Ordinary Differential Equations",
         2018,
         kNeurips},
        {"li2020scalable",
         "inproceedings",
         "arXiv:2001.01328",
         "Xuechen Li and Ting-Kam Leonard Wong and Ricky T. Q. Chen and David Duvenaud",
         "Scalable Gradients for Stochastic Differential Equations",
         2020,
         "International Conference on Artificial Intelligence and Statistics"},
        {"salmon2011parallel",
         "inproceedings",
         "Salmon et al. 2011",
         "John K. Salmon and Mark A. Moraes and Ron O. Dror and David E. Shaw",
         "Parallel random numbers: as easy as 1, 2, 3",
         2011,
         "Proceedings of the International Conference for High Performance Computing, Networking, "
         "Storage and Analysis (SC)"},
        {"rahimi2007random",
         "inproceedings",
         "Rahimi and Recht 2007",
         "Ali Rahimi and Benjamin Recht",
         "Random Features for Large-Scale Kernel Machines",
         2007,
         kNeurips},
        {"fritsch1980monotone",
         "article",
         "Fritsch and Carlson 1980",
         "Frederick N. Fritsch and Ralph E. Carlson",
         "Monotone Piecewise Cubic Interpolation",
         1980,
         "SIAM Journal on Numerical Analysis",
         "volume = {17}, number = {2}, pages = {238--246}"},
        {"fritsch1984method",
         "article",
         "Fritsch and Butland 1984",
         "Frederick N. Fritsch and J. Butland",
         "A Method for Constructing Local Monotone Piecewise Cubic Interpolants",
         1984,
         "SIAM Journal on Scientific and Statistical Computing",
         "volume = {5}, number = {2}, pages = {300--304}"},
        {"soderlind2003digital",
         "article",
         "Söderlind 2003",
         "Gustaf S{\\\"o}derlind",
         "Digital filters in adaptive time-stepping",
         2003,
         "ACM Transactions on Mathematical Software",
         "volume = {29}, number = {1}, pages = {1--26}"},
        {"dormand1980family",
         "article",
         "Dormand and Prince 1980|Dormand–Prince",
         "J. R. Dormand and P. J. Prince",
         "A family of embedded {Runge-Kutta} formulae",
         1980,
         "Journal of Computational and Applied Mathematics",
         "volume = {6}, number = {1}, pages = {19--26}"},
        {"kutta1901beitrag",
         "article",
         "Kutta 1901",
         "Wilhelm Kutta",
         "Beitrag zur n{\\\"a}herungsweisen {Integration} totaler {Differentialgleichungen}",
         1901,
         "Zeitschrift f{\\\"u}r Mathematik und Physik",
         "volume = {46}, pages = {435--453}"},
        {"hairer1993solving",
         "book",
         "Hairer, Nørsett and Wanner",
         "Ernst Hairer and Syvert P. N{\\o}rsett and Gerhard Wanner",
         "Solving Ordinary Differential Equations I: Nonstiff Problems",
         1993,
         "Springer",
         "edition = {2}"},
        {"rumelin1982numerical",
         "article",
         "Rümelin 1982",
         "W. R{\\\"u}melin",
         "Numerical Treatment of Stochastic Differential Equations",
         1982,
         "SIAM Journal on Numerical Analysis",
         "volume = {19}, number = {3}, pages = {604--613}, doi = {10.1137/0719041}"},
        {"hochbruck2010exponential",
         "article",
         "Hochbruck",
         "Marlis Hochbruck and Alexander Ostermann",
         "Exponential integrators",
         2010,
         "Acta Numerica",
         "volume = {19}, pages = {209--286}"},
        {"crowson2022kdiffusion",
         "software",
         "k-diffusion",
         "Katherine Crowson",
         "k-diffusion",
         2022,
         "",
         "url = {https://github.com/crowsonkb/k-diffusion}"},
        {"vonplaten2022diffusers",
         "software",
         "diffusers",
         "Patrick von Platen and Suraj Patil and Anton Lozhkov and Pedro Cuenca and Nathan Lambert "
         "and Kashif Rasul and Mishig Davaadorj and Thomas Wolf",
         "Diffusers: State-of-the-art diffusion models",
         2022,
         "",
         "url = {https://github.com/huggingface/diffusers}"},
        {"genovese2014nonparametric",
         "article",
         "arXiv:1212.5156",
         "Christopher R. Genovese and Marco Perone-Pacifico and Isabella Verdinelli and Larry "
         "Wasserman",
         "Nonparametric ridge estimation",
         2014,
         "The Annals of Statistics",
         "volume = {42}, number = {4}, pages = {1511--1545}"},
        {"ozertem2011locally",
         "article",
         "Ozertem and Erdogmus 2011",
         "Umut Ozertem and Deniz Erdogmus",
         "Locally Defined Principal Curves and Surfaces",
         2011,
         "Journal of Machine Learning Research",
         "volume = {12}, pages = {1249--1286}"},
        {"eberly1996ridges",
         "book",
         "Eberly 1996",
         "David Eberly",
         "Ridges in Image and Data Analysis",
         1996,
         "Kluwer Academic Publishers"},
        {"silverman1986density",
         "book",
         "Silverman 1986",
         "B. W. Silverman",
         "Density Estimation for Statistics and Data Analysis",
         1986,
         "Chapman and Hall"},
        {"dempster1977maximum",
         "article",
         "Dempster, Laird, Rubin 1977",
         "A. P. Dempster and N. M. Laird and D. B. Rubin",
         "Maximum Likelihood from Incomplete Data via the {EM} Algorithm",
         1977,
         "Journal of the Royal Statistical Society: Series B",
         "volume = {39}, number = {1}, pages = {1--38}"},
        {"fisher1936use",
         "article",
         "Fisher 1936",
         "R. A. Fisher",
         "The use of multiple measurements in taxonomic problems",
         1936,
         "Annals of Eugenics",
         "volume = {7}, number = {2}, pages = {179--188}"},
        {"anderson1935irises",
         "article",
         "Anderson 1935",
         "Edgar Anderson",
         "The irises of the {Gasp{\\'e} Peninsula}",
         1935,
         "Bulletin of the American Iris Society",
         "volume = {59}, pages = {2--5}"},
        {"azzalini1990look",
         "article",
         "Azzalini and Bowman 1990|Azzalini, Bowman 1990",
         "A. Azzalini and A. W. Bowman",
         "A Look at Some Data on the {Old Faithful} Geyser",
         1990,
         "Journal of the Royal Statistical Society: Series C",
         "volume = {39}, number = {3}, pages = {357--365}"},
        {"alpaydin1998optical",
         "dataset",
         "Alpaydin and Kaynak 1998|Alpaydin, Kaynak 1998",
         "E. Alpaydin and C. Kaynak",
         "Optical Recognition of Handwritten Digits",
         1998,
         "UCI Machine Learning Repository",
         "doi = {10.24432/C50P49}"},
        {"smith2015better",
         "misc",
         "Smith, van der Walt 2015",
         "Nathaniel J. Smith and St{\\'e}fan van der Walt",
         "A Better Default Colormap for {Matplotlib}",
         2015,
         "",
         "howpublished = {Talk at SciPy 2015}, url = {https://bids.github.io/colormap/}"},
        {"nunez2018optimizing",
         "article",
         "arXiv:1712.01662",
         "Jamie R. Nu{\\~n}ez and Christopher R. Anderton and Ryan S. Renslow",
         "Optimizing colormaps with consideration for color vision deficiency to enable accurate "
         "interpretation of scientific data",
         2018,
         "PLOS ONE",
         "volume = {13}, number = {7}, pages = {e0199239}"},
    };
}

bool names(std::string_view text, const Reference& reference)
{
    for (const std::string& token : splitText(reference.token, '|'))
        if (text.find(token) != std::string_view::npos)
            return true;
    return false;
}

/// "2011.13456" of "arXiv:2011.13456"; empty for works that are no preprints.
std::string preprintOf(const Reference& reference)
{
    constexpr std::string_view prefix = "arXiv:";
    const std::string token = splitText(reference.token, '|').front();
    return token.starts_with(prefix) ? token.substr(prefix.size()) : std::string();
}

const char* venueField(std::string_view type)
{
    return type == "article"                     ? "journal"
           : type == "inproceedings"             ? "booktitle"
           : type == "book" || type == "dataset" ? "publisher"
                                                 : "howpublished";
}

} // namespace

const std::vector<Reference>& references()
{
    static const std::vector<Reference> all = [] {
        std::vector<Reference> list = referencesOfMethods();
        for (const auto& more : {referencesOfGuidance(), mathematicsAndData()})
            list.insert(list.end(), more.begin(), more.end());
        return list;
    }();
    return all;
}

std::vector<const Reference*> referencesIn(std::string_view text)
{
    std::vector<const Reference*> found;
    for (const Reference& reference : references())
        if (names(text, reference))
            found.push_back(&reference);
    return found;
}

std::string bibtexOf(const Reference& reference)
{
    std::string entry = "@" + std::string(reference.type) + "{" + reference.key;
    const auto add = [&entry](const std::string& field, const std::string& value) {
        entry += ",\n  " + field + " = {" + value + "}";
    };
    add("author", reference.author);
    add("title", reference.title);
    if (*reference.venue != '\0')
        add(venueField(reference.type), reference.venue);
    add("year", std::to_string(reference.year));
    if (const std::string preprint = preprintOf(reference); !preprint.empty()) {
        add("eprint", preprint);
        add("archivePrefix", "arXiv");
    }
    if (*reference.detail != '\0')
        entry += ",\n  " + std::string(reference.detail);
    return entry + "\n}\n";
}

} // namespace scorefield
