using Exemplar.Core.Audit;

namespace Exemplar.Server.Console.Audit;

/// <summary>The audit log as people read it.</summary>
internal static class AuditWords
{
    private const string Nothing = "nothing";

    /// <summary>"Monitor created", "Two-factor on".</summary>
    public static string Of(string action) => action.Split('.') is [var what, var done]
        ? char.ToUpperInvariant(what[0]) + Words(what[1..]) + " " + Words(done)
        : action;

    /// <summary>The field of the API in words: "expected interval", "alert policy: remind every".</summary>
    public static string Field(string field) => Words(Unit(field) is { } unit ? field[..^(unit.Length + 1)] : field).Replace(".", ": ", StringComparison.Ordinal);

    /// <summary>What it was; null where there was nothing, or nothing that the log may tell.</summary>
    public static string? Before(AuditChange change) => change.Before is null or "as it was" or "as they were" ? null : Value(change.Field, change.Before);

    /// <summary>What it is.</summary>
    public static string After(AuditChange change) => Value(change.Field, change.After);

    private static string Value(string field, string? value) => value switch
    {
        null or "" => Nothing,
        "true" => "yes",
        "false" => "no",
        "creation" or "first_heartbeat" => Words(value),
        _ when Unit(field) is { } unit && double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out _) => value + " " + (unit is "minutes" ? "min" : unit),
        _ => value,
    };

    private static string? Unit(string field) => Array.Find(["minutes", "days", "seconds"], unit => field.EndsWith("_" + unit, StringComparison.Ordinal));

    private static string Words(string text) => text.Replace("wo_f", "wo-f", StringComparison.Ordinal).Replace('_', ' ');
}
