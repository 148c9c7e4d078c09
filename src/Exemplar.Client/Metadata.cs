using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Exemplar.Client;

/// <summary>Metadata as it is sent: a JSON object, compact, within the server's limit.</summary>
internal static class Metadata
{
    /// <summary>The server takes no more.</summary>
    public const int MaxBytes = 16 * 1024;

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="ArgumentException">It is no JSON object, too large, or cannot be written as JSON.</exception>
    public static byte[]? Write(JsonObject? metadata) => metadata is null ? null : Write(writer => metadata.WriteTo(writer));

    /// <inheritdoc cref="Write(JsonObject?)"/>
    public static byte[]? Write<T>(T metadata, JsonTypeInfo<T> type)
    {
        if (metadata is null) return null;
        var bytes = Write(writer => JsonSerializer.Serialize(writer, metadata, type));
        if (bytes[0] == 'n') return null;
        return bytes[0] == '{' ? bytes : throw Misuse("must be a JSON object");
    }

    /// <summary>The body of a request.</summary>
    public static byte[] Body(string monitorId, byte[]? metadata, DateTimeOffset? occurredAt)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Compact))
        {
            writer.WriteStartObject();
            writer.WriteString("monitor_id", monitorId);
            if (metadata is not null)
            {
                writer.WritePropertyName("metadata");
                writer.WriteRawValue(metadata, skipInputValidation: true);
            }
            if (occurredAt is { } at) writer.WriteString("occurred_at", Moment.Write(at));
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }

#pragma warning disable MA0015 // It is the caller's argument, not one of these methods.
    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        try
        {
            using var writer = new Utf8JsonWriter(stream, Compact);
            write(writer);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new ArgumentException("Metadata cannot be written as JSON: " + exception.Message, exception);
        }
        return stream.Length <= MaxBytes ? stream.ToArray() : throw Misuse($"has {stream.Length} bytes; the limit is {MaxBytes}");
    }

    private static ArgumentException Misuse(string what) => new("Metadata " + what + ".");
#pragma warning restore MA0015
}

/// <summary>Moments as the contract writes them.</summary>
internal static class Moment
{
    public static string Write(DateTimeOffset moment) =>
        moment.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
