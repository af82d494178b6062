namespace Kernels;

// The table of the Philox kernels: how many vectors of blocks are in flight. A round waits five cycles or more for its product, so that one
// chain leaves the units idle; four fit 32 registers and two fit 16.
[PhiloxKernels(Width = 512, Chains = 4)]
[PhiloxKernels(Width = 256, Chains = 2)]
[PhiloxKernels(Width = 128, Chains = 2)]
internal static partial class PhiloxTable;
