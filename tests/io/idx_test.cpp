#include <zlib.h>

#include "io_files.hpp"

namespace shoal::io_tests {
namespace {

std::string zipped(const std::string& path, const std::string& bytes) {
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  return path;
}

template <class T>
void expect_round_trip(int code, ElementType type, const std::vector<T>& values) {
  const std::string bytes = idx_header(code, {2, 1, 3}) + bytes_of(values, /*swapped=*/true);
  for (const bool gz : {false, true}) {
    const std::string name = own_name("a-idx3");
    const std::string file = gz ? zipped(name, bytes) : write_file(name, bytes);
    const DatasetInfo info = open_dataset(file);
    EXPECT_EQ(info.format, gz ? DatasetFormat::idx_gz : DatasetFormat::idx);
    EXPECT_EQ(info.type, type);
    EXPECT_EQ(info.dims, (std::vector<Index>{2, 1, 3}));
    EXPECT_EQ(values_of(file), std::vector<double>(values.begin(), values.end())) << code;
  }
}

TEST(Idx, all_types_plain_and_zipped) {
  expect_round_trip<std::uint8_t>(0x08, ElementType::uint8, {0, 1, 2, 3, 254, 255});
  expect_round_trip<std::int16_t>(0x0B, ElementType::int16, {0, -1, 2, -300, 254, 32767});
  expect_round_trip<std::int32_t>(0x0C, ElementType::int32, {0, -1, 2, -300, 254, 1 << 20});
  expect_round_trip<float>(0x0D, ElementType::float32, {0, -1.5F, 2, 1e20F, 254, 3});
  expect_round_trip<double>(0x0E, ElementType::float64, {0, -1.5, 2, 1e200, 254, 3});
}

TEST(Idx, a_rank_reads_only_its_rows_of_a_zipped_file) {
  std::string bytes = idx_header(0x08, {50, 4});
  for (int i = 0; i < 200; ++i) bytes += static_cast<char>(i);
  const DatasetInfo info = open_dataset(zipped(own_name("rows.gz"), bytes));
  for (const auto& [begin, end] : std::vector<std::pair<Index, Index>>{{0, 50}, {0, 0}, {17, 33}, {49, 50}, {50, 50}}) {
    const RowData rows = read_rows(info, begin, end);
    ASSERT_EQ(rows.count, end - begin);
    for (Index row = begin; row < end; ++row) EXPECT_EQ(rows.at(row - begin, 3), row * 4 + 3);
  }
}

TEST(Idx, a_truncated_file_is_refused_with_the_numbers) {
  const std::string cut = idx_header(0x08, {60000, 28, 28}) + std::string(1234, 'x');
  expect_refused(write_file(own_name("cut-idx3"), cut),
                 {"60000 x 28 x 28 uint8 = 47,040,000 bytes", "only 1,234 bytes"});
  expect_refused(write_file(own_name("cut-idx3"), cut.substr(0, 9)), {"within its IDX header", "9 bytes"});
  expect_refused(zipped(own_name("cut-idx3.gz"), cut), {"60000 x 28 x 28"});
  expect_refused(zipped(own_name("cut-idx3.gz"), idx_header(0x08, {20, 28, 28}) + std::string(1234, 'x')),
                 {"20 x 28 x 28 uint8", "ends before row 20"});
}

TEST(Idx, a_truncated_gzip_stream_is_refused) {
  std::string noise;
  for (int i = 0; i < 2000; ++i) noise += static_cast<char>(i * i % 251 * i);
  const std::string good = read_file(zipped(own_name("g.gz"), idx_header(0x08, {2000}) + noise));
  expect_refused(write_file(own_name("g.gz"), good.substr(0, good.size() / 2)), {"g.gz", "gunzip -t"});
  expect_refused(write_file(own_name("g.gz"), good.substr(0, 12)), {"g.gz"});
}

TEST(Idx, absurd_dimensions_are_refused_before_anything_is_allocated) {
  const std::uint32_t most = 0xffffffffU;
  expect_refused(write_file(own_name("big-idx"), idx_header(0x0E, {most, most, most, most}) + "x"),
                 {"more bytes than any file"});
  expect_refused(write_file(own_name("big-idx"), idx_header(0x08, {most, 28}) + "x"), {"only 1 bytes"});
  expect_refused(zipped(own_name("big-idx.gz"), idx_header(0x08, {most, 28}) + "x"), {"120,259,084,260 bytes"});
  expect_refused(write_file(own_name("big-idx"), idx_header(0x08, {0, 28})), {"no rows"});
  expect_refused(write_file(own_name("big-idx"), idx_header(0x09, {1}) + "x"), {"int8"});
}

TEST(Idx, a_zipped_file_of_something_else_is_refused) {
  expect_refused(zipped(own_name("text.gz"), "a,b,c\n1,2,3\n"), {"not IDX", "gunzip"});
}

}  // namespace
}  // namespace shoal::io_tests
