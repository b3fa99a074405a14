#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// An HDF5 file of results or a model, opened for reading on the calling rank. Local: every member is independent.
/// Errors: input_error with the file, the name and a hint.
class ResultFile {
 public:
  explicit ResultFile(const std::string& path);
  ~ResultFile();
  ResultFile(ResultFile&&) noexcept;
  ResultFile& operator=(ResultFile&&) noexcept;

  const std::string& path() const;

  /// True when there is a group or dataset of this name ("/model/encoder.0.weight" or "model/encoder.0.weight").
  bool has(const std::string& name) const;

  /// A dataset's shape; empty for a scalar. Refused where the file cannot hold so much: memory may be taken for it.
  std::vector<Index> dims(const std::string& name) const;

  /// All elements of a dataset, row-major, converted: to doubles and floats from any number type, to integers from
  /// integer types alone.
  std::vector<double> doubles(const std::string& name) const;
  std::vector<float> floats(const std::string& name) const;
  std::vector<std::int64_t> integers(const std::string& name) const;

  /// Attributes of a group or dataset; "/" is the file itself.
  bool has_attribute(const std::string& object, const std::string& key) const;
  std::string text_attribute(const std::string& object, const std::string& key) const;
  double number_attribute(const std::string& object, const std::string& key) const;
  std::int64_t integer_attribute(const std::string& object, const std::string& key) const;
  std::vector<double> numbers_attribute(const std::string& object, const std::string& key) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal
