#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "shoal/core/error.hpp"

namespace shoal {

/// The option error of `body`, its hint behind it.
inline std::string refusal(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::options);
    return std::string(error.what()) + " | " + error.hint();
  }
  return "nothing was refused";
}

}  // namespace shoal
