#include "profile_table.hpp"

#include <cstdio>

#include "shoal/core/text.hpp"
#include "shoal/job/fma_peak.hpp"
#include "shoal/job/table.hpp"

namespace shoal {
namespace {

std::vector<double*> numbers_of(TrainingProfile& p) {
  std::vector<double*> all{&p.load,       &p.prepare, &p.loss,          &p.batch_sums, &p.gradient_sum,
                           &p.overlapped, &p.update,  &p.steps_seconds, &p.samples};
  for (auto& layer : p.layers) {
    all.push_back(&layer.forward);
    all.push_back(&layer.backward);
  }
  return all;
}

void take_means(const Communicator& comm, TrainingProfile& profile) {
  const auto numbers = numbers_of(profile);
  std::vector<double> mine;
  for (const double* number : numbers) mine.push_back(*number);
  const auto all = comm.concatenate(std::span<const double>(mine));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    double sum = 0;
    for (std::size_t at = i; at < all.size(); at += numbers.size()) sum += all[at];
    *numbers[i] = sum / comm.size();
  }
}

std::string fixed(double value, const char* unit = "") {
  char text[64];
  std::snprintf(text, sizeof text, "%.2f%s", value, unit);
  return text;
}

std::string name_of(const Layer& layer) {
  std::string text = text_of(layer.spec());
  if (layer.slope() == 1) return text;
  return text + (layer.slope() == 0 ? ", relu" : ", leakyrelu " + format_number(layer.slope()));
}

}  // namespace

void tell_profile(JobContext& job, const Network& network, TrainingProfile p) {
  const Communicator& comm = job.comm;
  take_means(comm, p);
  const auto peaks = comm.gather(fma_peak_gflops(0.1));
  double peak = 0;
  for (const double gflops : peaks) peak += gflops / comm.size();
  const auto steps = static_cast<double>(p.steps);
  double flops = 0;

  Table table({"what", "ms a step", "share", "GFLOP/s", "of peak"});
  const auto add = [&](const std::string& what, double seconds, double flops_a_sample = 0) {
    std::vector<std::string> row{what, fixed(1e3 * seconds / steps), fixed(100 * seconds / p.steps_seconds, "%")};
    if (flops_a_sample > 0) {
      const double gflops = 1e-9 * flops_a_sample * p.samples / seconds;
      row.push_back(fixed(gflops));
      row.push_back(fixed(100 * gflops / peak, "%"));
      flops += flops_a_sample;
    }
    table.add_row(row);
  };
  add("load samples", p.load);
  add("pack weights", p.prepare);
  for (Index i = 0; i < network.layer_count(); ++i)
    add(name_of(network.layer(i)) + ", forward", p.layers[static_cast<std::size_t>(i)].forward,
        2 * multiply_adds(network.layer(i).spec()));
  add("loss", p.loss);
  for (Index i = network.layer_count(); i-- > 0;)
    add(name_of(network.layer(i)) + ", backward", p.layers[static_cast<std::size_t>(i)].backward,
        (i > 0 ? 4 : 2) * multiply_adds(network.layer(i).spec()));
  add("batch sums, exposed", p.batch_sums);
  add("gradient sums, exposed", p.gradient_sum);
  add("update", p.update);
  table.add_row({"(gradient sums under way behind the backward pass)", fixed(1e3 * p.overlapped / steps)});
  const double gflops = 1e-9 * flops * p.samples / p.steps_seconds;
  table.add_row({"step", fixed(1e3 * p.steps_seconds / steps), "100%", fixed(gflops), fixed(100 * gflops / peak, "%")});
  job.log.info("profile of " + format_count(p.steps) + " steps, mean of " + std::to_string(comm.size()) +
               (comm.size() > 1 ? " ranks" : " rank") + "; a core's multiply-add peak is " + fixed(peak) +
               " GFLOP/s just now");
  job.log.print(table.text());
}

}  // namespace shoal
