#include "shoal/math/perplexity.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace shoal {
namespace {

std::vector<double> weights_for(const std::vector<double>& distances, double perplexity) {
  std::vector<double> weights(distances.size());
  perplexity_weights(distances, perplexity, weights);
  EXPECT_NEAR(std::accumulate(weights.begin(), weights.end(), 0.0), 1, 1e-12);
  return weights;
}

double perplexity_of(const std::vector<double>& weights) {
  double entropy = 0;
  for (const double w : weights)
    if (w > 0) entropy -= w * std::log(w);
  return std::exp(entropy);
}

TEST(Perplexity, is_that_which_was_asked_for) {
  for (const double unit : {1e-12, 1.0, 1e12})
    for (const double offset : {0.0, 100.0})
      for (const double perplexity : {1.01, 2.0, 30.0, 88.0}) {
        std::vector<double> distances;
        for (int j = 0; j < 90; ++j) distances.push_back(unit * (offset + j + 0.1 * j * j));
        EXPECT_NEAR(perplexity_of(weights_for(distances, perplexity)), perplexity, 1e-7 * perplexity) << unit;
      }
}

TEST(Perplexity, nearer_neighbours_weigh_more_and_equal_ones_the_same) {
  const auto weights = weights_for({1, 2, 2, 3, 50}, 3);
  EXPECT_GT(weights[0], weights[1]);
  EXPECT_EQ(weights[1], weights[2]);
  EXPECT_GT(weights[3], weights[4]);
}

TEST(Perplexity, equal_distances_weigh_the_same) {
  for (const double distance : {0.0, 3.0})
    for (const double w : weights_for(std::vector<double>(8, distance), 3)) EXPECT_EQ(w, 1.0 / 8);
}

TEST(Perplexity, of_more_coinciding_neighbours_than_it_wants_each_weighs_the_same) {
  std::vector<double> distances(10, 0);
  distances.resize(20, 5.0);
  const auto weights = weights_for(distances, 4);
  for (int j = 0; j < 10; ++j) EXPECT_NEAR(weights[static_cast<std::size_t>(j)], 0.1, 1e-12);
  EXPECT_LT(weights[15], 1e-12);
}

TEST(Perplexity, one_far_neighbour_hides_no_structure_among_the_others) {
  std::vector<double> distances;
  for (int j = 0; j < 30; ++j) distances.push_back(j);
  distances.push_back(1e12);
  EXPECT_NEAR(perplexity_of(weights_for(distances, 5)), 5, 1e-6);
}

}  // namespace
}  // namespace shoal
