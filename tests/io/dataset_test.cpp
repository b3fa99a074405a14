#include "shoal/io/dataset.hpp"

#include <limits>

#include "io_files.hpp"
#include "shoal/parallel/shard.hpp"

namespace shoal::io_tests {
namespace {

template <class T>
std::string npy(const std::string& name, const std::string& descr, const std::string& shape,
                const std::vector<T>& values) {
  return write_file(own_name(name), npy_header(npy_dictionary(descr, shape)) + bytes_of(values));
}

TEST(Dataset, a_missing_file_is_answered_by_the_closest_name) {
  const std::string there = npy<std::uint8_t>("trainX.npy", "|u1", "(1,)", {7});
  expect_refused(own_name("trianX.npy"), {"does not exist", "Did you mean", there});
  expect_refused(run_directory() + "/nowhere/x.npy", {"there is no directory", "nowhere"});
  expect_refused("", {"empty"});
}

TEST(Dataset, a_directory_is_not_a_file) {
  expect_refused(run_directory(), {"is a directory"});
}

TEST(Dataset, a_device_or_pipe_is_not_waited_for) {
  expect_refused("/dev/null", {"not a regular file"});
}

TEST(Dataset, a_file_without_permission_is_refused) {
  const std::string file = npy<std::uint8_t>("secret.npy", "|u1", "(1,)", {7});
  std::filesystem::permissions(file, std::filesystem::perms::none);
  const bool root = ::geteuid() == 0;
  if (root) {
    EXPECT_EQ(::seteuid(65534), 0);  // permissions do not bind the superuser
  }
  expect_refused(file, {"secret.npy", "Permission denied"});
  if (root) {
    EXPECT_EQ(::seteuid(0), 0);
  }
}

TEST(Dataset, unknown_formats_are_refused_with_a_way_out) {
  expect_refused(write_file(own_name("empty"), ""), {"is empty"});
  expect_refused(write_file(own_name("table.csv"), "1,2,3\n4,5,6\n"), {"none of HDF5", "loadtxt"});
  expect_refused(write_file(own_name("a.npz"), "PK\x03\x04rest"), {"zip archive", "numpy.load"});
  expect_refused(write_file(own_name("a.png"), "\x89PNG\r\n"), {"single picture"});
  expect_refused(npy<std::uint8_t>("a.npy", "|u1", "(1,)", {7}) + ":/images", {"is not an HDF5 file", "/images"});
}

TEST(Dataset, the_format_is_known_by_content) {
  EXPECT_EQ(values_of(npy<std::uint8_t>("really_npy.h5", "|u1", "(2,)", {7, 8})), (std::vector<double>{7, 8}));
  EXPECT_EQ(values_of(npy<std::uint8_t>("with:colon.npy", "|u1", "(2,)", {7, 8})), (std::vector<double>{7, 8}));
}

TEST(Dataset, rows_outside_are_refused) {
  const DatasetInfo info = open_dataset(npy<std::uint8_t>("a.npy", "|u1", "(2,)", {7, 8}));
  for (const auto& outside : {Shard{2, -1, 1}, Shard{2, 0, 3}, Shard{2, 2, 1}})
    EXPECT_EQ(error_of([&] { read_rows(info, outside.begin, outside.end); }).code(), ExitCode::input);
}

TEST(Dataset, a_file_that_shrinks_after_it_was_opened_is_noticed) {
  const std::string file = npy<std::int64_t>("shrinks.npy", "<i8", "(4,)", {1, 2, 3, 4});
  const DatasetInfo info = open_dataset(file);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 4);
  const Error error = error_of([&] { read_rows(info, 2, 4); });
  EXPECT_EQ(error.code(), ExitCode::input);
  EXPECT_NE(std::string(error.what()).find("rows 2 to 3"), std::string::npos) << error.what();
}

TEST(Dataset, the_first_nan_or_infinity_is_named) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  const auto check = [](const std::vector<double>& values) {
    const std::string file = npy<double>("finite.npy", "<f8", "(2, 3)", values);
    return std::string(error_of([&] { require_finite(read_rows(open_dataset(file), 0, 2), 1000, file); }).what());
  };
  EXPECT_EQ(check({1, 2, 3, 4, 5, 6}), "no error");
  EXPECT_NE(check({1, 2, 3, 4, nan, infinity}).find("NaN in row 1,001, column 1"), std::string::npos);
  EXPECT_NE(check({1, 2, -infinity, 4, nan, 6}).find("-infinity in row 1,000, column 2"), std::string::npos);
}

TEST(Labels, integers_and_whole_floats_are_labels) {
  EXPECT_EQ(read_labels(npy<std::uint8_t>("l.npy", "|u1", "(3,)", {0, 9, 1}), 3), (std::vector<std::int64_t>{0, 9, 1}));
  EXPECT_EQ(read_labels(npy<double>("l.npy", "<f8", "(3, 1)", {0, -9, 1}), 3), (std::vector<std::int64_t>{0, -9, 1}));
  const std::int64_t large = (std::int64_t{1} << 60) + 1;
  EXPECT_EQ(read_labels(npy<std::int64_t>("l.npy", "<i8", "(2,)", {large, 2}), 2),
            (std::vector<std::int64_t>{large, 2}));
  const std::string file = npy<std::uint8_t>("l.npy", "|u1", "(3,)", {0, 9, 1});
  EXPECT_EQ(read_labels(file, 3, 1, 3), (std::vector<std::int64_t>{9, 1}));
  EXPECT_TRUE(read_labels(file, 3, 3, 3).empty());
}

TEST(Labels, a_wrong_number_is_refused_with_both_numbers) {
  const std::string file = npy<std::uint8_t>("l.npy", "|u1", "(3,)", {0, 9, 1});
  const Error error = error_of([&] { read_labels(file, 12000); });
  EXPECT_EQ(error.code(), ExitCode::input);
  for (const char* word : {"l.npy", "3 labels", "12,000 rows"})
    EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
}

TEST(Labels, what_is_not_a_whole_number_is_refused) {
  const auto refusal = [](const std::string& shape, const std::vector<double>& values) {
    return error_of([&] { read_labels(npy<double>("l.npy", "<f8", shape, values), 2); });
  };
  EXPECT_NE(std::string(refusal("(2,)", {1, 2.5}).what()).find("row 1"), std::string::npos);
  const std::string third = npy<double>("l.npy", "<f8", "(3,)", {1, 2, 2.5});
  EXPECT_NE(std::string(error_of([&] { read_labels(third, 3, 2, 3); }).what()).find("row 2"), std::string::npos);
  EXPECT_EQ(refusal("(2,)", {std::numeric_limits<double>::quiet_NaN(), 1}).code(), ExitCode::input);
  EXPECT_EQ(refusal("(2,)", {1e300, 1}).code(), ExitCode::input);
  EXPECT_NE(refusal("(2, 2)", {1, 0, 0, 1}).hint().find("argmax"), std::string::npos);
}

}  // namespace
}  // namespace shoal::io_tests
