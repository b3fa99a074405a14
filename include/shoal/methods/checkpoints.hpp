#pragma once
#include <functional>

#include "shoal/core/snapshot.hpp"

namespace shoal {

/// What a long computation is to do at a place where its state is whole.
enum class Pause { none, save, stop };

/// How a long computation is saved, stopped and taken up again; empty: not at all. Given by whoever runs it.
struct Checkpoints {
  /// Asked at each place where the state is whole. Collective and cheap: the same answer on all ranks.
  std::function<Pause()> due;
  /// Keeps the state; the same on all ranks. Collective.
  std::function<void(const Snapshot&)> save;
  /// Where to begin; null: at the beginning.
  const Snapshot* begin = nullptr;
};

/// Throws the Error that ends the program with exit status 75, on all ranks.
[[noreturn]] void stop_here();

/// At a place where the state is whole: saves what `state()` returns where that is due, and leaves by an Error
/// (ExitCode::interrupted) on all ranks where the program is to stop. Collective.
template <class State>
void pause_if_due(const Checkpoints& checkpoints, State state) {
  const Pause pause = checkpoints.due ? checkpoints.due() : Pause::none;
  if (pause == Pause::none) return;
  checkpoints.save(state());
  if (pause == Pause::stop) stop_here();
}

}  // namespace shoal
