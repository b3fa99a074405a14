#pragma once
#include <functional>

#include "shoal/core/snapshot.hpp"

namespace shoal {

/// What a long computation is to do at a place where its state is whole.
enum class Pause { none, save, stop };

/// Where a computation asks: after one of many steps alike, or behind something that may have taken long.
enum class Place { step, landmark };

/// How a long computation is saved, stopped and taken up again; empty: not at all. Given by whoever runs it.
struct Checkpoints {
  /// Asked at each place where the state is whole. Collective and cheap: the same answer on all ranks.
  std::function<Pause(Place)> due;
  /// Writes the state; the same on all ranks. Collective.
  std::function<void(const Snapshot&)> save;
  /// Where to begin; null: at the beginning.
  const Snapshot* begin = nullptr;
  /// Holds the state of what is finished, to be written with whatever is saved next. Local.
  std::function<void(const Snapshot&)> keep = {};
};

/// Throws the Error that ends the program with exit status 75, on all ranks.
[[noreturn]] void stop_here();

/// At a place where the state is whole: saves what `state()` returns where that is due, and leaves by an Error
/// (ExitCode::interrupted) on all ranks where the program is to stop. Collective.
template <class State>
void pause_if_due(const Checkpoints& checkpoints, State state, Place place = Place::step) {
  const Pause pause = checkpoints.due ? checkpoints.due(place) : Pause::none;
  if (pause == Pause::none) return;
  checkpoints.save(state());
  if (pause == Pause::stop) stop_here();
}

/// The same at the end of a computation, whose state then stays with those of what comes after. Collective.
template <class State>
void pause_at_end(const Checkpoints& checkpoints, State state) {
  if (checkpoints.keep) checkpoints.keep(state());
  pause_if_due(checkpoints, state, Place::landmark);
}

}  // namespace shoal
