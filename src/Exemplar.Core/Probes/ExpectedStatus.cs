using System.Globalization;

namespace Exemplar.Core.Probes;

/// <summary>Which HTTP statuses are good: single ones and ranges, such as <c>200-299, 304</c>.</summary>
public sealed record ExpectedStatus
{
    private const int Least = 100;
    private const int Most = 599;
    private const int MostParts = 20;

    /// <summary>Every 2xx.</summary>
    public static readonly ExpectedStatus Success = new([(200, 299)]);

    /// <summary>What is wrong, for an error message.</summary>
    public const string Rule = "must be statuses from 100 to 599 and ranges of them, such as 200-299, 304";

    private readonly IReadOnlyList<(int From, int To)> _parts;

    private ExpectedStatus(IReadOnlyList<(int From, int To)> parts)
    {
        _parts = parts;
        Text = string.Join(", ", parts.Select(p => p.From == p.To ? Number(p.From) : $"{Number(p.From)}-{Number(p.To)}"));
    }

    /// <summary>As people write it.</summary>
    public string Text { get; }

    /// <summary>Reads it; null when it is none.</summary>
    public static ExpectedStatus? Parse(string text)
    {
        var parts = new List<(int, int)>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-', StringSplitOptions.TrimEntries);
            if (ends.Length > 2 || !TryRead(ends[0], out var from) || !TryRead(ends[^1], out var to) || to < from) return null;
            parts.Add((from, to));
        }
        return parts.Count <= MostParts ? new ExpectedStatus(parts) : null;
    }

    /// <summary>Whether an answer with this status is good.</summary>
    public bool Includes(int status) => _parts.Any(p => status >= p.From && status <= p.To);

    public bool Equals(ExpectedStatus? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    private static bool TryRead(string text, out int status) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out status) && status is >= Least and <= Most;

    private static string Number(int status) => status.ToString(CultureInfo.InvariantCulture);
}
