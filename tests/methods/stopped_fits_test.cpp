// Fits that are stopped and go on, by turns on all ranks and on each alone, have the same bits as undisturbed ones.
#include <gtest/gtest.h>

#include <optional>

#include "shoal/core/error.hpp"
#include "shoal/methods/affinities.hpp"
#include "shoal/methods/choose_k.hpp"
#include "shoal/methods/minibatch_kmeans.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/methods/pca.hpp"
#include "shoal/methods/tsne.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

/// fit(comm, checkpoints), stopped at its pauses number stops[0], stops[1], ..., each time going on from there.
template <class Fit>
auto with_stops(const std::vector<int>& stops, Fit fit) {
  std::optional<Snapshot> state;
  bool alone = false;
  for (const int stop : stops) {
    const std::optional<Snapshot> begin = state;
    int pauses = 0;
    const Checkpoints checkpoints{[&](Place) { return ++pauses == stop ? Pause::stop : Pause::none; },
                                  [&](const Snapshot& s) { state = s; }, begin ? &*begin : nullptr};
    try {
      fit(alone ? test_alone() : test_world(), checkpoints);
      ADD_FAILURE() << "ended before pause " << stop;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::interrupted);
      EXPECT_TRUE(error.on_all_ranks());
    }
    alone = !alone;
  }
  return fit(test_world(), Checkpoints{{}, {}, state ? &*state : nullptr});
}

/// How many pauses an undisturbed fit has.
template <class Fit>
int pauses_of(Fit fit) {
  int pauses = 0;
  fit(test_world(), Checkpoints{[&](Place) {
                                  ++pauses;
                                  return Pause::none;
                                },
                                {}});
  return pauses;
}

template <class T>
std::vector<T> my_part_of(const std::vector<T>& all) {
  const Shard shard = my_shard(test_world(), static_cast<Index>(all.size()));
  return {all.begin() + shard.begin, all.begin() + shard.end};
}

void expect_same(const KMeansResult& here, const KMeansResult& alone) {
  ASSERT_TRUE(same_bits(elements(here.centers), elements(alone.centers)));
  EXPECT_EQ(here.labels, my_part_of(alone.labels));
  EXPECT_TRUE(same_bits(here.distances, my_part_of(alone.distances)));
  EXPECT_EQ(here.inertia, alone.inertia);
  EXPECT_EQ(here.n_iter, alone.n_iter);
  EXPECT_EQ(here.sizes, alone.sizes);
  EXPECT_EQ(here.inertia_trace, alone.inertia_trace);
  EXPECT_EQ(here.inertias, alone.inertias);
  EXPECT_EQ(here.best_start, alone.best_start);
  EXPECT_EQ(here.empty_cluster_repairs, alone.empty_cluster_repairs);
  EXPECT_EQ(here.converged, alone.converged);
}

// Stopped at every place in one run, and once in its midst.
void expect_same_when_stopped(const Matrix& all, const KMeansOptions& options) {
  const auto fit = [&](const Communicator& comm, const Checkpoints& checkpoints) {
    const Matrix mine = my_part(comm, all);
    return fit_kmeans(comm, source_of(mine), all.rows(), options, {}, {}, checkpoints);
  };
  const KMeansResult whole = fit(test_alone(), {});
  const int pauses = pauses_of(fit);
  expect_same(with_stops(std::vector<int>(static_cast<std::size_t>(pauses), 1), fit), whole);
  expect_same(with_stops({pauses / 2}, fit), whole);
}

TEST(StoppedKMeans, has_the_same_bits) {
  const Matrix all = test_clusters(1501, 7, 5);
  for (const auto algorithm : {KMeansAlgorithm::lloyd, KMeansAlgorithm::bounds})
    expect_same_when_stopped(all, {.k = 6, .n_init = 3, .seed = 9, .algorithm = algorithm});
  expect_same_when_stopped(all, {.k = 6, .n_init = 2, .max_iterations = 4, .tolerance = 0, .seed = 9});
}

// By bounds only after the first unrest; going on, all rows are compared once more.
TEST(StoppedKMeans, has_the_same_bits_where_bounds_come_late) {
  expect_same_when_stopped(test_clusters(1200, 32, 9, 1),
                           {.k = 70, .n_init = 2, .seed = 3, .start = KMeansStart::random});
}

