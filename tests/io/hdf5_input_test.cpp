#include <hdf5.h>

#include <numeric>

#include "io_files.hpp"
#include "shoal/io/listing.hpp"
#include "shoal/io/output_file.hpp"
#include "shoal/io/result_file.hpp"

namespace shoal::io_tests {
namespace {

struct Layout {
  std::vector<hsize_t> chunk = {};
  bool deflate = false;
};

// Adds a dataset to a file of this rank's own, by the serial driver.
void add(const std::string& path, const std::string& name, hid_t type, std::vector<hsize_t> dims,
         const Layout& layout = {}, bool write = true) {
  const bool there = std::filesystem::exists(path);
  const hid_t file = there ? H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT)
                           : H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t space = H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr);
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE), links = H5Pcreate(H5P_LINK_CREATE);
  H5Pset_create_intermediate_group(links, 1);
  if (!layout.chunk.empty()) H5Pset_chunk(properties, static_cast<int>(layout.chunk.size()), layout.chunk.data());
  if (layout.deflate) H5Pset_deflate(properties, 4);
  const hid_t dataset = H5Dcreate2(file, name.c_str(), type, space, links, properties, H5P_DEFAULT);
  if (write) {
    std::vector<double> values(std::accumulate(dims.begin(), dims.end(), hsize_t{1}, std::multiplies<>()));
    std::iota(values.begin(), values.end(), 0.0);
    H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  }
  H5Dclose(dataset);
  H5Pclose(links);
  H5Pclose(properties);
  H5Sclose(space);
  H5Fclose(file);
}

std::string fresh(const std::string& name) {
  std::filesystem::remove(own_name(name));
  return own_name(name);
}

TEST(Hdf5Input, all_types_in_both_byte_orders_and_all_layouts) {
  const std::vector<std::pair<hid_t, ElementType>> types{
      {H5T_STD_U8LE, ElementType::uint8},     {H5T_STD_I8LE, ElementType::int16},
      {H5T_STD_U16LE, ElementType::uint16},   {H5T_STD_U16BE, ElementType::uint16},
      {H5T_STD_I16LE, ElementType::int16},    {H5T_STD_I16BE, ElementType::int16},
      {H5T_STD_I32LE, ElementType::int32},    {H5T_STD_I32BE, ElementType::int32},
      {H5T_STD_U32LE, ElementType::int64},    {H5T_STD_I64LE, ElementType::int64},
      {H5T_STD_I64BE, ElementType::int64},    {H5T_IEEE_F32LE, ElementType::float32},
      {H5T_IEEE_F32BE, ElementType::float32}, {H5T_IEEE_F64LE, ElementType::float64},
      {H5T_IEEE_F64BE, ElementType::float64}};
  std::vector<double> expected(7 * 2 * 3);
  std::iota(expected.begin(), expected.end(), 0.0);
  for (const auto& [type, element] : types)
    for (const Layout& layout : {Layout{}, Layout{{2, 2, 2}, false}, Layout{{3, 2, 3}, true}}) {
      const std::string file = fresh("types.h5");
      add(file, "/group/images", type, {7, 2, 3}, layout);
      const DatasetInfo info = open_dataset(file);
      EXPECT_EQ(info.type, element);
      EXPECT_EQ(info.name(), file + ":/group/images");
      EXPECT_EQ(values_of(file), expected);
      const RowData rows = read_rows(info, 2, 5);
      EXPECT_EQ(rows.at(0, 0), 12);
      EXPECT_EQ(rows.at(2, 5), 29);
    }
}

