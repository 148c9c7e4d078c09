namespace Exemplar.Server.Requests;

/// <summary>Reads query parameters and collects what is wrong with them. A parameter that is absent or empty reads as null.</summary>
internal sealed class QueryFields(IQueryCollection query)
{
    public const int DefaultLimit = 50;
    public const int LargestLimit = 1_000;

    public FieldErrors Errors { get; } = new();

    public string? Text(string name, int longest = 200)
    {
        var values = query[name];
        if (values.Count > 1) Errors.Add(name, "must be given once");
        else if (values is [{ Length: > 0 } text])
        {
            if (text.Length > longest) Errors.Add(name, $"must have at most {longest} characters");
            else if (text.Contains('\0', StringComparison.Ordinal)) Errors.Add(name, "must not hold control characters");
            else return text;
        }
        return null;
    }

    public T? Word<T>(string name) where T : struct, Enum
    {
        if (Text(name) is not { } text) return null;
        if (Words<T>.TryParse(text, out var value)) return value;
        Errors.Add(name, "must be one of " + Words<T>.All);
        return null;
    }

    public DateTimeOffset? Moment(string name)
    {
        if (Text(name) is not { } text) return null;
        // A plus that nobody encoded arrives as a space.
        if (Moments.TryParse(text.Length > 6 && text[^6] == ' ' ? text[..^6] + '+' + text[^5..] : text, out var moment)) return moment;
        Errors.Add(name, "must be an RFC 3339 moment with an offset, such as 2026-11-23T05:00:00Z");
        return null;
    }

    public int Limit()
    {
        if (Text("limit") is not { } text) return DefaultLimit;
        if (int.TryParse(text, System.Globalization.NumberStyles.None, null, out var limit) && limit is >= 1 and <= LargestLimit)
            return limit;
        Errors.Add("limit", $"must be a whole number from 1 to {LargestLimit}");
        return DefaultLimit;
    }

    /// <summary>Where the page before ended, as <see cref="Cursor"/> wrote it; 0 for the first page.</summary>
    public int After(Cursor cursor)
    {
        if (Text("cursor") is not { } text) return 0;
        if (cursor.TryRead(text, out var after)) return after;
        Errors.Add("cursor", "is none of ours");
        return 0;
    }
}
