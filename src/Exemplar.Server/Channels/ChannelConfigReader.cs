using System.Globalization;
using System.Text.Json;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels;

/// <summary>
/// Reads the JSON object <c>config</c> of a channel and names everything that is wrong with it. It is merged into what is stored
/// (RFC 7396): a field that is left out keeps its value, also when nobody can read it any more; null or "" removes it.
/// </summary>
internal sealed class ChannelConfigReader(OutboundPolicy policy)
{
    /// <summary>How errors name the object.</summary>
    public const string Name = "config";

    private const int MostPairs = 30;
    private const int LongestPairName = 100;

    /// <param name="channel">The kind, which knows the fields.</param>
    /// <param name="config">The object; undefined when it was left out.</param>
    /// <param name="stored">What there is already; null for a new channel.</param>
    /// <param name="errors">Takes what is wrong, named <c>config.FIELD</c>.</param>
    /// <returns>The configuration; null when anything was wrong with it.</returns>
    public ChannelConfig? Read(IChannel channel, JsonElement config, ChannelConfig? stored, FieldErrors errors)
    {
        if (config.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            errors.Add(Name, "must be an object");
            return null;
        }
        var mine = new FieldErrors();
        var values = new Dictionary<string, string>(stored?.Values ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        var pairs = new Dictionary<string, IReadOnlyDictionary<string, string>>(
            stored?.AllPairs ?? new Dictionary<string, IReadOnlyDictionary<string, string>>(), StringComparer.Ordinal);
        if (config.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in config.EnumerateObject()) Take(channel, property, values, pairs, mine);
        }
        foreach (var field in channel.Fields) Complete(field, values, pairs, mine);

        var read = new ChannelConfig(values, pairs);
        // What is wrong by itself is not worth a second message.
        if (!mine.Any) channel.Validate(read, mine);
        foreach (var (field, messages) in mine.ByField)
        {
            foreach (var message in messages) errors.Add(field, message);
        }
        return mine.Any ? null : read;
    }

    private void Take(
        IChannel channel, JsonProperty property, Dictionary<string, string> values,
        Dictionary<string, IReadOnlyDictionary<string, string>> pairs, FieldErrors errors)
    {
        var name = property.Name;
        if (channel.Fields.FirstOrDefault(field => field.Name == name) is not { } field)
        {
            if (!ChannelConfigView.IsMark(channel, name)) errors.Add(Named(name), $"is no field of this kind; it knows {string.Join(", ", channel.Fields.Select(f => f.Name))}");
        }
        else if (property.Value.ValueKind == JsonValueKind.Null)
        {
            values.Remove(name);
            pairs.Remove(name);
        }
        else if (field.Shape == FieldShape.Pairs)
        {
            pairs[name] = Pairs(field, property.Value, pairs.GetValueOrDefault(name), errors);
        }
        else if (Value(field, property.Value, errors) is { } value)
        {
            if (value.Length == 0) values.Remove(name);
            else values[name] = value;
        }
    }

    private string? Value(ChannelField field, JsonElement value, FieldErrors errors)
    {
        switch (field.Shape)
        {
            case FieldShape.Number when value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number):
                return number.ToString(CultureInfo.InvariantCulture);
            case FieldShape.Number when value.ValueKind == JsonValueKind.String && value.ValueEquals(""):
                return "";
            case FieldShape.Number:
                errors.Add(Named(field.Name), "must be a whole number");
                return null;
            case FieldShape.Switch when value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                return value.ValueKind == JsonValueKind.True ? "true" : "false";
            case FieldShape.Switch:
                errors.Add(Named(field.Name), "must be true or false");
                return null;
            default:
                return Text(Named(field.Name), value, field.Longest, field.Shape, errors) is { } text && Fits(field, text, errors) ? text : null;
        }
    }

    private bool Fits(ChannelField field, string text, FieldErrors errors)
    {
        if (text.Length == 0) return true;
        var wrong = field.Shape switch
        {
            FieldShape.Choice when !field.Choices.Contains(text, StringComparer.Ordinal) => $"must be one of {string.Join(", ", field.Choices)}",
            FieldShape.Address => WrongAddress(text),
            _ => null,
        };
        if (wrong is not null) errors.Add(Named(field.Name), wrong);
        return wrong is null;
    }

    private string? WrongAddress(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0)
            return "must be an http or https address";
        if (address.UserInfo.Length > 0) return "must not hold a user or a password; use a header";
        if (policy.RefusalOfHost(address.IdnHost) is { } refusal)
            return $"must be a public address: {address.Host} {refusal}; the operator can allow it with {OutboundPolicy.Setting}";
        return null;
    }

    private static Dictionary<string, string> Pairs(
        ChannelField field, JsonElement value, IReadOnlyDictionary<string, string>? stored, FieldErrors errors)
    {
        var read = new Dictionary<string, string>(stored ?? new Dictionary<string, string>(), StringComparer.OrdinalIgnoreCase);
        if (value.ValueKind != JsonValueKind.Object)
        {
            errors.Add(Named(field.Name), "must be an object of strings");
            return read;
        }
        foreach (var pair in value.EnumerateObject())
        {
            if (pair.Name.Length is < 1 or > LongestPairName || pair.Name.Any(char.IsControl))
                errors.Add(Named(field.Name), $"must hold names of 1 to {LongestPairName} characters");
            else if (pair.Value.ValueKind == JsonValueKind.Null) read.Remove(pair.Name);
            else if (Text(Named(field.Name), pair.Value, field.Longest, FieldShape.Line, errors) is { } text)
            {
                read.Remove(pair.Name);
                if (text.Length > 0) read[pair.Name] = text;
            }
        }
        if (read.Count > MostPairs) errors.Add(Named(field.Name), $"must hold at most {MostPairs} pairs");
        return read;
    }

    private static string? Text(string name, JsonElement value, int longest, FieldShape shape, FieldErrors errors)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            errors.Add(name, "must be a string");
            return null;
        }
        string text;
        try
        {
            text = value.GetString()!.Trim();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, such as "\ud800": valid JSON and yet no text.
            errors.Add(name, "holds an escape that is no character");
            return null;
        }
        if (text.Length > longest) errors.Add(name, $"must have at most {longest} characters");
        else if (text.Any(c => char.IsControl(c) && !(shape == FieldShape.Lines && c is '\n' or '\r' or '\t'))) errors.Add(name, "must not hold control characters");
        else return text;
        return null;
    }

    private static void Complete(
        ChannelField field, Dictionary<string, string> values, Dictionary<string, IReadOnlyDictionary<string, string>> pairs, FieldErrors errors)
    {
        if (field.Default is { } otherwise) values.TryAdd(field.Name, otherwise);
        if (pairs.TryGetValue(field.Name, out var kept) && kept.Count == 0) pairs.Remove(field.Name);
        // A field that was given and is wrong has its message already.
        if (field.IsRequired && !values.ContainsKey(field.Name) && !pairs.ContainsKey(field.Name) && !errors.ByField.ContainsKey(Named(field.Name)))
            errors.Add(Named(field.Name), "is required");
    }

    private static string Named(string field) => $"{Name}.{field}";
}
