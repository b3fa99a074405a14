#pragma once

namespace shoal {

/// Bytes of this process that are in memory now, of program, libraries and data together; 0 where the system does not
/// tell (/proc/self/status, VmRSS).
double resident_bytes();

/// The most that there ever were (VmHWM).
double peak_resident_bytes();

}  // namespace shoal
