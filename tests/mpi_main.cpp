// The main of every test program: GoogleTest under MPI. A failure is printed at once with its rank; a fatal failure
// ends all ranks (the others would wait for ever in a collective); others are summed, so that all ranks report them.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "shoal/parallel/communicator.hpp"

namespace {

class RankListener : public testing::EmptyTestEventListener {
 public:
  RankListener(testing::TestEventListener* printer, shoal::Communicator comm)
      : printer_(printer), comm_(std::move(comm)) {}

  void OnTestProgramStart(const testing::UnitTest& t) override {
    if (comm_.is_root()) printer_->OnTestProgramStart(t);
  }
  void OnTestStart(const testing::TestInfo& t) override {
    if (comm_.is_root()) printer_->OnTestStart(t);
  }
  void OnTestPartResult(const testing::TestPartResult& r) override {
    if (!r.failed() || reporting_) return;
    std::fprintf(stderr, "[rank %d of %d] %s:%d\n%s\n", comm_.rank(), comm_.size(), r.file_name() ? r.file_name() : "?",
                 r.line_number(), r.message());
    if (r.fatally_failed() && comm_.size() > 1) comm_.abort(1);
  }
  void OnTestEnd(const testing::TestInfo& t) override {
    const auto failed = comm_.sum(std::int64_t{t.result()->Failed()});
    if (failed > 0 && t.result()->Passed()) {
      reporting_ = true;
      ADD_FAILURE() << "failed on " << failed << " of " << comm_.size() << " ranks";
      reporting_ = false;
    }
    if (comm_.is_root()) printer_->OnTestEnd(t);
  }
  void OnTestIterationEnd(const testing::UnitTest& t, int iteration) override {
    if (comm_.is_root()) printer_->OnTestIterationEnd(t, iteration);
  }

 private:
  std::unique_ptr<testing::TestEventListener> printer_;
  shoal::Communicator comm_;
  bool reporting_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  const shoal::MpiSession mpi(&argc, &argv);
  testing::InitGoogleTest(&argc, argv);
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  listeners.Append(new RankListener(listeners.Release(listeners.default_result_printer()), mpi.world()));
  const int failed = RUN_ALL_TESTS();
  // A program that ran nothing has not passed: a misspelt filter must not look like success.
  if (testing::UnitTest::GetInstance()->test_to_run_count() == 0) return EXIT_FAILURE;
  return failed;
}
