using System.Text.Json;

namespace Exemplar.Server.Incidents;

/// <summary>The host that a job names in its metadata, under any of the usual names.</summary>
internal static class HostName
{
    private const int Longest = 253;

    private static readonly string[] Names = ["hostname", "host", "node"];

    /// <summary>The host; null when the metadata names none.</summary>
    public static string? Of(byte[]? metadata)
    {
        if (metadata is null) return null;
        using var document = JsonDocument.Parse(metadata);
        foreach (var name in Names)
            if (document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                && TextOf(value) is { Length: > 0 and <= Longest } host)
                return host;
        return null;
    }

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: valid JSON and yet no text.
            return null;
        }
    }
}
