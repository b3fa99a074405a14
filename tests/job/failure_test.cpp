#include "shoal/job/failure.hpp"

#include <gtest/gtest.h>

#include "shoal/job/launch.hpp"
#include "shoal/job/processor.hpp"

namespace shoal {
namespace {

TEST(Failure, keeps_an_errors_code_words_and_hint) {
  const auto failure =
      failure_of(std::make_exception_ptr(input_error("a.npy: no rows", "give it some").set_on_all_ranks()));
  EXPECT_EQ(failure.code, ExitCode::input);
  EXPECT_TRUE(failure.on_all_ranks);
  EXPECT_EQ(told_by_root(failure, "train"), "shoal train: error: a.npy: no rows\n  hint: give it some\n");
  EXPECT_EQ(told_by_rank(failure, 2, 4, "node7"),
            "shoal: rank 2 of 4 on node7: a.npy: no rows\n  hint: give it some\n");
}

TEST(Failure, says_how_to_use_less_memory) {
  const auto failure = failure_of(std::make_exception_ptr(std::bad_alloc()));
  EXPECT_EQ(failure.message, "out of memory");
  EXPECT_NE(failure.hint.find("more ranks on more nodes"), std::string::npos);
}

TEST(Failure, knows_foreign_exceptions) {
  EXPECT_EQ(failure_of(std::make_exception_ptr(std::out_of_range("index"))).message, "index");
  EXPECT_EQ(failure_of(std::make_exception_ptr(7)).code, ExitCode::failure);
}

TEST(Failure, does_not_call_a_stop_an_error) {
  EXPECT_EQ(told_by_root({ExitCode::interrupted, "after epoch 3", "", true}, "train"),
            "shoal train: stopped: after epoch 3\n");
}

TEST(Launch, warns_when_started_together_but_alone) {
  EXPECT_EQ(warning_if_alone(1, 1), "");
  EXPECT_EQ(warning_if_alone(0, 1), "");
  EXPECT_EQ(warning_if_alone(4, 4), "");
  EXPECT_EQ(warning_if_alone(4, 1).find("4 processes were asked for, but this one sees no others"), 0u);
}

TEST(Processor, runs_what_this_program_was_compiled_for) {
  EXPECT_TRUE(missing_instruction_sets().empty());
  EXPECT_NE(missing_instructions_message({"avx2", "avx512f"}).find("lacks avx2, avx512f\n  hint: build"),
            std::string::npos);
}

}  // namespace
}  // namespace shoal
