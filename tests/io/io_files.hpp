#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "shoal/core/error.hpp"
#include "shoal/io/dataset.hpp"
#include "test_world.hpp"

// Files that the io tests make for themselves, and what they expect of errors.
namespace shoal::io_tests {

/// Removes the run's directory when all tests are done.
class RunDirectory : public testing::Environment {
 public:
  explicit RunDirectory(std::string path) : path_(std::move(path)) {}
  void TearDown() override {
    test_world().barrier();
    if (test_world().is_root()) std::filesystem::remove_all(path_);
  }

 private:
  std::string path_;
};

/// A directory of this test program's run; the same on all ranks. Collective at its first call in a program.
inline std::string run_directory() {
  static const std::string path = [] {
    const Communicator world = test_world();
    const char* temporary = std::getenv("TMPDIR");
    const std::string root = world.broadcast(std::string(temporary ? temporary : "/tmp") + "/shoal_io_" +
                                             std::to_string(world.size()) + "_" + std::to_string(::getpid()));
    if (world.is_root()) std::filesystem::create_directories(root);
    world.barrier();
    testing::AddGlobalTestEnvironment(new RunDirectory(root));
    return root;
  }();
  return path;
}

/// The same name on all ranks: for files written together.
inline std::string shared_name(const std::string& name) {
  return run_directory() + "/" + name;
}

/// Another name on each rank.
inline std::string own_name(const std::string& name) {
  return run_directory() + "/rank" + std::to_string(test_world().rank()) + "_" + name;
}

inline std::string write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string npy_header(const std::string& dictionary, int version = 1) {
  const std::string text = dictionary + "\n";
  std::string bytes = std::string("\x93NUMPY", 6) + static_cast<char>(version) + '\0';
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) bytes += static_cast<char>(text.size() >> (8 * i) & 0xff);
  return bytes + text;
}

inline std::string npy_dictionary(const std::string& descr, const std::string& shape) {
  return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
}

template <class T>
std::string bytes_of(const std::vector<T>& values, bool swapped = false) {
  std::string bytes;
  for (const T value : values) {
    std::string one(sizeof(T), '\0');
    std::memcpy(one.data(), &value, sizeof(T));
    bytes += swapped ? std::string(one.rbegin(), one.rend()) : one;
  }
  return bytes;
}

inline std::string idx_header(int code, const std::vector<std::uint32_t>& dims) {
  std::string bytes{'\0', '\0', static_cast<char>(code), static_cast<char>(dims.size())};
  return bytes + bytes_of(dims, /*swapped=*/true);
}

template <class Body>
Error error_of(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  return {ExitCode::success, "no error"};
}

/// Checks that opening fails with exit code 3, and that the message (with the hint) has all the words.
inline void expect_refused(const std::string& name, const std::vector<std::string>& words) {
  const Error error = error_of([&] {
    const DatasetInfo info = open_dataset(name);
    read_rows(info, 0, info.rows());
  });
  EXPECT_EQ(error.code(), ExitCode::input) << error.what();
  const std::string text = std::string(error.what()) + " | " + error.hint();
  for (const auto& word : words)
    EXPECT_NE(text.find(word), std::string::npos) << "'" << word << "' is not in: " << text;
}

/// All elements of a dataset as doubles.
inline std::vector<double> values_of(const std::string& name) {
  const DatasetInfo info = open_dataset(name);
  const RowData rows = read_rows(info, 0, info.rows());
  std::vector<double> values;
  for (Index row = 0; row < rows.count; ++row)
    for (Index column = 0; column < rows.width; ++column) values.push_back(rows.at(row, column));
  return values;
}

}  // namespace shoal::io_tests
