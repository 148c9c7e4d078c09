namespace Exemplar.Core.Audit;

/// <summary>A field that became another value.</summary>
/// <param name="Field">Its name, as the API spells it.</param>
/// <param name="Before">What it was; null when there was nothing.</param>
/// <param name="After">What it is; null when there is nothing any more.</param>
public sealed record AuditChange(string Field, string? Before, string? After)
{
    /// <summary>The longest value that is kept, in characters; the rest is cut off.</summary>
    public const int LongestValue = 200;

    /// <summary>Those of the fields that really changed, with long values cut short.</summary>
    public static IReadOnlyList<AuditChange> Of(params ReadOnlySpan<(string Field, string? Before, string? After)> fields)
    {
        var changes = new List<AuditChange>();
        foreach (var (field, before, after) in fields)
            if (!string.Equals(before, after, StringComparison.Ordinal)) changes.Add(new AuditChange(field, Cut(before), Cut(after)));
        return changes;
    }

    private static string? Cut(string? value)
    {
        if (value is null || value.Length <= LongestValue) return value;
        var length = LongestValue - 1;
        // Half a surrogate pair cannot be stored as UTF-8.
        if (char.IsHighSurrogate(value[length - 1])) length--;
        return value[..length] + "…";
    }
}
