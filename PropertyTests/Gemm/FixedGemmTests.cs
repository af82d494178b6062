using System.Numerics;
using System.Reflection;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Gemm;

public class FixedGemmTests
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly MethodInfo[] Samples = [.. typeof(FixedGemmSamples).GetMethods(Any).Where(method => method.GetCustomAttribute<FixedGemmAttribute>() is not null)];

    private delegate void Spans<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c);

    private delegate void References<T>(ref readonly T a, ref readonly T b, ref T c);

    private delegate void Kernel<T>(ref T a, ref T b, ref T c);

    private delegate void Batch<T>(int count, ReadOnlySpan<T> a, int strideA, ReadOnlySpan<T> b, int strideB, Span<T> c, int strideC);

    private delegate void Loop<T>(int count, ref T a, nint strideA, ref T b, nint strideB, ref T c, nint strideC);

    public static TheoryData<string> Names => [.. Samples.Where(method => method.GetParameters()[0].ParameterType.IsByRefLike).Select(method => method.Name).Distinct()];

    public static TheoryData<string> BatchNames => [.. Samples.Where(method => method.GetParameters().Length == 7).Select(method => method.Name).Distinct()];

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryWidthHasTheBitsOfAPlainChain(string name)
    {
        ChainBits<float>(name);
        ChainBits<double>(name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NaNsAndInfinitiesAndZerosAreData(string name)
    {
        SpecialValues<float>(name);
        SpecialValues<double>(name);
    }

    [GuardedFact]
    public void NothingOutsideTheMatricesIsTouched()
    {
        foreach (var method in Samples.Where(method => method.GetParameters()[0].ParameterType.IsByRefLike))
        {
            if (method.GetParameters()[2].ParameterType == typeof(Span<float>))
            {
                Guarded<float>(method);
            }
            else
            {
                Guarded<double>(method);
            }
        }
    }

    [Theory]
    [MemberData(nameof(BatchNames))]
    public void ABatchIsItsProducts(string name)
    {
        Batches<float>(name);
        Batches<double>(name);
    }

    [Fact]
    public void EqualToGemm()
    {
        var random = new Random(5);
        double[] a = Numbers<double>(random, 24 * 24), b = Numbers<double>(random, 24 * 24), ours = new double[24 * 24], general = new double[24 * 24];
        FixedGemmSamples.Multiply24x24x24(a, b, ours);
        Kernels.Gemm.Multiply(new ReadOnlyMatrixView<double>(a, 24, 24), new ReadOnlyMatrixView<double>(b, 24, 24), new MatrixView<double>(general, 24, 24));
        Bits.AssertSame<double>(general, ours, "24 x 24 x 24");
    }

    [Fact]
    public void ReferencesAreTheSameProduct()
    {
        var random = new Random(6);
        float[] a = Numbers<float>(random, 16), b = Numbers<float>(random, 16), spans = new float[16], references = new float[16];
        FixedGemmSamples.Multiply4x4x4(a, b, spans);
        FixedGemmSamples.Multiply4x4x4(in a[0], in b[0], ref references[0]);
        Bits.AssertSame<float>(spans, references, "references");
    }

    [Fact]
    public void AShortSpanIsNamed()
    {
        double[] enough = new double[16], few = new double[15];
        Refuses("a", "'a' has 15 elements; a 4 x 4 matrix with leading dimension 4 needs at least 16.", () => FixedGemmSamples.Multiply4x4x4(few, enough, enough));
        Refuses("b", "'b' has 15 elements; a 4 x 4 matrix with leading dimension 4 needs at least 16.", () => FixedGemmSamples.Multiply4x4x4(enough, few, enough));
        Refuses("c", "'c' has 15 elements; a 4 x 4 matrix with leading dimension 4 needs at least 16.", () => FixedGemmSamples.Multiply4x4x4(enough, enough, few));
        Refuses("c", "'c' has 14 elements; a 3 x 3 matrix with leading dimension 6 needs at least 15.", () => FixedGemmSamples.Multiply3x3x3Leading4x5x6(enough, enough, few.AsSpan(1)));
    }

    [Fact]
    public void ABadBatchIsNamed()
    {
        double[] ten = new double[160], few = new double[159];
        Refuses("count", "'count' is -1; it must be at least 0.", () => FixedGemmSamples.Many4x4x4(-1, ten, 16, ten, 16, ten, 16));
        Refuses("a", "'a' has 159 elements; 10 matrices of 16 elements, 16 apart, need at least 160.", () => FixedGemmSamples.Many4x4x4(10, few, 16, ten, 16, ten, 16));
        Refuses("b", "'b' has 160 elements; 2147483647 matrices of 16 elements, 2147483647 apart, need at least 4611686011984936978.", () => FixedGemmSamples.Many4x4x4(int.MaxValue, ten, 0, ten, int.MaxValue, ten, 16));
        Refuses("strideA", "'strideA' is -16; it must be at least 0.", () => FixedGemmSamples.Many4x4x4(2, ten, -16, ten, 16, ten, 16));
        Refuses("strideC", "'strideC' is 15; it must be at least 16, so that no two products share memory.", () => FixedGemmSamples.Many4x4x4(2, ten, 16, ten, 16, ten, 15));
        FixedGemmSamples.Many4x4x4(0, Array.Empty<double>(), 16, [], 16, [], 16);
        FixedGemmSamples.Many4x4x4(1, ten, 0, ten, 0, ten, 0);
    }

    [Fact]
    // The JIT stops optimizing at 60,000 bytes of IL and stops tracking at 1,024 locals.
    public void EmittedMethodsAreOfASaneSize()
        => Assert.All(typeof(FixedGemmSamples).GetMethods(Any), method =>
        {
            var body = method.GetMethodBody()!;
            Assert.InRange(body.GetILAsByteArray()!.Length, 1, 45_000);
            Assert.InRange(body.LocalVariables.Count, 0, 700);
        });

    private static void Refuses(string parameter, string message, Action call)
    {
        var refused = Assert.ThrowsAny<ArgumentException>(call);
        Assert.Equal(parameter, refused.ParamName);
        Assert.StartsWith(message, refused.Message);
    }

    private static void ChainBits<T>(string name)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(name.Length);
        var (shape, calls) = Calls<T>(name);
        Assert.True(calls.Length >= 2);
        T[] a = Numbers<T>(random, shape.SizeA), b = Numbers<T>(random, shape.SizeB), c = Numbers<T>(random, shape.SizeC + 3);
        T[] expected = shape.Chain(a, b, c);
        foreach (var (entry, call) in calls)
        {
            var actual = (T[])c.Clone();
            call(a, b, actual);
            Bits.AssertSame<T>(expected, actual, $"{name} {entry} {typeof(T)}");
        }
    }

    private static void SpecialValues<T>(string name)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] special = [T.NaN, T.PositiveInfinity, T.NegativeInfinity, T.NegativeZero, T.Zero, T.Epsilon, T.One];
        var random = new Random(11);
        var (shape, calls) = Calls<T>(name);
        for (int round = 0; round < 4; round++)
        {
            T[] a = Numbers<T>(random, shape.SizeA), b = Numbers<T>(random, shape.SizeB), c = Numbers<T>(random, shape.SizeC);
            a[random.Next(a.Length)] = special[random.Next(special.Length)];
            b[random.Next(b.Length)] = special[random.Next(special.Length)];
            if (round == 0)
            {
                // All products are negative zeros: a chain from +0 ends at +0.
                a.AsSpan().Fill(T.NegativeZero);
                b.AsSpan().Fill(T.One);
            }

            T[] expected = shape.Chain(a, b, c);
            foreach (var (entry, call) in calls)
            {
                var actual = (T[])c.Clone();
                call(a, b, actual);
                Bits.AssertSame<T>(expected, actual, $"{name} {entry} {typeof(T)}");
            }
        }
    }

    private static void Guarded<T>(MethodInfo method)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (shape, calls) = Calls<T>(method.Name);
        using GuardedMemory<T> a = new(shape.SizeA), b = new(shape.SizeB), c = new(shape.SizeC);
        T[] zeros = new T[shape.SizeC];
        foreach (var (entry, call) in calls)
        {
            foreach (bool last in new[] { false, true })
            {
                Strip<T> Part(GuardedMemory<T> memory, int size) => last ? memory.Last(size) : memory.First(size);
                var result = Part(c, shape.SizeC);
                call(Part(a, shape.SizeA).Span, Part(b, shape.SizeB).Span, result.Span);
                Bits.AssertSame<T>(zeros, result.Span, $"{method.Name} {entry}");
            }
        }
    }

    private static void Batches<T>(string name)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int Count = 5;
        var random = new Random(12);
        var shape = Shape.Of(Find(name, typeof(int), typeof(ReadOnlySpan<T>)));
        foreach (var (sa, sb, sc) in new[] { (shape.SizeA, shape.SizeB, shape.SizeC), (0, shape.SizeB + 1, shape.SizeC + 2), (shape.SizeA - 1, 0, shape.SizeC) })
        {
            T[] a = Numbers<T>(random, (Count - 1) * sa + shape.SizeA), b = Numbers<T>(random, (Count - 1) * sb + shape.SizeB), c = Numbers<T>(random, (Count - 1) * sc + shape.SizeC);
            var expected = (T[])c.Clone();
            for (int t = 0; t < Count; t++)
            {
                shape.Chain<T>(a.AsSpan(t * sa), b.AsSpan(t * sb), expected.AsSpan(t * sc)).CopyTo(expected, t * sc);
            }

            var actual = (T[])c.Clone();
            EntryPoints.Bind<Batch<T>>(typeof(FixedGemmSamples), name)(Count, a, sa, b, sb, actual, sc);
            Bits.AssertSame<T>(expected, actual, $"{name} public");
            foreach (string width in Widths(name + "BatchedLoop", typeof(T).MakeByRefType()))
            {
                actual = (T[])c.Clone();
                EntryPoints.Bind<Loop<T>>(typeof(FixedGemmSamples), $"{name}BatchedLoop{width}")(Count, ref a[0], sa, ref b[0], sb, ref actual[0], sc);
                Bits.AssertSame<T>(expected, actual, $"{name} {width}");
            }
        }
    }

    // The method itself and its kernel for each width.
    private static (Shape Shape, (string Entry, Spans<T> Call)[] Calls) Calls<T>(string name)
        where T : unmanaged
    {
        var calls = new List<(string, Spans<T>)> { ("public", EntryPoints.Bind<Spans<T>>(typeof(FixedGemmSamples), name)) };
        foreach (string width in Widths(name, typeof(T).MakeByRefType()))
        {
            var kernel = EntryPoints.Bind<Kernel<T>>(typeof(FixedGemmSamples), name + width);
            calls.Add((width, (a, b, c) => kernel(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(a), ref System.Runtime.InteropServices.MemoryMarshal.GetReference(b), ref c[0])));
        }

        return (Shape.Of(Find(name, typeof(ReadOnlySpan<T>))), [.. calls]);
    }

    // A width that would do what a narrower one does has no kernel of its own.
    private static IEnumerable<string> Widths(string name, Type operand)
        => new[] { "V128", "V256", "V512" }.Where(width => typeof(FixedGemmSamples).GetMethods(Any)
            .Any(method => method.Name == name + width && method.GetParameters().Any(parameter => parameter.ParameterType == operand)));

    private static MethodInfo Find(string name, params Type[] first)
        => Samples.Single(method => method.Name == name && method.GetParameters().Take(first.Length).Select(parameter => parameter.ParameterType).SequenceEqual(first));

    private static T[] Numbers<T>(Random random, int count)
        where T : unmanaged, IFloatingPointIeee754<T>
        => [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked(2 * random.NextDouble() - 1))];

    private readonly record struct Shape(int M, int N, int K, int LdA, int LdB, int LdC, bool Accumulate)
    {
        public int SizeA => (M - 1) * LdA + K;

        public int SizeB => (K - 1) * LdB + N;

        public int SizeC => (M - 1) * LdC + N;

        public static Shape Of(MethodInfo method)
        {
            var of = method.GetCustomAttribute<FixedGemmAttribute>()!;
            return new(of.M, of.N, of.K, of.LdA == 0 ? of.K : of.LdA, of.LdB == 0 ? of.N : of.LdB, of.LdC == 0 ? of.N : of.LdC, of.Accumulate);
        }

        // The contract in its plainest form; whatever else c holds stays.
        public T[] Chain<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> c)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T[] result = c.ToArray();
            for (int i = 0; i < M; i++)
            {
                for (int j = 0; j < N; j++)
                {
                    T sum = Accumulate ? c[i * LdC + j] : T.Zero;
                    for (int p = 0; p < K; p++)
                    {
                        sum = T.FusedMultiplyAdd(a[i * LdA + p], b[p * LdB + j], sum);
                    }

                    result[i * LdC + j] = sum;
                }
            }

            return result;
        }
    }
}
