using Exemplar.Server.Requests;

namespace Exemplar.Server.Incidents;

/// <summary>What people may say about an incident, from the API as from the console.</summary>
internal static class IncidentFields
{
    /// <summary>The longest note, in characters.</summary>
    public const int LongestNote = 10_000;

    private static readonly TimeSpan LongestSnooze = TimeSpan.FromDays(30);

    /// <summary>Until when nobody wants to be reminded; what is wrong with it is added to the errors.</summary>
    public static DateTimeOffset? ReadSnooze(JsonFields fields, DateTimeOffset now)
    {
        fields.Require("until");
        var until = fields.Moment("until");
        if (until <= now || until > now + LongestSnooze) fields.Errors.Add("until", "must be in the future, at most 30 days");
        return until;
    }

    /// <summary>A note; what is wrong with it is added to the errors.</summary>
    public static string? ReadNote(JsonFields fields)
    {
        fields.Require("text");
        var text = fields.Lines("text", LongestNote);
        if (text is "") fields.Errors.Add("text", "must not be empty");
        return text;
    }
}
