using System.Text.Json;

namespace Exemplar.Server.Console.Layout;

/// <summary>
/// What somebody changed in a dialog. Only that is stored: a field that nobody touched stays as it is by then, also when somebody
/// else has changed it since the dialog was opened.
/// </summary>
internal static class FormChanges
{
    // Objects whose fields the API takes one by one; every other object is one value.
    private static readonly string[] Merged = ["config", "alert_policy", "default_alert_policy"];

    // Fields that are judged together: where one of them changes, the other is said too.
    private static readonly (string One, string Other)[] Pairs = [("alert_after", "alert_after_of_last")];

    /// <summary>The form as it is shown first. Written out at once: its values may be views of lists that the dialog goes on to change.</summary>
    /// <param name="form">The form.</param>
    public static JsonElement Opened(Dictionary<string, object?> form) => JsonSerializer.SerializeToElement(form);

    /// <summary>The fields of <paramref name="form"/> that are not as they were.</summary>
    /// <param name="opened">The form as it was shown, of <see cref="Opened"/>.</param>
    /// <param name="form">The form as it is to be stored.</param>
    public static Dictionary<string, object?> Since(JsonElement opened, Dictionary<string, object?> form) => Between(opened, JsonSerializer.SerializeToElement(form));

    private static Dictionary<string, object?> Between(JsonElement before, JsonElement after)
    {
        var changes = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var field in after.EnumerateObject())
        {
            if (!before.TryGetProperty(field.Name, out var was)) changes[field.Name] = field.Value;
            else if (JsonElement.DeepEquals(was, field.Value)) continue;
            else if (Merged.Contains(field.Name, StringComparer.Ordinal) && (was.ValueKind, field.Value.ValueKind) is (JsonValueKind.Object, JsonValueKind.Object))
                changes[field.Name] = Between(was, field.Value);
            else changes[field.Name] = field.Value;
        }
        foreach (var (one, other) in Pairs)
        {
            if (!changes.ContainsKey(one) && !changes.ContainsKey(other)) continue;
            if (after.TryGetProperty(one, out var value)) changes[one] = value;
            if (after.TryGetProperty(other, out value)) changes[other] = value;
        }
        return changes;
    }
}