TEST(Hdf5Input, one_of_several_datasets_must_be_named) {
  const std::string file = fresh("several.h5");
  add(file, "/train/images", H5T_STD_U8LE, {4, 2, 2});
  add(file, "/train/labels", H5T_STD_U8LE, {4});
  expect_refused(file, {"2 datasets", "/train/images (4 x 2 x 2 uint8)", "/train/labels (4 uint8)"});
  expect_refused(file + ":/train/image", {"no dataset '/train/image'", "Did you mean " + file + ":/train/images"});
  expect_refused(file + ":/train", {"no dataset '/train'"});
  expect_refused(file + ":/a/b/c", {"/train/labels"});
  EXPECT_EQ(open_dataset(file + ":/train/labels").rows(), 4);
  EXPECT_EQ(open_dataset(file + ":train/labels").rows(), 4);
  EXPECT_EQ(read_labels(file + ":/train/labels", 4), (std::vector<std::int64_t>{0, 1, 2, 3}));
}

TEST(Hdf5Input, types_that_do_not_fit_are_refused_by_name) {
  const std::string file = fresh("odd.h5");
  add(file, "/u64", H5T_STD_U64LE, {4});
  const hid_t half = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(half, 15, 10, 5, 0, 10);
  H5Tset_size(half, 2);
  H5Tset_ebias(half, 15);
  add(file, "/f16", half, {4});
  H5Tclose(half);
  const hid_t text = H5Tcopy(H5T_C_S1);
  H5Tset_size(text, 12);
  add(file, "/text", text, {4}, {}, false);
  H5Tclose(text);
  expect_refused(file + ":/u64", {"uint64"});
  expect_refused(file + ":/f16", {"float16"});
  expect_refused(file + ":/text", {"string of 12 bytes"});
}

TEST(Hdf5Input, absurd_or_unwritten_extents_are_refused) {
  const std::string file = fresh("absurd.h5");
  const hsize_t most = hsize_t{1} << 58;
  add(file, "/huge", H5T_STD_U8LE, {most}, {{1024}, true}, false);
  add(file, "/beyond", H5T_STD_U8LE, {most, most}, {{16, 16}, true}, false);
  add(file, "/unwritten", H5T_STD_U8LE, {10, 10}, {}, false);
  add(file, "/none", H5T_STD_U8LE, {0, 10}, {{1, 10}, false}, false);
  expect_refused(file + ":/huge", {"288,230,376,151,711,744 bytes", "none of them was ever written"});
  expect_refused(file + ":/beyond", {"more bytes than any file"});
  expect_refused(file + ":/unwritten", {"10 x 10", "none of them was ever written"});
  expect_refused(file + ":/none", {"has no rows", "0 x 10"});
}

TEST(Hdf5Input, fill_values_do_not_stand_for_data) {
  const std::string path = fresh("sparse.h5");
  const hsize_t dims = hsize_t{1} << 40, chunk = 1024, one = 1, at = 5;
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t space = H5Screate_simple(1, &dims, nullptr), memory = H5Screate_simple(1, &one, nullptr);
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(properties, 1, &chunk);
  const hid_t dataset = H5Dcreate2(file, "x", H5T_STD_U8LE, space, H5P_DEFAULT, properties, H5P_DEFAULT);
  H5Sselect_hyperslab(space, H5S_SELECT_SET, &at, nullptr, &one, nullptr);
  const std::uint8_t value = 1;
  H5Dwrite(dataset, H5T_NATIVE_UINT8, memory, space, H5P_DEFAULT, &value);
  H5Dclose(dataset);
  H5Pclose(properties);
  H5Sclose(memory);
  H5Sclose(space);
  H5Fclose(file);
  expect_refused(path, {"1,099,511,627,776 bytes", "fill values"});
}

