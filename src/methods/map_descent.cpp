#include "map_descent.hpp"

#include <algorithm>

#include "shoal/methods/map_start.hpp"
#include "shoal/methods/my_blocks.hpp"

namespace shoal {

void Descent::step(std::span<const float> gradient, float momentum, float rate, float* points) {
  for (std::size_t i = 0; i < speed.size(); ++i) {
    const float grown = gradient[i] * speed[i] < 0 ? gain[i] + 0.2f : gain[i] * 0.8f;
    gain[i] = grown < 0.01f ? 0.01f : grown;
    speed[i] = momentum * speed[i] - rate * gain[i] * gradient[i];
    points[i] += speed[i];
  }
}

MapDescent::MapDescent(const Communicator& comm, Index global_rows)
    : points(global_rows),
      along_x(my_shard(comm, global_rows).size()),
      along_y(my_shard(comm, global_rows).size()),
      comm_(comm),
      shard_(my_shard(comm, global_rows)) {}

void MapDescent::step(std::span<const float> x, std::span<const float> y, double momentum, double rate) {
  along_x.step(x, static_cast<float>(momentum), static_cast<float>(rate), points.x.data() + shard_.begin);
  along_y.step(y, static_cast<float>(momentum), static_cast<float>(rate), points.y.data() + shard_.begin);
  share_points(comm_, points);
  ++iterations;
}

Matrix MapDescent::mine() const {
  Matrix rows(shard_.size(), 2);
  for (Index i = 0; i < shard_.size(); ++i)
    rows.row(i) << points.x[static_cast<std::size_t>(shard_.begin + i)],
        points.y[static_cast<std::size_t>(shard_.begin + i)];
  return rows;
}

Snapshot MapDescent::state() const {
  Snapshot s;
  s.put("iterations", std::int64_t{iterations});
  s.put("finished", std::int64_t{finished});
  s.put("stopped_early", std::int64_t{stopped_early});
  s.put("least", least);
  s.put("least_at", std::int64_t{least_at});
  s.put("trace_iterations", trace_iterations);
  s.put("trace", trace);
  s.put("x", std::span<const float>(points.x));
  s.put("y", std::span<const float>(points.y));
  s.put("speed_x", comm_.concatenate(along_x.speed));
  s.put("speed_y", comm_.concatenate(along_y.speed));
  s.put("gain_x", comm_.concatenate(along_x.gain));
  s.put("gain_y", comm_.concatenate(along_y.gain));
  return s;
}

void MapDescent::restore(const Snapshot& s) {
  iterations = s.integer("iterations");
  finished = s.integer("finished") != 0;
  stopped_early = s.integer("stopped_early") != 0;
  least = s.number("least");
  least_at = s.integer("least_at");
  trace_iterations = s.integers("trace_iterations");
  trace = s.doubles("trace");
  s.copy("x", std::span<float>(points.x));
  s.copy("y", std::span<float>(points.y));
  const auto mine = [&](const char* name, std::vector<float>& to) {
    std::vector<float> all(points.x.size());
    s.copy(name, std::span<float>(all));
    std::copy_n(all.begin() + shard_.begin, shard_.size(), to.begin());
  };
  mine("speed_x", along_x.speed);
  mine("speed_y", along_y.speed);
  mine("gain_x", along_x.gain);
  mine("gain_y", along_y.gain);
}

}  // namespace shoal
