#pragma once
#include <stdexcept>
#include <string>

namespace shoal {

/// What the program tells the shell (docs/running.md).
enum class ExitCode {
  success = 0,
  failure = 1,
  options = 2,
  input = 3,
  output = 4,
  numerics = 5,
  difference = 6,
  interrupted = 75,
  standstill = 76
};

/// Whether the job was told to stop, or had no more time, and made no error.
inline bool is_stop(ExitCode code) {
  return code == ExitCode::interrupted || code == ExitCode::standstill;
}

/// A failure that a user can act on: a sentence with the file and the numbers, and a hint at what to do.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message, std::string hint = "")
      : std::runtime_error(message), code_(code), hint_(std::move(hint)) {}

  ExitCode code() const { return code_; }
  const std::string& hint() const { return hint_; }

  /// True when every rank throws this same error (see parallel/agreement.hpp): the job can end in order,
  /// told once by the root. False when it may be this rank's alone: the others must be brought down.
  bool on_all_ranks() const { return on_all_ranks_; }
  Error& set_on_all_ranks() {
    on_all_ranks_ = true;
    return *this;
  }

 private:
  ExitCode code_;
  std::string hint_;
  bool on_all_ranks_ = false;
};

inline Error option_error(const std::string& message, const std::string& hint = "") {
  return {ExitCode::options, message, hint};
}
inline Error input_error(const std::string& message, const std::string& hint = "") {
  return {ExitCode::input, message, hint};
}
inline Error output_error(const std::string& message, const std::string& hint = "") {
  return {ExitCode::output, message, hint};
}
inline Error numerics_error(const std::string& message, const std::string& hint = "") {
  return {ExitCode::numerics, message, hint};
}

}  // namespace shoal
