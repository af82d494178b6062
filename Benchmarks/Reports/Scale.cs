using System.Globalization;

namespace Kernels.Benchmarks.Reports;

/// <summary>Maps values to pixels, linearly or by logarithm, and chooses where the ticks go.</summary>
internal sealed class Scale
{
    private readonly double _min;
    private readonly double _max;
    private readonly double _from;
    private readonly double _to;

    /// <summary>A scale over the given values, widened to whole ticks.</summary>
    /// <param name="values">At least one; positive when <paramref name="logarithmic"/>.</param>
    /// <param name="logarithmic">Equal factors take equal room.</param>
    /// <param name="from">Pixel of the smallest value.</param>
    /// <param name="to">Pixel of the largest.</param>
    /// <param name="about">Wanted number of ticks.</param>
    /// <param name="logBase">Ticks of a logarithmic scale are powers of this.</param>
    /// <param name="counts">Ticks of a linear scale are whole numbers.</param>
    internal Scale(IEnumerable<double> values, bool logarithmic, double from, double to, int about = 6, int logBase = 10, bool counts = false)
    {
        (_from, _to) = (from, to);
        IsLogarithmic = logarithmic;
        double[] all = [.. values];
        if (all.Length == 0 || Array.Exists(all, v => !double.IsFinite(v) || (logarithmic && v <= 0)))
        {
            throw new ArgumentException(logarithmic ? "A logarithmic scale needs positive finite values." : "A scale needs finite values.", nameof(values));
        }

        double[] ticks = logarithmic ? Logarithmic(all.Min(), all.Max(), about, logBase) : Linear(all.Min(), all.Max(), about, counts ? 1 : 0);
        (_min, _max) = (ticks[0], ticks[^1]);
        double step = ticks[1] - ticks[0];
        Ticks = [.. ticks.Select(tick => (tick, Label(tick, logarithmic ? tick : step, logarithmic)))];
    }

    internal bool IsLogarithmic { get; }

    /// <summary>Ascending; the first and the last are the ends of the scale.</summary>
    internal IReadOnlyList<(double Value, string Label)> Ticks { get; }

    /// <summary>The pixel of a value.</summary>
    internal double At(double value)
    {
        double share = IsLogarithmic ? (Math.Log(value) - Math.Log(_min)) / (Math.Log(_max) - Math.Log(_min)) : (value - _min) / (_max - _min);
        return _from + share * (_to - _from);
    }

    // Steps of 1, 2 or 5 times a power of ten (Heckbert, Graphics Gems 1990).
    private static double[] Linear(double min, double max, int about, double leastStep)
    {
        if (min == max)
        {
            double room = min == 0 ? 1 : Math.Abs(min) / 2;
            (min, max) = (min - room, max + room);
        }

        double raw = (max - min) / about, power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = Math.Max(leastStep, power * (raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        double first = Math.Floor(min / step + 1e-12 * Math.Abs(min / step)), last = Math.Ceiling(max / step - 1e-12 * Math.Abs(max / step));
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)];
    }

    // Whole powers, every second or third one when there are many; 1, 2 and 5 in each decade when there are few.
    private static double[] Logarithmic(double min, double max, int about, int logBase)
    {
        double[] digits = logBase == 10 && max / min < 200 ? [1, 2, 5] : [1];
        int low = (int)Math.Floor(Math.Log(min, logBase)) - 1, high = (int)Math.Ceiling(Math.Log(max, logBase)) + 1;
        double[] all = [.. Enumerable.Range(low, high - low + 1).SelectMany(e => digits.Select(d => d * Math.Pow(logBase, e)))];
        int first = Math.Max(Array.FindLastIndex(all, t => t <= min * (1 + 1e-12)), 0), last = Array.FindIndex(all, t => t >= max * (1 - 1e-12));
        last = Math.Max(last, first + 1);
        int stride = Math.Max(1, (last - first) / about);
        last = first + (last - first + stride - 1) / stride * stride;
        return [.. Enumerable.Range(0, (last - first) / stride + 1).Select(i => first + i * stride).Select(i => i < all.Length ? all[i] : all[^1] * Math.Pow(logBase, i - all.Length + 1))];
    }

    private static string Label(double tick, double resolution, bool logarithmic)
    {
        double size = Math.Abs(tick);
        if (size != 0 && (size >= 1e5 || size < 1e-3 || (!logarithmic && Math.Abs(resolution) < 1e-3)))
        {
            int exponent = (int)Math.Floor(Math.Log10(size) + 1e-9);
            double mantissa = tick / Math.Pow(10, exponent);
            string power = $"10{Superscript(exponent)}";
            int digits = logarithmic ? 0 : Math.Clamp(exponent - (int)Math.Floor(Math.Log10(resolution) + 1e-9), 0, 12);
            return Math.Abs(mantissa - 1) < 1e-12 ? power : $"{mantissa.ToString("0." + new string('#', digits), CultureInfo.InvariantCulture)}·{power}";
        }

        int decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(Math.Abs(resolution)) + 1e-9));
        return tick.ToString($"F{decimals}", CultureInfo.InvariantCulture);
    }

    private static string Superscript(int exponent)
        => string.Concat(exponent.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']));
}
