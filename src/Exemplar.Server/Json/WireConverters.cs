using System.Text.Json;
using System.Text.Json.Serialization;
using Exemplar.Core.Ids;

namespace Exemplar.Server.Json;

/// <summary>Writes moments in the one form of the API.</summary>
internal sealed class MomentConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Moments.TryParse(reader.GetString() ?? "", out var moment) ? moment : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Moments.Text(value));
}

/// <summary>Writes ids as 24 hex digits.</summary>
internal sealed class EntityIdConverter : JsonConverter<EntityId>
{
    public override EntityId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        EntityId.TryParse(reader.GetString() ?? "", out var id) ? id : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, EntityId value, JsonSerializerOptions options)
    {
        Span<byte> utf8 = stackalloc byte[EntityId.TextLength];
        value.WriteUtf8(utf8);
        writer.WriteStringValue(utf8);
    }
}

/// <summary>Writes JSON that was checked when it came in, as it came in.</summary>
internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new RawJson(JsonSerializer.SerializeToUtf8Bytes(document.RootElement, ApiJson.Wire.JsonElement));
    }

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Utf8, skipInputValidation: true);
}

/// <summary>Writes the words of an enumeration in snake_case; numbers are no words.</summary>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>A JSON object that is passed on as it came.</summary>
[JsonConverter(typeof(RawJsonConverter))]
internal sealed record RawJson(byte[] Utf8)
{
    public static RawJson? Of(byte[]? utf8) => utf8 is null ? null : new RawJson(utf8);
}
