using System.Text.Json;
using System.Text.Json.Serialization;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Json;

namespace Exemplar.Server.Deliveries;

/// <summary>An alert as it is kept in the outbox.</summary>
[JsonSerializable(typeof(Alert))]
internal sealed partial class AlertContent : JsonSerializerContext
{
    private static readonly AlertContent Kept = new(ApiJson.Configure(new JsonSerializerOptions()));

    public static byte[] Write(Alert alert) => JsonSerializer.SerializeToUtf8Bytes(alert, Kept.Alert);

    /// <exception cref="JsonException">It was not written by <see cref="Write"/>.</exception>
    public static Alert Read(byte[] content) =>
        JsonSerializer.Deserialize(content, Kept.Alert) ?? throw new JsonException("An alert is never null.");
}
