// Models: what is written comes back, and a description that the file cannot fill is refused before memory is taken.
#include "shoal/io/model_file.hpp"

#include <sys/resource.h>

#include "io_files.hpp"
#include "shoal/nn/grammar.hpp"

namespace shoal::io_tests {
namespace {

constexpr Shape images{1, 2, 3};

// A model of "dense 4" and back, as it is written; then with other words about itself.
struct Described {
  std::vector<std::int64_t> shape{1, 2, 3};
  std::string encoder = "dense 4", decoder = "dense 6, reshape 1x2x3";
};

std::string write_described(const Described& model) {
  std::string path = own_name("model.h5");
  OutputFile file(Communicator(MPI_COMM_SELF), path);
  file.write("/model/encoder.1.weight", std::vector<float>(24, 0.5f), {4, 6});
  file.write("/model/encoder.1.bias", std::vector<float>(4, 0.5f), {4});
  file.write("/model/decoder.0.weight", std::vector<float>(24, 0.5f), {6, 4});
  file.write("/model/decoder.0.bias", std::vector<float>(6, 0.5f), {6});
  file.write("/model/input_offset", std::vector<double>{0}, {1});
  file.write("/model/input_scale", std::vector<double>{1}, {1});
  file.attribute("/model", "encoder", model.encoder);
  file.attribute("/model", "decoder", model.decoder);
  file.attribute("/model", "input_shape", model.shape);
  file.attribute("/model", "input_channels_last", std::int64_t{0});
  file.attribute("/model", "input_type", "uint8");
  file.attribute("/model", "scaling", "unit");
  file.close();
  return path;
}

void expect_refused(const Described& model, const std::string& words) {
  const std::string path = write_described(model);
  const Error error = error_of([&] { read_model(path); });
  EXPECT_EQ(error.code(), ExitCode::input) << error.what();
  EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
  EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  EXPECT_FALSE(error.hint().empty()) << error.what();
}

TEST(ModelFile, what_is_written_comes_back) {
  Architecture architecture{images, parse_layers("dense 4, relu", images), {}};
  architecture.decoder = parse_layers("dense 6, reshape 1x2x3", architecture.encoder.back().output);
  Model model{Network(architecture), {}, {images, false, {0.5}, {2}}, ElementType::uint8, "unit"};
  model.numbers = model.network.initial_numbers(7);
  const std::string path = own_name("model.h5");
  OutputFile file(Communicator(MPI_COMM_SELF), path);
  write_model(file, model);
  file.close();
  const Model read = read_model(path);
  EXPECT_EQ(read.numbers.parameters, model.numbers.parameters);
  EXPECT_EQ(read.network.architecture().encoder, architecture.encoder);
  EXPECT_EQ(read.format.offset, model.format.offset);
  EXPECT_EQ(read_model(write_described({})).numbers.parameters.size(), 58u);
}

long peak_kilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST(ModelFile, a_network_that_the_file_cannot_fill_takes_no_memory) {
  write_described({});  // what HDF5 takes for itself
  const long before = peak_kilobytes();
  expect_refused({{1, 10000, 10000}, "dense 4", "dense 100000000, reshape 1x10000x10000"}, "100000000");
  expect_refused({{1, 10000, 10000}, "dense 4", "dense 10000, repeat 10000, steps 1"}, "decoder ends in");
  expect_refused({{1, 10000, 10000}, "dense 4", "tconv 1 k1000 s1000 p0, tconv 1 k10 s10 p0"},
                 "/model/encoder.1.weight is 4 x 6, but the layers in /model's attributes ask for 4 x 100000000");
  expect_refused({{1, 1000, 1000}, "conv 900000 k1000 s1 p0", "tconv 1 k1000 s1 p0"}, "/model/encoder.0.weight");
  EXPECT_LT(peak_kilobytes() - before, 100 << 10);
}

TEST(ModelFile, sizes_that_would_overflow_are_refused) {
  expect_refused({{1000000, 1000000, 1000000}, "dense 4", "dense 6"}, "more than any machine holds");
  expect_refused({{1000000, 1000000, 1000000}, "relu", "relu"}, "more than any machine holds");
  expect_refused({{1, 2, 3}, "upsample 1000, upsample 1000, upsample 1000, upsample 1000, upsample 1000", "dense 6"},
                 "layer 2 (\"upsample 1000\"): it has");
  expect_refused({{1000000, 100, 100}, "dense 1000000", "dense 6"}, "1e+16 weights");
  expect_refused({{1000000, 1000, 1000}, "flatten, conv 1000000 k1000 s1 p999", "dense 6"}, "weights, more than any");
  for (const std::int64_t size : {std::int64_t{0}, std::int64_t{-5}, std::numeric_limits<std::int64_t>::max()})
    expect_refused({{1, 2, size}, "dense 4", "dense 6"}, "input_shape is not a shape");
}

TEST(ModelFile, layers_that_do_not_fit_are_an_input_error) {
  expect_refused({{1, 2, 3}, "dens 4", "dense 6"}, "/model's encoder cannot be: layer 1 (\"dens 4\")");
  expect_refused({{1, 2, 3}, "", "dense 6"}, "/model's encoder cannot be");
  expect_refused({{1, 2, 3}, "dense 4", "dense 7"}, "/model's decoder ends in 7, but its input_shape is 1x2x3");
  expect_refused({{1, 2, 3}, "dense 5", "dense 6, reshape 1x2x3"}, "/model/encoder.1.weight is 4 x 6");
  expect_refused({{2, 3}, "dense 4", "dense 6"}, "has 2 numbers, not 3");
}

}  // namespace
}  // namespace shoal::io_tests
