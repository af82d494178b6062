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

// Many products, one after another in memory, as objects of Eigen's own where they lie.
template <typename T, int M, int N, int K> void eigen_batch(const T* __restrict a, const T* __restrict b, T* __restrict c, long count, long times)
{
    const auto* __restrict left = reinterpret_cast<const Eigen::Matrix<T, N, K, Eigen::DontAlign>*>(b);
    const auto* __restrict right = reinterpret_cast<const Eigen::Matrix<T, K, M, Eigen::DontAlign>*>(a);
    auto* __restrict to = reinterpret_cast<Eigen::Matrix<T, N, M, Eigen::DontAlign>*>(c);
    for (long t = 0; t < times; t++)
    {
        for (long i = 0; i < count; i++)
        {
            to[i].noalias() = left[i] * right[i];
        }
        KEEP();
    }
}
#endif

// Zero when there is no such product. A count of 0 is one product of operands that stay.
template <typename T> int eigen_run(int m, int n, int k, const T* a, const T* b, T* c, long count, long times)
{
#ifdef HAVE_EIGEN
#define SHAPE(M, N, K) if (m == M && n == N && k == K) { count == 0 ? eigen<T, M, N, K>(a, b, c, times) : eigen_batch<T, M, N, K>(a, b, c, count, times); return 1; }
    SHAPE(2, 2, 2)
    SHAPE(3, 3, 3)
    SHAPE(4, 4, 4)
    SHAPE(6, 6, 6)
    SHAPE(8, 8, 8)
    SHAPE(16, 16, 16)
    SHAPE(8, 3, 3)
#endif
    return 0;
}

#ifdef HAVE_XSMM
// Row-major c = a b is column-major c' = b' a'. Dispatched once, then called through the pointer, as the library's README does.
libxsmm_smmfunction xsmm_kernel(int m, int n, int k, float alpha)
{
    const float beta = 0;
    const int flags = LIBXSMM_GEMM_FLAG_NONE, prefetch = LIBXSMM_GEMM_PREFETCH_NONE;
    return libxsmm_smmdispatch(n, m, k, &n, &k, &n, &alpha, &beta, &flags, &prefetch);
}

libxsmm_dmmfunction xsmm_kernel(int m, int n, int k, double alpha)
{
    const double beta = 0;
    const int flags = LIBXSMM_GEMM_FLAG_NONE, prefetch = LIBXSMM_GEMM_PREFETCH_NONE;
    return libxsmm_dmmdispatch(n, m, k, &n, &k, &n, &alpha, &beta, &flags, &prefetch);
}
#endif

template <typename T> int xsmm_run(int m, int n, int k, const T* a, const T* b, T* c, long times)
{
#ifdef HAVE_XSMM
    const auto kernel = xsmm_kernel(m, n, k, T(1));
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

template <typename T> int xsmm_batch(int m, int n, int k, const T* a, const T* b, T* c, long count, long times)
{
#ifdef HAVE_XSMM
    const auto kernel = xsmm_kernel(m, n, k, T(1));
    for (long t = 0; kernel && t < times; t++)
    {
        for (long i = 0; i < count; i++)
        {
            kernel(b + i * k * n, a + i * m * k, c + i * m * n);
        }
        KEEP();
    }
    return kernel != nullptr;
#else
    return 0;
#endif
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

// count products one after another in memory, or with a count of 0 one product, all repeated.
#define EXPORT(T) \
    int shim_xsmm_##T(int m, int n, int k, const T* a, const T* b, T* c, long count, long times) \
    { \
        return count == 0 ? xsmm_run(m, n, k, a, b, c, times) : xsmm_batch(m, n, k, a, b, c, count, times); \
    } \
    int shim_eigen_##T(int m, int n, int k, const T* a, const T* b, T* c, long count, long times) { return eigen_run(m, n, k, a, b, c, count, times); }
EXPORT(float)
EXPORT(double)
}
