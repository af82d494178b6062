using Kernels.Benchmarks.Compare;

namespace Kernels.PropertyTests.Benchmarks;

/// <summary>The contenders of <c>compare solve</c> run one algorithm: MathNet's transcription, which shares no code with ours, reaches the same objective.</summary>
public class SolverContestTests
{
    [Fact]
    public void Thresholding() => Agree(SolverContest.Thresholding(30, 20));

    [Fact]
    public void Completion() => Agree(SolverContest.Completion(60, 40, 3, 40));

    [Fact]
    public void Pursuit() => Agree(SolverContest.Pursuit(40, 30, 2));

    [Fact]
    public void NonNegative() => Agree(SolverContest.NonNegative(null, 4, 5));

    private static void Agree(SolverContest contest)
    {
        SolverRun ours = contest.RunOurs(), managed = contest.RunManaged((int)contest.RunOurs().Iterations);
        Assert.Equal(managed.Objective, ours.Objective, 1e-6 * managed.Objective);
        Assert.True(ours.Seconds > 0 && managed.Seconds > 0 && contest.Data.Arguments.Length == 4);
    }
}
