// A training step allocates nothing: what it needs is there since the first.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "refused_bytes.hpp"
#include "train_run.hpp"

namespace shoal {
std::size_t refused_bytes = 0;
}

namespace {
// Allocations by new since the start, everywhere in this program.
std::size_t allocations = 0;

void* allocate(std::size_t size, std::size_t alignment) {
  ++allocations;
  if (size == shoal::refused_bytes) throw std::bad_alloc();
  void* p = nullptr;
  if (posix_memalign(&p, std::max(alignment, sizeof(void*)), size) != 0) throw std::bad_alloc();
  return p;
}
}  // namespace

// Not inlined: the compiler would warn of free() for what came from new.
[[gnu::noinline]] void* operator new(std::size_t size) {
  return allocate(size, alignof(std::max_align_t));
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
[[gnu::noinline]] void operator delete(void* p) noexcept {
  std::free(p);
}
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}
[[gnu::noinline]] void operator delete(void* p, std::align_val_t) noexcept {
  std::free(p);
}
[[gnu::noinline]] void operator delete(void* p, std::size_t, std::align_val_t) noexcept {
  std::free(p);
}

namespace shoal {
namespace {

// Allocations between the ends of the third and the last step of the second epoch.
std::size_t allocations_in_steps(const std::string& layers, const Shape& shape, TrainOptions options) {
  std::size_t before = 0, after = 0;
  TrainCallbacks callbacks;
  callbacks.step = [&](const TrainProgress& p) {
    if (p.epoch == 2 && p.step == 3) before = allocations;
    if (p.epoch == 2 && p.step == p.steps) after = allocations;
  };
  options.epochs = 2;
  options.batch_size = 48;
  // Not with the checks of debug builds, which compare texts.
  run(Communicator(MPI_COMM_WORLD, Checks::off), layers, shape, 300, options, callbacks);
  return after - before;
}

TEST(TrainingStep, allocates_nothing) {
  for (const Engine engine : {Engine::fast, Engine::vector}) {
    const TrainOptions plain{.held_out = 0.1, .engine = engine};
    EXPECT_EQ(allocations_in_steps("conv", {3, 12, 12}, plain), 0);
    EXPECT_EQ(allocations_in_steps("deep", {3, 8, 8}, plain), 0);
    EXPECT_EQ(allocations_in_steps("vae", {1, 12, 12}, plain), 0);
    EXPECT_EQ(allocations_in_steps("dense 500, relu, dense 4", {300, 1, 1}, plain), 0);
    EXPECT_EQ(allocations_in_steps("lstm 5, gru 4, last, dense 4", {3, 1, 7}, plain), 0);
    EXPECT_EQ(allocations_in_steps("conv 5 k5 s3 p2, relu, residual(dropout 0.2, conv 5), maxpool, dense 4",
                                   {7, 17, 22}, plain),
              0);
    TrainOptions all = plain;
    all.input_noise = "gaussian:0.1";
    all.augment = "flip,shift:2";
    all.optimizer.clip_norm = 1;
    all.loss.kind = LossKind::huber;
    EXPECT_EQ(allocations_in_steps("conv", {1, 12, 12}, all), 0);
  }
}

}  // namespace
}  // namespace shoal
