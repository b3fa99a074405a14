#include "io_files.hpp"

namespace shoal::io_tests {
namespace {

template <class T>
void expect_round_trip(const std::string& descr, ElementType type, const std::vector<T>& values, bool swapped) {
  const std::string file =
      write_file(own_name("a.npy"), npy_header(npy_dictionary(descr, "(3, 2)")) + bytes_of(values, swapped));
  const DatasetInfo info = open_dataset(file);
  EXPECT_EQ(info.type, type) << descr;
  EXPECT_EQ(info.dims, (std::vector<Index>{3, 2}));
  EXPECT_EQ(info.format, DatasetFormat::npy);
  EXPECT_EQ(values_of(file), std::vector<double>(values.begin(), values.end())) << descr;
}

TEST(Npy, all_types_in_both_byte_orders) {
  for (const bool big : {false, true}) {
    const std::string order = big ? ">" : "<";
    expect_round_trip<std::uint16_t>(order + "u2", ElementType::uint16, {1, 2, 3, 400, 65535, 0}, big);
    expect_round_trip<std::int16_t>(order + "i2", ElementType::int16, {1, -2, 3, -400, 32767, 0}, big);
    expect_round_trip<std::int32_t>(order + "i4", ElementType::int32, {1, -2, 3, -400, 70000, 0}, big);
    expect_round_trip<std::int64_t>(order + "i8", ElementType::int64, {1, -2, 3, -400, 1LL << 40, 0}, big);
    expect_round_trip<float>(order + "f4", ElementType::float32, {1, -2.5F, 3, 1e30F, -0.125F, 0}, big);
    expect_round_trip<double>(order + "f8", ElementType::float64, {1, -2.5, 3, 1e300, -0.1, 0}, big);
  }
  expect_round_trip<std::uint8_t>("|u1", ElementType::uint8, {0, 1, 2, 3, 254, 255}, false);
  expect_round_trip<std::uint8_t>("|b1", ElementType::uint8, {0, 1, 1, 0, 0, 1}, false);
}

TEST(Npy, all_versions_and_ranks) {
  for (const int version : {1, 2, 3}) {
    const std::vector<std::uint8_t> bytes{1, 2, 3, 4};
    for (const char* shape : {"(4,)", "(4L,)", "(2, 2)", "(2,1,2)", "(1, 2, 2, 1)"}) {
      const auto file =
          write_file(own_name("v.npy"), npy_header(npy_dictionary("|u1", shape), version) + bytes_of(bytes));
      EXPECT_EQ(values_of(file), (std::vector<double>{1, 2, 3, 4})) << shape << " version " << version;
    }
  }
}

TEST(Npy, a_rank_reads_only_its_rows) {
  std::vector<std::int32_t> values(70);
  for (int i = 0; i < 70; ++i) values[static_cast<std::size_t>(i)] = i;
  const auto file = write_file(own_name("rows.npy"), npy_header(npy_dictionary("<i4", "(7, 10)")) + bytes_of(values));
  const DatasetInfo info = open_dataset(file);
  for (Index begin = 0; begin <= 7; ++begin)
    for (Index end = begin; end <= 7; ++end) {
      const RowData rows = read_rows(info, begin, end);
      ASSERT_EQ(rows.count, end - begin);
      for (Index row = begin; row < end; ++row)
        for (Index column = 0; column < 10; ++column) ASSERT_EQ(rows.at(row - begin, column), row * 10 + column);
    }
}

TEST(Npy, fortran_order_is_refused_by_name) {
  const std::string header = npy_header("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }");
  const auto file = write_file(own_name("fortran.npy"), header + std::string(16, '\0'));
  expect_refused(file, {"fortran.npy", "Fortran order", "ascontiguousarray"});
}

TEST(Npy, a_vector_in_fortran_order_is_a_vector) {
  const std::string header = npy_header("{'descr': '|u1', 'fortran_order': True, 'shape': (2,), }");
  EXPECT_EQ(values_of(write_file(own_name("vector.npy"), header + "\x01\x02")), (std::vector<double>{1, 2}));
}

TEST(Npy, structured_and_object_arrays_are_refused_by_name) {
  const auto refuse = [](const std::string& dictionary, const std::vector<std::string>& words) {
    expect_refused(write_file(own_name("type.npy"), npy_header(dictionary) + std::string(64, '\0')), words);
  };
  refuse("{'descr': [('x', '<f4'), ('y', '<i4')], 'fortran_order': False, 'shape': (2,), }", {"named fields"});
  refuse(npy_dictionary("|O", "(2,)"), {"Python objects", "|O"});
  refuse(npy_dictionary("<f2", "(2,)"), {"'<f2'", "astype"});
  refuse(npy_dictionary("<u8", "(2,)"), {"'<u8'"});
  refuse(npy_dictionary("<U5", "(2,)"), {"'<U5'"});
  refuse(npy_dictionary("", "(2,)"), {"type ''"});
}

TEST(Npy, a_truncated_file_is_refused_with_the_numbers) {
  const auto file =
      write_file(own_name("cut.npy"), npy_header(npy_dictionary("|u1", "(60000, 28, 28)")) + std::string(1234, 'x'));
  expect_refused(file, {"60000 x 28 x 28 uint8 = 47,040,000 bytes", "only 1,234 bytes follow its header"});
}

TEST(Npy, absurd_shapes_are_refused_before_anything_is_allocated) {
  const auto refuse = [](const std::string& shape, const std::vector<std::string>& words) {
    expect_refused(write_file(own_name("shape.npy"), npy_header(npy_dictionary("<f4", shape)) + std::string(64, '\0')),
                   words);
  };
  refuse("(1000000000000000000,)", {"1000000000000000000"});
  refuse("(100000000000000000,)", {"400,000,000,000,000,000 bytes", "only 64 bytes"});
  refuse("(99999999999999999999999,)", {"beyond 64 bits"});
  refuse("(4294967296, 4294967296)", {"more bytes than any file"});
  refuse("(9223372036854775808, 2)", {"more bytes than any file"});
  refuse("(-3, 2)", {"negative"});
  refuse("(0, 2)", {"has no rows", "0 x 2"});
  refuse("(2, 0)", {"without elements", "2 x 0"});
  refuse("()", {"0 dimensions"});
  refuse("(1, 1, 1, 1, 1)", {"5 dimensions", "(n, h, w, c)"});
}

TEST(Npy, damaged_headers_are_refused) {
  const std::string good = npy_header(npy_dictionary("|u1", "(2,)")) + "ab";
  expect_refused(write_file(own_name("h.npy"), good.substr(0, 8)), {"cut off within its .npy header", "8 bytes"});
  expect_refused(write_file(own_name("h.npy"), good.substr(0, 30)), {"header has", "the file has 30"});
  std::string long_header = npy_header(npy_dictionary("|u1", "(2,)"), 2);
  long_header[11] = '\x7f';
  expect_refused(write_file(own_name("h.npy"), long_header), {"header has 2,13"});
  std::string version = good;
  version[6] = 9;
  expect_refused(write_file(own_name("h.npy"), version), {"version 9"});
  for (const char* text :
       {"", "{", "{}", "{'descr': }", "{'shape': (1,2}", "{'shape': (1 2)}", "{'descr': 'u1' 'shape': (1,)}",
        "{'fortran_order': Maybe}", "{'strange': 1}", "{'descr': '|u1"})
    expect_refused(write_file(own_name("h.npy"), npy_header(text) + "ab"), {"h.npy"});
}

}  // namespace
}  // namespace shoal::io_tests
