namespace Exemplar.Server.Channels;

/// <summary>
/// The configuration of one channel: every field as text, as <see cref="ChannelField.Shape"/> says, and pairs by themselves.
/// Holds secrets in the clear: it never goes into a log, and says nothing of them when it is printed.
/// </summary>
internal sealed class ChannelConfig(IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? pairs = null)
{
    private static readonly Dictionary<string, string> NoPairs = [];

    public IReadOnlyDictionary<string, string> Values => values;

    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> AllPairs { get; } =
        pairs ?? new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>The text of a field; empty when it is not configured.</summary>
    public string this[string field] => values.TryGetValue(field, out var value) ? value : "";

    public bool Has(string field) => this[field].Length > 0;

    public IReadOnlyDictionary<string, string> Pairs(string field) =>
        AllPairs.TryGetValue(field, out var found) ? found : NoPairs;

    public override string ToString() => $"{values.Count} configured fields";
}
