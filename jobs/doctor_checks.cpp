#include "doctor_checks.hpp"

#include <algorithm>
#include <cstdlib>

#include "shoal/core/byte_tiles.hpp"
#include "shoal/core/text.hpp"
#include "shoal/io/directory_check.hpp"
#include "shoal/io/hdf5_version.hpp"
#include "shoal/job/build_info.hpp"
#include "shoal/job/cores.hpp"
#include "shoal/job/launch.hpp"
#include "shoal/math/blas.hpp"
#include "shoal/math/self_test.hpp"

extern "C" int openblas_get_num_threads();  // OpenBLAS's: no room but this check needs it

namespace shoal {
namespace {

std::string counted(Index n, const std::string& what) {
  return format_count(n) + " " + what + (n == 1 ? "" : "s");
}

std::string rank_on_host(std::size_t rank, const std::vector<std::string>& hosts) {
  return "rank " + std::to_string(rank) + " on " + hosts[rank];
}

// Good when all ranks say the same; else who says what else than rank 0. Collective.
Finding compare(const Communicator& comm, const std::string& check, const std::string& mine, Verdict otherwise,
                const std::string& hint) {
  const auto texts = gather_texts(comm, mine), hosts = gather_texts(comm, host_name());
  std::vector<std::string> others;
  constexpr std::size_t most_told = 4;
  std::size_t differing = 0;
  for (std::size_t rank = 1; rank < texts.size(); ++rank)
    if (texts[rank] != texts[0] && ++differing <= most_told)
      others.push_back(rank_on_host(rank, hosts) + " has " + texts[rank]);
  if (others.empty()) return {check, Verdict::good, texts[0], ""};
  if (differing > most_told) others.push_back("and " + counted(static_cast<Index>(differing - most_told), "more rank"));
  return {check, otherwise, rank_on_host(0, hosts) + " has " + texts[0] + ", " + join(others), hint, ExitCode::failure};
}

// The text of the first rank that has one, and where it is; empty when none has. Collective.
std::string first_of(const Communicator& comm, const std::string& mine) {
  const auto texts = gather_texts(comm, mine), hosts = gather_texts(comm, host_name());
  for (std::size_t rank = 0; rank < texts.size(); ++rank)
    if (!texts[rank].empty()) return rank_on_host(rank, hosts) + " " + texts[rank];
  return "";
}

std::string short_time(double seconds) {
  return seconds < 1e-3 ? format_number(seconds * 1e6, 3) + " us" : format_number(seconds * 1e3, 3) + " ms";
}

std::string rate(double bytes, double seconds) {
  return format_bytes(seconds > 0 ? bytes / seconds : 0) + "/s";
}

// Open MPI 4's mpirun never notices that a machine is cut off, unless it is told to look. Its own daemons look, so that
// the program cannot set this for itself: they run before it does. Under srun, Slurm looks.
Finding check_loss(const Communicator& comm, const Machines& machines) {
  const bool by_srun = std::getenv("SLURM_STEP_ID") != nullptr;
  const bool noticed =
      comm.any(comm.is_root() && (by_srun || machines.count == 1 || std::getenv("OMPI_MCA_oob_tcp_keepalive_time")));
  return {
      "network loss", noticed ? Verdict::good : Verdict::warning,
      noticed ? "ends the job" : "would leave the job waiting for ever",
      "export OMPI_MCA_oob_tcp_keepalive_time=30 OMPI_MCA_oob_tcp_keepalive_intvl=5 "
      "OMPI_MCA_oob_tcp_keepalive_probes=6 before mpirun (the templates in slurm/ do): a lost machine then ends the "
      "job after a minute"};
}

// Asked after a product, since the program tells OpenBLAS to keep to one thread before each of them.
Finding check_blas_threads(const Communicator& comm) {
  const Index threads = openblas_get_num_threads();
  const std::string more = first_of(comm, threads == 1 ? "" : "uses " + counted(threads, "thread") + " a product");
  return {
      "BLAS threads", more.empty() ? Verdict::good : Verdict::warning, more.empty() ? "one a rank" : more,
      "this OpenBLAS does not do as Shoal asks: set OPENBLAS_NUM_THREADS=1 (mpirun -x OPENBLAS_NUM_THREADS=1), or "
      "OMP_NUM_THREADS=1 where it was built with OpenMP; with more threads ranks take one another's cores, and bits "
      "depend on how many there are"};
}

Finding check_threads(const Communicator& comm) {
  const ThreadSupport mine = thread_support();
  const std::string less = first_of(comm, mine.enough ? "" : "has level \"" + mine.level + "\"");
  return {
      "MPI threads", less.empty() ? Verdict::good : Verdict::bad, less.empty() ? mine.level : less,
      "Shoal reads files on a second thread, beside which MPI has to work (level \"funneled\"): use an MPI that was "
      "built with threads",
      ExitCode::failure};
}

// The last rank that is on another machine than the root, where there is one: locks within a machine are easy.
Finding check_locks(const Communicator& comm, const Machines& machines, const std::string& directory) {
  int other = comm.size() - 1;
  for (int rank = 1; rank < comm.size(); ++rank)
    if (!machines.same(0, rank)) other = rank;
  const FileLocks locks = try_locks(comm, directory, other);
  const auto hosts = gather_texts(comm, host_name());
  const std::string who = rank_on_host(static_cast<std::size_t>(other), hosts);
  return {
      "file locks", locks == FileLocks::kept ? Verdict::good : Verdict::warning,
      locks == FileLocks::kept      ? "rank 0's lock keeps " + who + " out"
      : locks == FileLocks::useless ? who + " gets a lock that rank 0 on " + hosts[0] + " holds"
                                    : "are refused there: Shoal reads its files without",
      "nothing that relies on locks keeps two jobs on two machines apart there: never let two write the same output "
      "(mount options: flock for Lustre, no nolock and no local_lock for NFS)"};
}

}  // namespace

Finding check_world(const Communicator& comm, const Machines& machines) {
  const auto warning = warning_if_alone(comm);
  const auto hint_at = warning.find(". ");
  if (!warning.empty())
    return {"one world", Verdict::bad, warning.substr(0, hint_at),
            hint_at == std::string::npos ? "" : warning.substr(hint_at + 2), ExitCode::failure};
  return {"one world", Verdict::good, counted(comm.size(), "rank") + " on " + counted(machines.count, "machine"), ""};
}

Findings check_versions(const Communicator& comm) {
  const BuildInfo build = build_info(hdf5_version(), blas_description());
  const std::string hint = "start the same program with the same modules everywhere (mpirun -x LD_LIBRARY_PATH)";
  return {compare(comm, "program", "shoal " + build.version + " (" + build.revision + ")", Verdict::bad, hint),
          compare(comm, "MPI", build.mpi, Verdict::bad, hint), check_threads(comm),
          compare(comm, "HDF5", build.hdf5, Verdict::bad, hint),
          compare(comm, "BLAS", build.blas, Verdict::bad,
                  "results are the same bits with one kernel alone: set OPENBLAS_CORETYPE on all machines "
                  "(mpirun -x OPENBLAS_CORETYPE=Haswell), or use machines of one kind")};
}

Findings check_cores(const Communicator& comm, const Machines& machines) {
  const Index cores = cores_of_machine(comm, machines);
  const std::string crowded =
      first_of(comm, machines.ranks_here > cores
                         ? "and " + counted(machines.ranks_here - 1, "other rank") + " share " + counted(cores, "core")
                         : "");
  Findings findings;
  if (crowded.empty())
    findings.push_back({"cores", Verdict::good, "at least one for each rank", ""});
  else
    findings.push_back({"cores", Verdict::warning, crowded,
                        "start one rank a core; if there are more cores, ranks are bound to the same ones: "
                        "mpirun --bind-to core, or --bind-to none"});
  const double memory = available_memory_bytes() / static_cast<double>(machines.ranks_here);
  const double least = comm.min(memory);
  constexpr double scarce = 256.0 * 1024 * 1024;
  findings.push_back({"memory", least < scarce ? Verdict::warning : Verdict::good,
                      format_bytes(least) + " a rank are free where there is least",
                      "use fewer ranks a machine; --dry-run of a job estimates what a rank needs"});
  return findings;
}

Findings check_arithmetic(const Communicator& comm) {
  const ArithmeticBits bits = test_arithmetic();
  Findings findings;
  const std::string wrong =
      first_of(comm, bits.ieee == known_ieee_bits() ? "" : "computes other bits than IEEE 754 asks for");
  findings.push_back({"arithmetic", wrong.empty() ? Verdict::good : Verdict::bad,
                      wrong.empty() ? "known bits on all ranks" : wrong,
                      "take this machine out of the job (its processor is faulty, or something sets the processor's "
                      "modes): its results cannot be trusted",
                      ExitCode::numerics});
  constexpr double tolerance = 1e-13;
  const std::string far = first_of(comm, bits.blas_error <= tolerance ? "" : "gets a wrong product from BLAS");
  if (!far.empty())
    findings.push_back({"BLAS bits", Verdict::bad, far,
                        "set OPENBLAS_CORETYPE to another kernel, or use another OpenBLAS", ExitCode::numerics});
  else
    findings.push_back(compare(comm, "BLAS bits", std::to_string(bits.blas), Verdict::bad,
                               "set OPENBLAS_CORETYPE on all machines, or use machines of one kind: else the bits "
                               "depend on who computes what"));
  if (findings.back().verdict == Verdict::good) findings.back().text = "the same on all ranks";
  findings.push_back(check_blas_threads(comm));
  findings.push_back(compare(comm, "byte tiles", has_byte_tiles() ? "Intel AMX" : "none", Verdict::warning,
                             "train with --engine vector on machines of mixed kinds"));
  return findings;
}

Findings check_links(const Communicator& comm, const Machines& machines) {
  if (comm.size() == 1) return {{"sums", Verdict::good, "one rank: nothing to send", ""}};
  constexpr Index many = 1 << 19;
  constexpr int small_repetitions = 200, large_repetitions = 10;
  // A network of 1 Gbit/s sums at less than this, one of 10 Gbit/s, and memory, at several times as much.
  constexpr double slow_seconds = 2e-3, slow_rate = 100e6;
  const double small = allreduce_seconds(comm, 1, small_repetitions);
  const double large = allreduce_seconds(comm, many, large_repetitions);
  const double bytes = static_cast<double>(many) * sizeof(double);
  return {
      {"sum of 8 bytes", small > slow_seconds ? Verdict::warning : Verdict::good, short_time(small),
       "ranks that wait take the cores of those that work: use fewer ranks, or OMPI_MCA_mpi_yield_when_idle=1; "
       "between machines, see that MPI uses the fast network"},
      {"sum of 4 MiB", bytes < slow_rate * large ? Verdict::warning : Verdict::good,
       short_time(large) + ", " + rate(bytes, large),
       "gradients travel so in each step, and less than 100 MB/s is what TCP gives over a management network of 1 "
       "Gbit/s: name the fast one (OMPI_MCA_btl_tcp_if_include=ib0; ip addr lists them), or load an MPI with UCX; on "
       "one machine, ranks wait for cores that others have taken"},
      check_loss(comm, machines)};
}

Findings check_directory(const Communicator& comm, const Machines& machines, const std::string& directory,
                         std::int64_t bytes_a_rank) {
  Findings findings;
  const auto check = [&](const std::string& name, const auto& body) {
    try {
      findings.push_back({name, Verdict::good, body(), ""});
      return true;
    } catch (const Error& error) {
      if (!error.on_all_ranks()) throw;
      findings.push_back({name, Verdict::bad, error.what(), error.hint(), error.code()});
      return false;
    }
  };
  const bool usable = check("directory", [&] {
    try_directory(comm, directory);
    return "'" + directory + "': written, synced, renamed, seen by all ranks";
  });
  if (!usable) return findings;
  findings.push_back(check_locks(comm, machines, directory));
  const double free = comm.max(comm.is_root() ? static_cast<double>(free_bytes(directory)) : 0.0);
  const double needed = 2.0 * static_cast<double>(bytes_a_rank) * comm.size();
  findings.push_back({"free space", free < needed ? Verdict::bad : Verdict::good, format_bytes(free),
                      "free some space or choose another --directory", ExitCode::output});
  if (free < needed) return findings;
  check("parallel HDF5", [&] {
    const TransferSeconds seconds = try_transfer(comm, directory, bytes_a_rank);
    const double bytes = static_cast<double>(bytes_a_rank) * comm.size();
    return format_bytes(bytes) + " written at " + rate(bytes, seconds.write) + ", read back at " +
           rate(bytes, seconds.read);
  });
  const char* chosen = std::getenv("OMPI_MCA_io");
  if (comm.any(chosen && std::string(chosen) == "ompio"))
    findings.push_back({"MPI-IO", Verdict::warning, "OMPIO was chosen, whose collective writes hang on a full disk",
                        "leave OMPI_MCA_io unset: Shoal then takes ROMIO"});
  return findings;
}

}  // namespace shoal
