using System.Text.Json;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels;
using Exemplar.Storage.Channels;

namespace Exemplar.Server.Deliveries;

/// <summary>One attempt: opens the channel's configuration, and limits the time. Whatever happens is an outcome.</summary>
internal sealed partial class Sender(ChannelKinds kinds, ChannelSecrets secrets, TimeProvider clock, ILogger<Sender> logger)
{
    /// <summary>An attempt takes at most so long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>True when a storm is folded into one message for the readers of this channel.</summary>
    public bool IsReadByPeople(StoredChannel channel) => kinds.TryFind(channel.Kind, out var kind) && kind.IsReadByPeople;

    /// <summary>True when what this channel opens has to be closed by it.</summary>
    public bool KeepsTickets(StoredChannel channel) => kinds.KeepsTickets(channel.Kind);

    /// <exception cref="OperationCanceledException">The server stops; nobody knows whether the alert arrived.</exception>
    public async Task<DeliveryOutcome> SendAsync(StoredChannel channel, Alert alert, CancellationToken stopping)
    {
        if (!kinds.TryFind(channel.Kind, out var kind))
            return new DeliveryOutcome.Refused($"The operator of this server does not allow channels of the kind {channel.Kind}.");
        if (secrets.Open(channel.Config, channel.Id) is not { } config)
            return new DeliveryOutcome.Refused("The configuration cannot be read, because the keys it was stored with are gone. Enter it anew.");
        using var patience = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);
        try
        {
            return await kind.SendAsync(config, alert, both.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return new DeliveryOutcome.Retry($"There was no answer within {Patience.TotalSeconds:0} seconds.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Its type and place, not its text: that may hold an address with a key.
            Failed(channel.Kind, channel.Id.ToString(), exception.GetType().Name, exception.StackTrace ?? "");
            return new DeliveryOutcome.Retry("A fault in Exemplar; its log says more.");
        }
    }

    /// <summary>The alert of a claimed delivery; null when it cannot be read.</summary>
    public static Alert? Read(byte[] content)
    {
        try
        {
            return AlertContent.Read(content);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(2001, LogLevel.Error, "A {Kind} channel, {ChannelId}, failed in a way it should not: {Exception}. The delivery is tried again. Please report it. {Stack}")]
    private partial void Failed(string kind, string channelId, string exception, string stack);
}
