#pragma once
#include <string>
#include <vector>

namespace shoal {

/// The vector instruction sets that this program was compiled to use: "avx2", "avx512f", ...
std::vector<std::string> compiled_instruction_sets();

/// Those of them that this machine's processor lacks.
std::vector<std::string> missing_instruction_sets();

/// What to tell the user when some are missing.
std::string missing_instructions_message(const std::vector<std::string>& missing);

/// Ends the program with a sentence, in place of the signal "Illegal instruction", where the processor lacks what the
/// program was compiled for. To be called before any arithmetic: run_job does, main may do it earlier.
void check_processor();

}  // namespace shoal
