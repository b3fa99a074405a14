#pragma once

namespace shoal {

/// GFLOP/s of this core in single-precision multiply-adds that neither load nor store: what no kernel can exceed.
/// Takes about `seconds`, and reads the speed of that moment: the core's clock and what else runs on it.
double fma_peak_gflops(double seconds);

}  // namespace shoal
