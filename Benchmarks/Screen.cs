using Spectre.Console;

namespace Kernels.Benchmarks;

/// <summary>The console: tables and lines on any writer, progress bars where somebody watches.</summary>
internal sealed class Screen
{
    private const int WidthOfFiles = 160;

    private readonly IAnsiConsole _console;

    internal Screen(TextWriter output)
    {
        var target = new AnsiConsoleOutput(output);
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = target, Ansi = target.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No });
        if (!target.IsTerminal)
        {
            _console.Profile.Width = WidthOfFiles;
        }
    }

    internal void Title(string text)
    {
        _console.WriteLine();
        _console.MarkupLineInterpolated($"[bold]{text}[/]");
    }

    internal void Line(string text = "") => _console.WriteLine(text);

    internal void Note(string text) => _console.MarkupLineInterpolated($"[dim]{text}[/]");

    /// <summary>Named values, aligned.</summary>
    internal void Facts(IEnumerable<(string Name, string Value)> facts)
    {
        var list = facts.ToArray();
        int width = list.Max(fact => fact.Name.Length);
        foreach (var (name, value) in list)
        {
            _console.MarkupLineInterpolated($"  {name.PadRight(width)}  [bold]{value}[/]");
        }
    }

    /// <summary>A table; the first column is left-aligned, the others are numbers. Cells may carry Spectre markup.</summary>
    internal void Table(IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var (title, index) in header.Select((title, index) => (title, index)))
        {
            table.AddColumn(new TableColumn(Markup.Escape(title)) { Alignment = index == 0 ? Justify.Left : Justify.Right, NoWrap = true });
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row]);
        }

        _console.Write(table);
    }

    /// <summary>Runs work that reports its progress from 0 to 1.</summary>
    /// <param name="title">Beside the bar.</param>
    /// <param name="work">Told where to report.</param>
    /// <param name="still">Redraw the bar only at reports, so that it does not disturb a measurement.</param>
    internal T Progress<T>(string title, Func<IProgress<double>, T> work, bool still = false)
    {
        if (!_console.Profile.Capabilities.Interactive || !_console.Profile.Out.IsTerminal)
        {
            return work(new Reporter(_ => { }));
        }

        return _console.Progress().AutoRefresh(!still).AutoClear(true).Columns(Columns()).Start(context =>
        {
            var bar = context.AddTask(Markup.Escape(title), maxValue: 1);
            bar.IsIndeterminate = !still;
            context.Refresh();
            return work(new Reporter(done =>
            {
                bar.IsIndeterminate = false;
                bar.Value = done;
                context.Refresh();
            }));
        });
    }

    private static ProgressColumn[] Columns() => [new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()];

    // System.Progress posts to a thread pool and so arrives late and out of order.
    private sealed class Reporter(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
