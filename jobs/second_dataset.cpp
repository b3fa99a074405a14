#include "second_dataset.hpp"

#include "shoal/core/error.hpp"
#include "shoal/methods/scaling.hpp"
#include "shoal/parallel/agreement.hpp"

namespace shoal {

void require_same_kind(JobContext& job, const Samples& first, const Samples& second, const RowPlace& place,
                       const std::string& scale) {
  if (second.layout.shape != first.layout.shape)
    throw input_error(second.info.name() + " has samples of " + second.layout.shape.text() + ", but " +
                          first.info.name() + " has " + first.layout.shape.text(),
                      "give a second dataset of the same shape")
        .set_on_all_ranks();
  if (second.info.type != first.info.type && scales_to_unit(scaling_of(scale), first.info.type))
    throw input_error(second.info.name() + " holds " + name_of(second.info.type) + ", but " + first.info.name() +
                          " holds " + name_of(first.info.type) + ", which is scaled to [0, 1] by its type",
                      "give a second dataset of the same type")
        .set_on_all_ranks();
  if (!is_floating(second.info.type)) return;
  const HeldRows rows = hold_rows(job, second, place);  // for its check of the numbers
  agree(job.comm, [&] { for_panels(rows.source, [](Index, const RowView&) {}); });
}

}  // namespace shoal
