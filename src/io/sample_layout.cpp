#include "shoal/io/sample_layout.hpp"

#include "shoal/core/error.hpp"

namespace shoal {

SampleLayout sample_layout(const DatasetInfo& info, const std::string& layout) {
  const auto& d = info.dims;
  if (layout == "ntc") {
    if (d.size() == 2) return {{1, 1, d[1]}, true};
    if (d.size() == 3) return {{d[2], 1, d[1]}, true};
    throw input_error(info.name() + " is " + shape_text(d) + ", but --layout ntc needs sequences (n, t, c) or (n, t)",
                      "in Python: array.reshape(len(array), steps, -1); for images leave --layout out");
  }
  if (d.size() == 1) return {{1, 1, 1}, false};
  if (d.size() == 2) return {{d[1], 1, 1}, false};
  if (d.size() == 3) return {{1, d[1], d[2]}, false};
  const bool could_be_last = d[3] <= 4, could_be_first = d[1] <= 4;
  bool last = layout == "nhwc";
  if (layout == "auto") {
    if (could_be_last == could_be_first)
      throw input_error(info.name() + " is " + shape_text(d) + ": the channels could be the first or the last of " +
                            std::to_string(d[1]) + ", " + std::to_string(d[2]) + ", " + std::to_string(d[3]),
                        "say which: --layout nhwc or --layout nchw");
    last = could_be_last;
  }
  if (last) return {{d[3], d[1], d[2]}, true};
  return {{d[1], d[2], d[3]}, false};
}

}  // namespace shoal
