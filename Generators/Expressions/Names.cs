namespace Kernels.Generators.Expressions;

/// <summary>Gives each local of an emitted method a name that nothing else in it has.</summary>
internal sealed class Names(IEnumerable<string> taken)
{
    private readonly HashSet<string> _taken = [.. taken, "T", "V", "W", "L"];

    /// <summary>The wanted name, or the first of name1, name2, ... that is free.</summary>
    public string Fresh(string wanted)
    {
        wanted = wanted.TrimStart('@');
        string name = wanted;
        for (int i = 1; !_taken.Add(name); i++)
        {
            name = $"{wanted}_{i}";
        }

        return name;
    }
}
