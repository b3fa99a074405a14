// Eigenpairs that the root finds while the others multiply for it: also where it, or one of them, cannot go on.
#include "shoal/methods/shared_eigen.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "refused_bytes.hpp"
#include "shoal/core/error.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

constexpr Index d = 520, k = 8, width = 8;  // by block Lanczos, in blocks of 8

MatrixD scatter() {
  const MatrixD rows = test_clusters(900, d, 12).cast<double>();
  return rows.transpose() * rows;
}

TEST(SharedEigen, gives_all_ranks_the_pairs_of_one) {
  MatrixD here = scatter(), alone = here;
  const SymmetricEigen shared = shared_eigenpairs(test_world(), here, k);
  const SymmetricEigen own = shared_eigenpairs(test_alone(), alone, k);
  EXPECT_TRUE(same_bits(elements(shared.values), elements(own.values)));
  EXPECT_TRUE(same_bits(elements(shared.vectors), elements(own.vectors)));
}

void expect_error_on_all_ranks(MatrixD matrix, ExitCode code) {
  try {
    shared_eigenpairs(test_world(), matrix, k);
    ADD_FAILURE() << "no error on rank " << test_world().rank();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), code) << e.what();
    EXPECT_TRUE(e.on_all_ranks());
  }
}

TEST(SharedEigen, tells_all_ranks_of_the_roots_error) {
  MatrixD matrix = scatter();
  matrix(3, 5) = std::numeric_limits<double>::quiet_NaN();
  expect_error_on_all_ranks(matrix, ExitCode::numerics);
}

// A rank without memory for its rows of a product: the others, who are in the product already, must not wait for it.
TEST(SharedEigen, tells_all_ranks_of_one_without_memory) {
  const Communicator comm = test_world();
  const MatrixD matrix = scatter();
  for (int poor = 0; poor < comm.size(); ++poor) {
    const Shard shard = Shard::of(d, comm.rank(), comm.size());
    refused_bytes = comm.rank() == poor ? static_cast<std::size_t>(shard.size() * width) * sizeof(double) : 0;
    expect_error_on_all_ranks(matrix, ExitCode::failure);
    refused_bytes = 0;
  }
  MatrixD again = matrix;
  EXPECT_GT(shared_eigenpairs(comm, again, k).values[k - 1], 0);
}

}  // namespace
}  // namespace shoal