// The count of changed labels decides about rest, where the tolerance does not because of repairs.
TEST(StoppedKMeans, has_the_same_bits_where_clusters_become_empty) {
  Matrix few(600, 2);
  for (Index i = 0; i < few.rows(); ++i) few.row(i) << static_cast<float>(i % 3), static_cast<float>(i % 4);
  expect_same_when_stopped(few, {.k = 14, .n_init = 2, .seed = 2});
  MatrixD start = MatrixD::Zero(6, 7);
  start.row(0).setConstant(1);
  expect_same_when_stopped(test_clusters(600, 7, 5), {.k = 6, .start_centers = start});
}

TEST(StoppedKMeans, by_batches_has_the_same_bits) {
  const Matrix all = test_clusters(900, 5, 4);
  const auto fit = [&](const Communicator& comm, const Checkpoints& checkpoints) {
    const Matrix mine = my_part(comm, all);
    return fit_minibatch_kmeans(comm, source_of(mine), all.rows(), {.k = 8, .n_init = 2, .seed = 5},
                                {.batch_size = 64, .epochs = 2}, {}, {}, checkpoints);
  };
  const KMeansResult whole = fit(test_alone(), {});
  const int pauses = pauses_of(fit);
  expect_same(with_stops(std::vector<int>(static_cast<std::size_t>(pauses), 1), fit), whole);
  expect_same(with_stops({pauses / 2}, fit), whole);
}

TEST(StoppedKMeans, of_other_data_is_refused) {
  const Matrix all = test_clusters(300, 5, 4), wider = test_clusters(300, 6, 4);
  Snapshot state;
  const Checkpoints stopped{[](Place) { return Pause::stop; }, [&](const Snapshot& s) { state = s; }};
  EXPECT_THROW(fit_kmeans(test_alone(), source_of(all), 300, {.k = 3}, {}, {}, stopped), Error);
  try {
    fit_kmeans(test_alone(), source_of(wider), 300, {.k = 3}, {}, {}, {.begin = &state});
    ADD_FAILURE() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::input);
  }
}

TEST(StoppedChoiceOfK, has_the_same_bits) {
  const Matrix all = test_clusters(301, 3, 3, 8);
  for (const auto criterion : {ClusterCriterion::silhouette, ClusterCriterion::gap}) {
    const auto fit = [&](const Communicator& comm, const Checkpoints& checkpoints) {
      const Matrix mine = my_part(comm, all);
      return choose_k(comm, source_of(mine), 301, {.n_init = 2, .seed = 4},
                      {.first = 1, .last = 4, .criterion = criterion, .silhouette_rows = 100, .gap_sets = 2}, {},
                      checkpoints);
    };
    const ChosenK whole = fit(test_alone(), {});
    const auto expect_same_choice = [&](const ChosenK& here) {
      ASSERT_EQ(here.qualities.size(), whole.qualities.size());
      EXPECT_TRUE(same_bits(here.qualities, whole.qualities));
      EXPECT_EQ(here.chosen, whole.chosen);
      EXPECT_EQ(here.silhouette_rows, whole.silhouette_rows);
      expect_same(here.result, whole.result);
    };
    const int pauses = pauses_of(fit);
    for (const int stop : {pauses / 2, pauses - 1, pauses}) expect_same_choice(with_stops({stop}, fit));
    expect_same_choice(with_stops({2, 3, 5, 7, 11}, fit));
  }
}

