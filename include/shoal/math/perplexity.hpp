#pragma once
#include <span>

namespace shoal {

/// The weights of a row's neighbours in stochastic neighbour embedding: p_j = exp(-b d_j) / sum_l exp(-b d_l), where b
/// is chosen so that their entropy is the logarithm of `perplexity`, H = -sum_j p_j log p_j = log(perplexity). Hinton,
/// Roweis 2002; van der Maaten, Hinton 2008, "Visualizing data using t-SNE", JMLR 9.
///
/// squared_distances (k), ascending, k >= 1; weights (k), out, of sum 1. b is found in double by bisection of log b,
/// with Newton's steps where they stay inside the bracket, to |H - log(perplexity)| <= 1e-10. Where no b gives the
/// entropy (as many neighbours or more lie at one and the same distance, or there are fewer neighbours than the
/// perplexity) the weights are those of the nearest entropy there is: equal ones among the nearest, or among all.
void perplexity_weights(std::span<const double> squared_distances, double perplexity, std::span<double> weights);

}  // namespace shoal