TEST(Hdf5Input, data_in_other_files_is_not_followed) {
  const std::string path = fresh("links.h5"), other = fresh("other.h5");
  add(other, "/secret", H5T_STD_U8LE, {4});
  add(path, "/own", H5T_STD_U8LE, {4});
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  H5Lcreate_external(other.c_str(), "/secret", file, "outside", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_soft("/own", file, "alias", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_soft("/nowhere", file, "dangling", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_hard(file, "/", file, "circle", H5P_DEFAULT, H5P_DEFAULT);
  const hsize_t dims = 4;
  const hid_t space = H5Screate_simple(1, &dims, nullptr), properties = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_external(properties, "/etc/passwd", 0, 4);
  H5Dclose(H5Dcreate2(file, "external", H5T_STD_U8LE, space, H5P_DEFAULT, properties, H5P_DEFAULT));
  H5Pclose(properties);
  H5Sclose(space);
  H5Fclose(file);
  expect_refused(path + ":/outside", {"no dataset '/outside'"});
  expect_refused(path + ":/dangling", {"no dataset '/dangling'"});
  expect_refused(path + ":/external", {"in other files"});
  EXPECT_EQ(open_dataset(path + ":/alias").rows(), 4);

  std::vector<std::string> seen;
  for (const ObjectInfo& object : list_objects(path)) seen.push_back(object.path + " " + object.type);
  EXPECT_EQ(seen, (std::vector<std::string>{"/ group", "/alias soft link", "/dangling soft link", "/external uint8",
                                            "/outside external link", "/own uint8"}));
}

TEST(Hdf5Input, a_truncated_file_is_refused) {
  const std::string file = fresh("cut.h5");
  add(file, "/images", H5T_STD_U8LE, {60, 28, 28});
  const std::string bytes = read_file(file);
  expect_refused(write_file(own_name("cut.h5"), bytes.substr(0, 5000)), {"cut.h5", "5,000 bytes", "truncated file"});
  expect_refused(write_file(own_name("cut.h5"), bytes.substr(0, 20)), {"cut.h5"});
}

TEST(ResultFile, what_is_missing_or_of_another_kind_is_named) {
  const std::string path = fresh("result.h5");
  add(path, "/model/weight", H5T_IEEE_F32LE, {2, 2});
  const ResultFile file(path);
  EXPECT_TRUE(file.has("/model/weight"));
  EXPECT_TRUE(file.has("model"));
  EXPECT_TRUE(file.has("/"));
  EXPECT_FALSE(file.has("/model/bias"));
  EXPECT_FALSE(file.has("/model/weight/deeper"));
  const auto message = [&](auto&& body) {
    const Error error = error_of(body);
    EXPECT_EQ(error.code(), ExitCode::input);
    return std::string(error.what()) + " | " + error.hint();
  };
  EXPECT_NE(message([&] { file.floats("/model/weigth"); }).find("/model/weight?"), std::string::npos);
  EXPECT_NE(message([&] { file.integers("/model/weight"); }).find("float32 where integers"), std::string::npos);
  EXPECT_NE(message([&] { file.text_attribute("/model", "encoder"); }).find("a file that shoal wrote"),
            std::string::npos);
  EXPECT_NE(message([&] { file.number_attribute("/nodel", "encoder"); }).find("'/model'"), std::string::npos);
  EXPECT_FALSE(file.has_attribute("/model", "encoder"));
  EXPECT_NE(message([&] { ResultFile(write_file(own_name("text"), "hello")); }).find("not an HDF5 file"),
            std::string::npos);
}

TEST(Listing, types_shapes_and_attributes_are_told) {
  const std::string path = own_name("listed.h5");
  OutputFile file(Communicator(MPI_COMM_SELF), path);
  file.write("/codes/x", std::vector<float>(6), {2, 3});
  file.attribute("/codes/x", "units", "1");
  file.attribute("/codes", "long", std::string(1000, 'z'));
  file.attribute("/codes", "numbers", std::vector<double>{0.5, 2});
  file.label_dimensions("/codes/x", {"sample", "component"});
  file.close();
  const auto objects = list_objects(path);
  ASSERT_EQ(objects.size(), 3U);
  EXPECT_TRUE(objects[1].group);
  EXPECT_EQ(objects[1].attributes[0].second, std::string(197, 'z') + "...");
  EXPECT_EQ(objects[1].attributes[1].second, "0.5, 2");
  EXPECT_EQ(objects[2].path, "/codes/x");
  EXPECT_EQ(objects[2].dims, (std::vector<Index>{2, 3}));
  EXPECT_EQ(objects[2].bytes, 24);
  EXPECT_EQ(objects[2].attributes.size(), 2U);
}

}  // namespace
}  // namespace shoal::io_tests