TEST(StoppedTsne, has_the_same_bits) {
  const Matrix all = test_clusters(240, 6, 4, 3);
  const std::vector<std::pair<GradientMethod, Index>> cases{{GradientMethod::exact, 300},
                                                            {GradientMethod::exact, 50},
                                                            {GradientMethod::barnes_hut, 300},
                                                            {GradientMethod::fft, 300}};
  for (const auto& [way, patience] : cases) {
    const TsneOptions options{
        .perplexity = 10, .iterations = 330, .exaggeration_iterations = 60, .gradient = way, .patience = patience};
    const auto fit = [&](const Communicator& comm, const Checkpoints& checkpoints) {
      const Matrix mine = my_part(comm, all);
      const SparseRows affinities =
          joint_affinities(comm, exact_neighbors(comm, mine, 240, 30), 240, options.perplexity);
      return fit_tsne(comm, mine, 240, affinities, options, {}, checkpoints);
    };
    const TsneResult whole = fit(test_alone(), {});
    const auto expect_same_map = [&](const TsneResult& map) {
      const Matrix mine = my_part(test_world(), whole.embedding);
      EXPECT_TRUE(same_bits(elements(map.embedding), elements(mine)));
      EXPECT_EQ(map.divergence, whole.divergence);
      EXPECT_EQ(map.trace, whole.trace);
      EXPECT_EQ(map.trace_iterations, whole.trace_iterations);
      EXPECT_EQ(map.n_iter, whole.n_iter);
      EXPECT_EQ(map.stopped_early, whole.stopped_early);
      EXPECT_EQ(map.learning_rate, whole.learning_rate);
    };
    expect_same_map(with_stops({1, 1, 48, 1, 49, 30}, fit));
    expect_same_map(with_stops({pauses_of(fit)}, fit));
  }
}

TEST(StoppedTsne, a_finished_map_needs_no_affinities) {
  const Matrix all = test_clusters(60, 6, 4, 3), mine = my_part(test_world(), all);
  const TsneOptions options{.perplexity = 5, .iterations = 60, .exaggeration_iterations = 20};
  const SparseRows affinities = joint_affinities(test_world(), exact_neighbors(test_world(), mine, 60, 15), 60, 5);
  std::optional<Snapshot> during, end;
  Checkpoints checkpoints;
  checkpoints.due = [&](Place) { return during ? Pause::none : Pause::save; };
  checkpoints.save = [&](const Snapshot& s) { during = s; };
  checkpoints.keep = [&](const Snapshot& s) { end = s; };
  const TsneResult map = fit_tsne(test_world(), mine, 60, affinities, options, {}, checkpoints);
  EXPECT_FALSE(finished_map(test_world(), 60, options, nullptr));
  EXPECT_FALSE(finished_map(test_world(), 60, options, &*during));
  const auto finished = finished_map(test_world(), 60, options, &*end);
  ASSERT_TRUE(finished);
  EXPECT_TRUE(same_bits(elements(finished->embedding), elements(map.embedding)));
  EXPECT_EQ(finished->trace, map.trace);
}

TEST(StoppedPca, has_the_same_bits) {
  const Matrix all = test_clusters(300, 40, 4);
  for (const auto solver : {PcaSolver::randomized, PcaSolver::covariance}) {
    const auto fit = [&](const Communicator& comm, const Checkpoints& checkpoints) {
      const Matrix mine = my_part(comm, all);
      return fit_pca(comm, source_of(mine), 300, {.components = 3, .whiten = true, .solver = solver}, checkpoints);
    };
    const Pca whole = fit(test_alone(), {});
    const int pauses = pauses_of(fit);
    EXPECT_EQ(pauses, solver == PcaSolver::randomized ? 5 : 1);
    for (int stop = 1; stop <= pauses; ++stop) {
      const Pca pca = with_stops({stop}, fit);
      EXPECT_TRUE(same_bits(elements(pca.components), elements(whole.components)));
      EXPECT_TRUE(same_bits(elements(pca.mean), elements(whole.mean)));
      EXPECT_TRUE(same_bits(elements(pca.explained_variance), elements(whole.explained_variance)));
      EXPECT_TRUE(same_bits(elements(pca.explained_variance_ratio), elements(whole.explained_variance_ratio)));
      EXPECT_TRUE(same_bits(elements(pca.singular_values), elements(whole.singular_values)));
      EXPECT_EQ(pca.total_variance, whole.total_variance);
      EXPECT_EQ(pca.noise_variance, whole.noise_variance);
      EXPECT_EQ(pca.n, whole.n);
      EXPECT_EQ(pca.whiten, whole.whiten);
      EXPECT_EQ(pca.solver, whole.solver);
      EXPECT_EQ(pca.reason, whole.reason);
    }
  }
}

}  // namespace
}  // namespace shoal
