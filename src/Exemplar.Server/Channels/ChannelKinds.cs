using System.Diagnostics.CodeAnalysis;
using Exemplar.Server.Channels.Shell;

namespace Exemplar.Server.Channels;

/// <summary>The kinds of channel there are, in the order in which people are shown them.</summary>
internal sealed class ChannelKinds
{
    private readonly Dictionary<string, IChannel> _byKind;

    public ChannelKinds(IEnumerable<IChannel> channels, ServerSettings settings)
    {
        All = [.. channels.Where(channel => settings.AllowShellChannel || channel.Kind != ShellChannel.Word)];
        _byKind = All.ToDictionary(channel => channel.Kind, StringComparer.Ordinal);
    }

    public IReadOnlyList<IChannel> All { get; }

    /// <summary>Their words, for an error message.</summary>
    public string Words => string.Join(", ", _byKind.Keys);

    /// <summary>True for the word of a kind that opens something with a downtime and has to be told to close it.</summary>
    public bool KeepsTickets(string kind) => _byKind.TryGetValue(kind, out var channel) && channel.KeepsTickets;

    /// <summary>The channel of a kind word such as <c>webhook</c>; false when there is no such kind, or the operator has not allowed it.</summary>
    public bool TryFind(string? kind, [NotNullWhen(true)] out IChannel? channel)
    {
        channel = null;
        return kind is not null && _byKind.TryGetValue(kind, out channel);
    }
}
