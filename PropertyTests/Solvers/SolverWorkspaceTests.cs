using Kernels.Runtime;

namespace Kernels.PropertyTests.Solvers;

public class SolverWorkspaceTests
{
    private static readonly double[,] Y = Dense.Random(7, 5, 1);

    [Fact]
    public void ACallersBlockOfTheRequiredSizeIsEnoughAndOneLessIsNot()
    {
        Judge(SingularValueThresholding.RequiredWorkspace(7, 5), w => SingularValueThresholding.Solve(Y, new() { Lambda = 0.3 }, w).Objective);
        Judge(FixedWidthDropout.RequiredWorkspace(7, 5, 9), w => FixedWidthDropout.Solve(Y, new() { Rank = 9, Lambda = 0.3 }, w).Objective);
        Judge(DropoutFactorization.RequiredWorkspace(7, 5, 3), w => DropoutFactorization.Solve(Y, new() { Rank = 3, Theta = 0.5, Iterations = 9 }, w).Objective);

        static void Judge(int required, Func<SolverWorkspace<double>?, double> solve)
        {
            // NaN in the block would show up in the answer if anything read memory before writing it.
            double[] block = new double[required];
            Array.Fill(block, double.NaN);
            Assert.Equal(solve(null), solve(new SolverWorkspace<double>(block)));
            Assert.Throws<ArgumentException>("workspace", () => solve(new SolverWorkspace<double>(block.AsMemory(1))));
        }
    }

    [Fact]
    public void APooledWorkspaceGrowsIsReusedAndOutlivedByResults()
    {
        var options = new SingularValueThresholdingOptions { Lambda = 0.3 };
        SingularValueThresholdingResult<double> first;
        using (var workspace = new SolverWorkspace<double>())
        {
            first = SingularValueThresholding.Solve(Y, options, workspace);
            SingularValueThresholding.Solve<double>(Dense.Random(20, 30, 2), options, workspace);
            int capacity = workspace.Capacity;
            Assert.True(capacity >= SingularValueThresholding.RequiredWorkspace(20, 30));
            SingularValueThresholding.Solve<double>(Dense.Random(3, 3, 3), options, workspace);
            Assert.Equal(capacity, workspace.Capacity);
        }

        Assert.Equal(Dense.Of(SingularValueThresholding.Solve<double>(Y, options).X).Cast<double>(), Dense.Of(first.X).Cast<double>());
    }

    [Fact]
    public void ADisposedPooledWorkspaceRentsAgain()
    {
        var workspace = new SolverWorkspace<double>();
        workspace.Dispose();
        Assert.Equal(0, workspace.Capacity);
        Assert.Equal(SolverStatus.Optimal, SingularValueThresholding.Solve(Y, new() { Lambda = 0.3 }, workspace).Status);
        workspace.Dispose();
    }
}
