#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <vector>

#include "shoal/core/error.hpp"

namespace shoal {

/// argv for a job: the arguments behind the job's name.
class Arguments {
 public:
  Arguments(std::initializer_list<const char*> arguments) : pointers_{"train"} {
    pointers_.insert(pointers_.end(), arguments);
  }
  int count() const { return static_cast<int>(pointers_.size()); }
  const char* const* values() const { return pointers_.data(); }

 private:
  std::vector<const char*> pointers_;
};

/// An environment variable that is set as long as the object lives.
class EnvironmentVariable {
 public:
  EnvironmentVariable(std::string name, const std::string& value) : name_(std::move(name)) {
    setenv(name_.c_str(), value.c_str(), 1);
  }
  ~EnvironmentVariable() { unsetenv(name_.c_str()); }
  EnvironmentVariable(const EnvironmentVariable&) = delete;
  EnvironmentVariable& operator=(const EnvironmentVariable&) = delete;

 private:
  std::string name_;
};

/// A file with this text as long as the object lives, one for each rank.
class TextFile {
 public:
  explicit TextFile(const std::string& text)
      : path_(std::filesystem::temp_directory_path() / ("shoal_options_" + std::to_string(getpid()) + ".ini")) {
    std::ofstream(path_) << text;
  }
  ~TextFile() { std::filesystem::remove(path_); }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;
  const std::string& path() const { return path_.native(); }

 private:
  std::filesystem::path path_;
};

/// What the body's Error says; empty when it throws none.
template <class Body>
std::string message_of(Body body) {
  try {
    body();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::options);
    return error.what();
  }
  return "";
}

}  // namespace shoal
