namespace Exemplar.Core.Incidents;

/// <summary>What monitors that fail together may have in common: the host their job ran on, and their tags.</summary>
/// <param name="Host">The host named in the metadata of the last heartbeat; null when none is.</param>
/// <param name="Tags">The tags, each once.</param>
public sealed record Traits(string? Host, IReadOnlyList<string> Tags)
{
    /// <summary>What both have; null when that is nothing.</summary>
    public Traits? SharedWith(Traits other)
    {
        var host = Host is not null && string.Equals(Host, other.Host, StringComparison.OrdinalIgnoreCase) ? Host : null;
        string[] tags = [.. Tags.Intersect(other.Tags, StringComparer.Ordinal)];
        return host is null && tags.Length == 0 ? null : new Traits(host, tags);
    }

    /// <summary>As a title names it: the host, else the first tag; empty when there is neither.</summary>
    public string Words => Host is { } host ? $"host {host}" : Tags is [var tag, ..] ? $"tag {tag}" : "";
}
