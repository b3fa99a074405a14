#include "shoal/job/processor.hpp"

#include <cstdio>
#include <cstdlib>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"

namespace shoal {
namespace {

struct InstructionSet {
  const char* name;
  bool present;
};

std::vector<InstructionSet> instruction_sets() {
  std::vector<InstructionSet> sets;
#if defined(__x86_64__)
#ifdef __FMA__
  sets.push_back({"fma", __builtin_cpu_supports("fma") != 0});
#endif
#ifdef __AVX2__
  sets.push_back({"avx2", __builtin_cpu_supports("avx2") != 0});
#endif
#ifdef __AVX512F__
  sets.push_back({"avx512f", __builtin_cpu_supports("avx512f") != 0});
#endif
#ifdef __AVX512BW__
  sets.push_back({"avx512bw", __builtin_cpu_supports("avx512bw") != 0});
#endif
#ifdef __AVX512DQ__
  sets.push_back({"avx512dq", __builtin_cpu_supports("avx512dq") != 0});
#endif
#ifdef __AVX512VL__
  sets.push_back({"avx512vl", __builtin_cpu_supports("avx512vl") != 0});
#endif
#ifdef __AVX512VNNI__
  sets.push_back({"avx512vnni", __builtin_cpu_supports("avx512vnni") != 0});
#endif
#ifdef __AVX512BF16__
  sets.push_back({"avx512bf16", __builtin_cpu_supports("avx512bf16") != 0});
#endif
#endif
  return sets;
}

}  // namespace

std::vector<std::string> compiled_instruction_sets() {
  std::vector<std::string> names;
  for (const auto& set : instruction_sets()) names.emplace_back(set.name);
  return names;
}

std::vector<std::string> missing_instruction_sets() {
  std::vector<std::string> names;
  for (const auto& set : instruction_sets())
    if (!set.present) names.emplace_back(set.name);
  return names;
}

std::string missing_instructions_message(const std::vector<std::string>& missing) {
  return "this program was compiled for a newer processor: the one here lacks " + join(missing) +
         "\n  hint: build on this machine, or for all machines of the cluster: cmake --preset release "
         "-DSHOAL_ARCH=x86-64-v3";
}

void check_processor() {
  const auto missing = missing_instruction_sets();
  if (missing.empty()) return;
  std::fprintf(stderr, "shoal: %s\n", missing_instructions_message(missing).c_str());
  std::_Exit(static_cast<int>(ExitCode::failure));
}

}  // namespace shoal
