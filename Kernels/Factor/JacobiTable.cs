namespace Kernels;

// The table of the Jacobi kernels.
[JacobiKernels(typeof(float), Width = 512)]
[JacobiKernels(typeof(double), Width = 512)]
[JacobiKernels(typeof(float), Width = 256)]
[JacobiKernels(typeof(double), Width = 256)]
[JacobiKernels(typeof(float), Width = 128)]
[JacobiKernels(typeof(double), Width = 128)]
internal static partial class JacobiTable;
