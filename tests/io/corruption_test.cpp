// Damaged files: every one is read or refused by an Error; none ends the program. The positions are spread over ranks.
#include <zlib.h>

#include <functional>

#include "io_files.hpp"
#include "shoal/io/listing.hpp"
#include "shoal/io/output_file.hpp"

namespace shoal::io_tests {
namespace {

// HDF5 1.10.8 itself reads a few bytes beyond its buffer for some damaged attributes, leaks a little and asks for
// absurd sizes (which malloc refuses): AddressSanitizer rightly ends the program there, and Shoal cannot help it.
#ifdef __SANITIZE_ADDRESS__
constexpr bool flip_hdf5 = false;
#else
constexpr bool flip_hdf5 = true;
#endif

struct Tried {
  int read = 0;
  int refused = 0;
};

// Reads the bytes as a dataset; anything but success and Error escapes and fails the test.
void try_reading(const std::string& bytes, Tried& tried, bool hdf5) {
  const std::string file = write_file(own_name("damaged"), bytes);
  try {
    const DatasetInfo info = open_dataset(hdf5 ? file + ":/group/images" : file);
    read_rows(info, 0, info.rows());
    ++tried.read;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::input);
    ++tried.refused;
  }
  if (!hdf5) return;
  try {
    list_objects(file);
  } catch (const Error&) {
  }
}

void damage(const std::string& good, std::size_t step, bool hdf5 = false) {
  const auto rank = static_cast<std::size_t>(test_world().rank()),
             ranks = static_cast<std::size_t>(test_world().size());
  Tried tried;
  try_reading(good, tried, hdf5);
  EXPECT_EQ(tried.read, 1);
  for (std::size_t at = rank * step; at < good.size(); at += ranks * step) {
    try_reading(good.substr(0, at), tried, hdf5);
    if (hdf5 && !flip_hdf5) continue;
    for (const int change : {0x01, 0x80, 0xff}) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ change);
      try_reading(bad, tried, hdf5);
    }
  }
  EXPECT_GT(tried.refused, 0);
}

TEST(Corruption, a_damaged_npy_file_is_read_or_refused) {
  damage(npy_header(npy_dictionary("<f4", "(3, 2)")) + std::string(24, 'x'), 1);
}

TEST(Corruption, a_damaged_idx_file_is_read_or_refused) {
  damage(idx_header(0x0D, {3, 2}) + std::string(24, 'x'), 1);
}

TEST(Corruption, a_damaged_zipped_idx_file_is_read_or_refused) {
  const std::string path = own_name("good.gz");
  std::string bytes = idx_header(0x08, {40, 5});
  for (int i = 0; i < 200; ++i) bytes += static_cast<char>(i * i);
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  damage(read_file(path), 1);
}

TEST(Corruption, a_damaged_hdf5_file_is_read_or_refused) {
  const std::string path = own_name("good.h5");
  OutputFile file(Communicator(MPI_COMM_SELF), path);
  file.write("/group/images", std::vector<float>(60), {5, 4, 3});
  file.write("/group/labels", std::vector<std::int32_t>(5), {5});
  file.attribute("/group/images", "units", "1");
  file.label_dimensions("/group/images", {"sample", "row", "column"});
  file.attach_scale("/group/images", 0, "/group/labels");
  file.close();
  damage(read_file(path), 29, /*hdf5=*/true);
}

}  // namespace
}  // namespace shoal::io_tests
