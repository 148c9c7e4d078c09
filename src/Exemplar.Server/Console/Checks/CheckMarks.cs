using System.Globalization;
using System.Text;
using Exemplar.Core.Checks;
using Exemplar.Core.Monitors;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Console.Checks;

/// <summary>
/// The latest checks of a monitor as a bar: one path for each outcome, and what each mark stands for in a short text that the page's
/// script reads. Fifty of these stand on a page, so every byte of a mark counts.
/// </summary>
public sealed class CheckMarks
{
    /// <summary>So many checks are shown.</summary>
    public const int Most = 30;

    /// <summary>The canvas: a mark and its gap are <see cref="Step"/> wide.</summary>
    public const int Step = 5;
    public const int Height = 20;
    private const int LongestError = 160;

    private CheckMarks(string label, string data, IReadOnlyList<(string Css, string Path)> paths) => (Label, Data, Paths) = (label, data, paths);

    /// <summary>For those who do not see it.</summary>
    public string Label { get; }

    /// <summary>Oldest first, separated by spaces: the outcome's first letter, seconds since the mark before (since 1970 for the first), and an error.</summary>
    public string Data { get; }

    /// <summary>What is bad is taller, so that colour is never the only sign.</summary>
    public IReadOnlyList<(string Css, string Path)> Paths { get; }

    /// <param name="name">The monitor's name.</param>
    /// <param name="checks">Newest first.</param>
    public static CheckMarks Of(string name, IReadOnlyList<Check> checks)
    {
        var shown = checks.Take(Most).Reverse().ToList();
        var data = new StringBuilder();
        var paths = new SortedDictionary<CheckOutcome, StringBuilder>();
        var before = 0L;
        // The newest stands at the right, however few there are.
        var x = (Most - shown.Count) * Step;
        foreach (var check in shown)
        {
            var seconds = check.At.ToUnixTimeSeconds();
            if (data.Length > 0) data.Append(' ');
            data.Append(CultureInfo.InvariantCulture, $"{Words<CheckOutcome>.Of(check.Outcome)[0]}{seconds - before}");
            if (check.Error is { } error) data.Append('~').Append(Uri.EscapeDataString(Short(error)));
            before = seconds;
            if (!paths.TryGetValue(check.Outcome, out var path)) paths[check.Outcome] = path = new StringBuilder();
            var height = HeightOf(check.Outcome);
            path.Append(CultureInfo.InvariantCulture, $"M{x} {(Height - height) / 2}h4v{height}h-4z");
            x += Step;
        }
        var bad = shown.Count(c => c.Outcome != CheckOutcome.Up);
        return new CheckMarks(
            shown.Count == 0 ? $"{name}: no check yet" : $"{name}: latest {shown.Count} checks, {bad} not up. Arrow keys tell each.",
            data.ToString(),
            [.. paths.Select(p => ("s-" + Words<CheckOutcome>.Of(p.Key), p.Value.ToString()))]);
    }

    private static int HeightOf(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Down => 20,
        CheckOutcome.Unknown => 14,
        _ => 10,
    };

    // The words that every missed heartbeat has are known to the script.
    private static string Short(string error)
    {
        if (error.StartsWith(MissedHeartbeatError.Prefix, StringComparison.Ordinal)) return "!";
        if (error.Length <= LongestError) return error;
        var end = char.IsHighSurrogate(error[LongestError - 1]) ? LongestError - 1 : LongestError;
        return error[..end] + "…";
    }
}
