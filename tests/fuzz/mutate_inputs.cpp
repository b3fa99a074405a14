// Damaged inputs by the thousand: each is read or refused in time, without a crash and without asking for more memory
// than a file of its size can fill.
//   mutate_inputs --count 10000 --seed 1 good.npy good.h5 run.ini ...
// Inputs are tried in a child process; when it dies, the input is kept (damaged-SEED-NUMBER in the folder), told, and a
// new child goes on behind it. --only NUMBER tries a single one in this process, for a debugger.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <new>

#include "mutation.hpp"
#include "readers.hpp"
#include "shoal/core/error.hpp"

namespace {

// What the child tells while it lives.
struct Shared {
  std::atomic<std::uint64_t> index, read, refused, guarded, largest_request;
};

Shared* shared = nullptr;
std::size_t most_bytes = ~std::size_t{0};  // that one request may ask for

constexpr int longest_seconds = 10, too_much_memory = 99, other_exception = 98;

}  // namespace

// Every request of C++ code passes here: what HDF5 asks malloc for by itself is the business of the system's limits.
void* operator new(std::size_t size) {
  if (shared && size > shared->largest_request) shared->largest_request = size;
  if (size > most_bytes) {
    std::fprintf(stderr, "%zu bytes are asked for where %zu are plenty\n", size, most_bytes);
    std::_Exit(too_much_memory);
  }
  if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::cerr << "mutate_inputs: cannot read " << path << "\n";
    std::exit(2);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string suffix_of(const std::string& path) {
  const auto dot = path.rfind('.');
  return dot == std::string::npos ? "" : path.substr(dot);
}

struct Run {
  std::vector<std::string> files;
  std::uint64_t count = 1000, seed = 1;
  long only = -1;
};

void try_one(const Run& run, const shoal::fuzz::Mutation& mutation, std::uint64_t index) {
  const std::string bytes = mutation(index), name = "damaged" + suffix_of(run.files[mutation.origin(index)]);
  std::ofstream(name, std::ios::binary | std::ios::trunc) << bytes;
  // Buffers of fixed size, elements as doubles or labels, and what deflate can pack at most (1032 : 1).
  const bool packed = name.ends_with(".gz") || name.ends_with(".h5");
  most_bytes = (std::size_t{4} << 20) + (packed ? 16000 : 16) * bytes.size();
  alarm(longest_seconds);
  bool read = false;
  try {
    read = shoal::fuzz::read_in_all_ways(name);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "not an Error but: %s\n", error.what());
    std::_Exit(other_exception);
  }
  alarm(0);
  most_bytes = ~std::size_t{0};
  ++(read ? shared->read : shared->refused);
}

enum class End { finished, guarded, wrong };

// Tries inputs from `first` on in a child, until it dies or comes to the end.
End try_from(const Run& run, const shoal::fuzz::Mutation& mutation, std::uint64_t first) {
  const pid_t child = fork();
  if (child == 0) {
    for (shared->index = first; shared->index < run.count; ++shared->index) try_one(run, mutation, shared->index);
    std::_Exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return End::finished;
  // A crash within HDF5 that was turned into an input error.
  if (WIFEXITED(status) && WEXITSTATUS(status) == static_cast<int>(shoal::ExitCode::input)) {
    ++shared->guarded;
    return End::guarded;
  }
  const std::uint64_t index = shared->index;
  const std::string kept = "damaged-" + std::to_string(run.seed) + "-" + std::to_string(index) +
                           suffix_of(run.files[mutation.origin(index)]);
  std::ofstream(kept, std::ios::binary) << mutation(index);
  std::cout << "WRONG: number " << index << " of seed " << run.seed << ", from " << run.files[mutation.origin(index)]
            << ": "
            << (WIFSIGNALED(status) ? WTERMSIG(status) == SIGALRM ? "hung" : strsignal(WTERMSIG(status)) : "ended")
            << " (kept as " << kept << ")" << std::endl;
  return End::wrong;
}

}  // namespace

int main(int argc, char** argv) {
  Run run;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto number = [&] { return std::strtoull(++i < argc ? argv[i] : "0", nullptr, 10); };
    if (word == "--count")
      run.count = number();
    else if (word == "--seed")
      run.seed = number();
    else if (word == "--only")
      run.only = static_cast<long>(number());
    else
      run.files.push_back(word);
  }
  if (run.files.empty()) {
    std::cerr << "mutate_inputs [--count N] [--seed S] [--only NUMBER] FILE...\n";
    return 2;
  }
  shared = new (mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) Shared;
  std::vector<std::string> seeds;
  for (const auto& file : run.files) {
    seeds.push_back(bytes_of(file));
    if (!shoal::fuzz::read_in_all_ways(file)) {
      std::cerr << "mutate_inputs: " << file << " is not a good file to begin with\n";
      return 2;
    }
  }
  const shoal::fuzz::Mutation mutation(seeds, run.seed);
  if (run.only >= 0) {
    try_one(run, mutation, static_cast<std::uint64_t>(run.only));
    return 0;
  }
  constexpr int most_wrong = 20;
  int wrong = 0;
  for (std::uint64_t next = 0; wrong < most_wrong; next = shared->index + 1) {
    const End end = try_from(run, mutation, next);
    if (end == End::finished) break;
    wrong += end == End::wrong;
  }
  std::cout << shared->read + shared->refused + shared->guarded << " damaged inputs: " << shared->read << " read, "
            << shared->refused + shared->guarded << " refused (" << shared->guarded << " as HDF5 crashed), " << wrong
            << " wrong; the largest request was of " << shared->largest_request << " bytes\n";
  return wrong > 0 ? 1 : 0;
}
