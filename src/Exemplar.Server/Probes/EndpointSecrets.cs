namespace Exemplar.Server.Probes;

/// <summary>
/// What an endpoint is asked with and may hold secrets. In the clear: it never goes into a log or an answer, and says nothing when it is
/// printed.
/// </summary>
/// <param name="Headers">By name, in either case.</param>
/// <param name="Body">Null when there is none.</param>
internal sealed record EndpointSecrets(IReadOnlyDictionary<string, string> Headers, string? Body)
{
    public static readonly EndpointSecrets None = new(new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase), null);

    public bool IsEmpty => Headers.Count == 0 && Body is null;

    public override string ToString() => $"{Headers.Count} headers";
}
