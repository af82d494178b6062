// Products of a fixed shape by libraries that have no shared object: libxsmm (kernels that it writes at run time) and Eigen (types of a
// fixed size). Each function repeats one product as a native program would, and the compiler may not assume that the operands stay.
#include <cstring>
#if __has_include(<libxsmm.h>)
#include <libxsmm.h>
#define HAVE_XSMM 1
#endif
#if __has_include(<Eigen/Core>)
#include <Eigen/Core>
#define HAVE_EIGEN 1
#endif

#define KEEP() __asm__ volatile("" ::: "memory")

namespace
{
#ifdef HAVE_EIGEN
// Row-major c = a b is column-major c' = b' a', in Eigen's own types and default order, and in objects that the compiler can tell apart:
// several times faster than Map, row-major types or pointers that might overlap.
template <typename T, int M, int N, int K> void eigen(const T* a, const T* b, T* c, long times)
{
    static Eigen::Matrix<T, N, K> left;
    static Eigen::Matrix<T, K, M> right;
    static Eigen::Matrix<T, N, M> to;
    std::memcpy(left.data(), b, sizeof(T) * N * K);
    std::memcpy(right.data(), a, sizeof(T) * K * M);
    for (long t = 0; t < times; t++)
    {
        to.noalias() = left * right;
        __asm__ volatile("" : : "r"(left.data()), "r"(right.data()), "r"(to.data()) : "memory");
    }
    std::memcpy(c, to.data(), sizeof(T) * N * M);
}
#endif

// Zero when there is no such product.
template <typename T> int eigen_run(int m, int n, int k, const T* a, const T* b, T* c, long times)
{
#ifdef HAVE_EIGEN
#define SHAPE(M, N, K) if (m == M && n == N && k == K) { eigen<T, M, N, K>(a, b, c, times); return 1; }
    SHAPE(2, 2, 2)
    SHAPE(3, 3, 3)
    SHAPE(4, 4, 4)
    SHAPE(6, 6, 6)
    SHAPE(8, 8, 8)
    SHAPE(8, 3, 3)
#endif
    return 0;
}
}

extern "C"
{
const char* shim_xsmm_version()
{
#ifdef HAVE_XSMM
    libxsmm_init();
    return "libxsmm " LIBXSMM_VERSION;
#else
    return nullptr;
#endif
}

const char* shim_xsmm_target()
{
#ifdef HAVE_XSMM
    return libxsmm_get_target_arch();
#else
    return nullptr;
#endif
}

int shim_eigen_version()
{
#ifdef HAVE_EIGEN
    return EIGEN_WORLD_VERSION * 10000 + EIGEN_MAJOR_VERSION * 100 + EIGEN_MINOR_VERSION;
#else
    return 0;
#endif
}

// Row-major c = a b is column-major c' = b' a'. Dispatched once, then called through the pointer, as the library's README does.
int shim_xsmm_float(int m, int n, int k, const float* a, const float* b, float* c, long times)
{
#ifdef HAVE_XSMM
    const float alpha = 1, beta = 0;
    const int flags = LIBXSMM_GEMM_FLAG_NONE, prefetch = LIBXSMM_GEMM_PREFETCH_NONE;
    libxsmm_smmfunction kernel = libxsmm_smmdispatch(n, m, k, &n, &k, &n, &alpha, &beta, &flags, &prefetch);
    for (long t = 0; kernel && t < times; t++)
    {
        kernel(b, a, c);
        KEEP();
    }
    return kernel != nullptr;
#else
    return 0;
#endif
}

int shim_xsmm_double(int m, int n, int k, const double* a, const double* b, double* c, long times)
{
#ifdef HAVE_XSMM
    const double alpha = 1, beta = 0;
    const int flags = LIBXSMM_GEMM_FLAG_NONE, prefetch = LIBXSMM_GEMM_PREFETCH_NONE;
    libxsmm_dmmfunction kernel = libxsmm_dmmdispatch(n, m, k, &n, &k, &n, &alpha, &beta, &flags, &prefetch);
    for (long t = 0; kernel && t < times; t++)
    {
        kernel(b, a, c);
        KEEP();
    }
    return kernel != nullptr;
#else
    return 0;
#endif
}

int shim_eigen_float(int m, int n, int k, const float* a, const float* b, float* c, long times) { return eigen_run(m, n, k, a, b, c, times); }

int shim_eigen_double(int m, int n, int k, const double* a, const double* b, double* c, long times) { return eigen_run(m, n, k, a, b, c, times); }
}
