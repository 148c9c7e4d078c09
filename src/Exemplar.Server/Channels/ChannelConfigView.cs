using System.Globalization;
using System.Text.Json.Nodes;

namespace Exemplar.Server.Channels;

/// <summary>
/// What is shown of a configuration. Fields stand as they were given. A secret never comes back: instead of <c>token</c> there is
/// <c>token_set</c>, true or false; instead of secret pairs such as <c>headers</c> there is <c>headers_set</c> with their names.
/// Sent back, such marks are ignored, so that what was read can be changed and sent again.
/// </summary>
internal static class ChannelConfigView
{
    private const string Mark = "_set";

    public static JsonObject Of(IChannel channel, ChannelConfig config)
    {
        var shown = new JsonObject();
        foreach (var field in channel.Fields)
        {
            if (field.IsSecret) shown[field.Name + Mark] = Hidden(field, config);
            else if (Shown(field, config) is { } value) shown[field.Name] = value;
        }
        return shown;
    }

    /// <summary>Whether a name is such a mark.</summary>
    public static bool IsMark(IChannel channel, string name) =>
        name.EndsWith(Mark, StringComparison.Ordinal) && channel.Fields.Any(field => field.IsSecret && name == field.Name + Mark);

    private static JsonNode Hidden(ChannelField field, ChannelConfig config) => field.Shape == FieldShape.Pairs
        ? new JsonArray([.. config.Pairs(field.Name).Keys.Order(StringComparer.OrdinalIgnoreCase).Select(name => (JsonNode)name)])
        : JsonValue.Create(config.Has(field.Name));

    private static JsonNode? Shown(ChannelField field, ChannelConfig config) => field.Shape switch
    {
        FieldShape.Pairs => config.Pairs(field.Name) is { Count: > 0 } pairs
            ? new JsonObject(pairs.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))) : null,
        _ when !config.Has(field.Name) => null,
        FieldShape.Number => int.Parse(config[field.Name], CultureInfo.InvariantCulture),
        FieldShape.Switch => config[field.Name] == "true",
        _ => config[field.Name],
    };
}
