// Datasets of an output file that are written part by part.
#include "io_files.hpp"
#include "shoal/io/output_file.hpp"

namespace shoal::io_tests {
namespace {

TEST(OutputFile, parts_make_the_same_file_as_the_whole) {
  const Communicator comm = test_world();
  const Index n = 103;
  const Shard shard = Shard::of(n, comm.rank(), comm.size());
  std::vector<float> values(static_cast<std::size_t>(2 * shard.size()));
  for (Index i = 0; i < shard.size(); ++i)
    for (Index j = 0; j < 2; ++j) values[static_cast<std::size_t>(2 * i + j)] = static_cast<float>(shard.begin + i + j);
  const std::string whole = shared_name("whole.h5"), parts = shared_name("parts.h5");
  {
    OutputFile file(comm, whole);
    file.write_rows("/a/rows", shard, values, {2});
    file.describe("/a/rows", "m", "rows");
    file.write_rows("/a/more", shard, values, {2});
    file.close();
  }
  {
    OutputFile file(comm, parts);
    file.create_rows("/a/rows", n, ElementType::float32, {2});
    file.describe("/a/rows", "m", "rows");
    file.create_rows("/a/more", n, ElementType::float32, {2});
    for (Index first = 0; first < n; first += 10) {  // more calls than some ranks have rows for
      const Index at = std::min(first, shard.size()), count = std::min<Index>(10, shard.size() - at);
      const std::span<const float> part(values.data() + 2 * at, static_cast<std::size_t>(2 * count));
      file.write_part("/a/rows", shard.begin + at, part);
      file.write_part("/a/more", shard.begin + at, part);
    }
    EXPECT_TRUE(file.transfers_were_collective());
    file.close();
  }
  EXPECT_EQ(read_file(whole), read_file(parts));
}

TEST(OutputFile, a_part_that_does_not_fit_is_refused_on_all_ranks) {
  OutputFile file(test_world(), shared_name("misfit.h5"));
  file.create_rows("/rows", 10, ElementType::float32, {2});
  const std::vector<float> four(4, 0), three(3, 0);
  EXPECT_THROW(file.write_part("/rows", 9, four), Error);
  EXPECT_THROW(file.write_part("/rows", 0, three), Error);
  EXPECT_THROW(file.write_part("/rows", 0, std::vector<double>(4, 0)), Error);
}

}  // namespace
}  // namespace shoal::io_tests
