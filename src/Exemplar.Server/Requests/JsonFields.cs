using System.Text.Json;
using Exemplar.Core.Schedules;

namespace Exemplar.Server.Requests;

/// <summary>
/// Reads the fields of a JSON object and collects what is wrong with them. A field that is absent reads as null; whether
/// an explicit null means the same is the caller's choice. Fields that nobody asks for are ignored.
/// </summary>
internal sealed class JsonFields(JsonElement root, bool nullIsAbsent)
{
    /// <summary>The most tags of a monitor.</summary>
    public const int MostTags = 50;

    private const int LongestTag = 64;

    public FieldErrors Errors { get; } = new();

    /// <summary>True when the field is there, whatever it holds.</summary>
    public bool Has(string name) => root.TryGetProperty(name, out var value) && !(nullIsAbsent && value.ValueKind == JsonValueKind.Null);

    /// <summary>True when the field is there and null.</summary>
    public bool IsNull(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;

    /// <summary>Notes that a field is missing.</summary>
    public void Require(string name)
    {
        if (!Has(name)) Errors.Add(name, "is required");
    }

    /// <summary>One line of text, trimmed, without control characters.</summary>
    public string? Line(string name, int shortest, int longest) => Text(name, shortest, longest, lines: false);

    /// <summary>Text that may have several lines.</summary>
    public string? Lines(string name, int longest) => Text(name, 0, longest, lines: true);

    /// <summary>A duration in minutes, fractions allowed, to the millisecond.</summary>
    public TimeSpan? Minutes(string name)
    {
        if (!TryGet(name, JsonValueKind.Number, "a number of minutes", out var value)) return null;
        var minutes = value.GetDouble();
        // Compared before it becomes a TimeSpan, which could not hold 1e300 minutes.
        if (minutes >= 0 && minutes <= Schedule.Longest.TotalMinutes + 1)
        {
            var duration = TimeSpan.FromMilliseconds(Math.Round(minutes * 60_000));
            if (Schedule.Allows(duration)) return duration;
        }
        Errors.Add(name, "must be between 1 second (0.0167) and 400 days (576000)");
        return null;
    }

    /// <summary>A whole number.</summary>
    public int? Integer(string name, int least, int most)
    {
        if (!TryGet(name, JsonValueKind.Number, "a whole number", out var value)) return null;
        if (value.TryGetInt32(out var number) && number >= least && number <= most) return number;
        Errors.Add(name, $"must be a whole number from {least} to {most}");
        return null;
    }

    /// <summary>Yes or no.</summary>
    public bool? Flag(string name)
    {
        if (!root.TryGetProperty(name, out var value) || (nullIsAbsent && value.ValueKind == JsonValueKind.Null)) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Errors.Add(name, "must be true or false");
        return null;
    }

    /// <summary>The field as it is, for a reader of its own; undefined when it is absent.</summary>
    public JsonElement Element(string name) => root.TryGetProperty(name, out var value) ? value : default;

    /// <summary>A moment in RFC 3339.</summary>
    public DateTimeOffset? Moment(string name)
    {
        if (!TryGetString(name, "a moment such as 2026-11-23T05:00:00Z", out var text)) return null;
        if (Moments.TryParse(text, out var moment)) return moment;
        Errors.Add(name, "must be an RFC 3339 moment with an offset, such as 2026-11-23T05:00:00Z");
        return null;
    }

    /// <summary>One word out of an enumeration.</summary>
    public T? Word<T>(string name) where T : struct, Enum
    {
        if (!TryGetString(name, "one of " + Words<T>.All, out var text)) return null;
        if (Words<T>.TryParse(text, out var value)) return value;
        Errors.Add(name, "must be one of " + Words<T>.All);
        return null;
    }

    /// <summary>Tags: each once, in the order given.</summary>
    public IReadOnlyList<string>? Tags(string name)
    {
        if (Strings(name, MostTags) is not { } texts) return null;
        var tags = new List<string>();
        foreach (var text in texts)
        {
            var tag = text.Trim();
            if (tag.Length is < 1 or > LongestTag) Errors.Add(name, $"must hold tags of 1 to {LongestTag} characters");
            else if (HasControl(tag, lines: false)) Errors.Add(name, "must not hold control characters");
            else if (!tags.Contains(tag, StringComparer.Ordinal)) tags.Add(tag);
        }
        return tags;
    }

    /// <summary>A list of strings.</summary>
    public IReadOnlyList<string>? Strings(string name, int most)
    {
        if (!TryGet(name, JsonValueKind.Array, "a list of strings", out var value)) return null;
        if (value.GetArrayLength() > most)
        {
            Errors.Add(name, $"must hold at most {most} strings");
            return null;
        }

        var texts = new List<string>();
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && TryDecode(item, out var text)) texts.Add(text);
            else
            {
                Errors.Add(name, "must hold nothing but strings");
                return null;
            }
        }
        return texts;
    }

    private string? Text(string name, int shortest, int longest, bool lines)
    {
        if (!TryGetString(name, "a string", out var text)) return null;
        text = text.Trim();
        if (text.Length < shortest) Errors.Add(name, "must not be empty");
        else if (text.Length > longest) Errors.Add(name, $"must have at most {longest} characters");
        else if (HasControl(text, lines)) Errors.Add(name, "must not hold control characters");
        else return text;
        return null;
    }

    private static bool HasControl(string text, bool lines) =>
        text.Any(c => char.IsControl(c) && !(lines && c is '\n' or '\r' or '\t'));

    private bool TryGetString(string name, string expected, out string text)
    {
        text = "";
        if (!TryGet(name, JsonValueKind.String, expected, out var value)) return false;
        if (TryDecode(value, out text)) return true;
        Errors.Add(name, "holds an escape that is no character");
        return false;
    }

    private static bool TryDecode(JsonElement value, out string text)
    {
        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, such as "\ud800": valid JSON and yet no text.
            text = "";
            return false;
        }
    }

    private bool TryGet(string name, JsonValueKind kind, string expected, out JsonElement value)
    {
        if (!root.TryGetProperty(name, out value) || (nullIsAbsent && value.ValueKind == JsonValueKind.Null)) return false;
        if (value.ValueKind == kind) return true;
        Errors.Add(name, value.ValueKind == JsonValueKind.Null
            ? "must not be null; leave it out to keep it as it is"
            : "must be " + expected);
        return false;
    }
}
