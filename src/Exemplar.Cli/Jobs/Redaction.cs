using System.Text.RegularExpressions;

namespace Exemplar.Cli.Jobs;

/// <summary>What must not leave this machine with the output: the key, and what the user's patterns find.</summary>
internal sealed class Redaction(IReadOnlyList<Regex> patterns, string? key)
{
    /// <summary>Stands for the whole output when a pattern took too long: rather nothing than a secret.</summary>
    public const string TooSlow = "[left out: a --redact pattern took too long]";

    private const string Redacted = "[redacted]";

    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(500);

    /// <summary>A pattern of the user; null with the reason when it is none.</summary>
    public static Regex? TryParse(string pattern, out string? fault)
    {
        try
        {
            fault = null;
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.Multiline, Limit);
        }
        catch (ArgumentException exception)
        {
            fault = exception.Message;
            return null;
        }
    }

    public string Apply(string text)
    {
        try
        {
            if (!string.IsNullOrEmpty(key)) text = text.Replace(key, Redacted, StringComparison.Ordinal);
            return patterns.Aggregate(text, (rest, pattern) => pattern.Replace(rest, Redacted));
        }
        catch (RegexMatchTimeoutException)
        {
            return TooSlow;
        }
    }
}
