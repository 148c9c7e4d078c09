using System.Net.Http;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exemplar.Client;

/// <summary>
/// Sends heartbeats. A heartbeat that fails is a result and one warning, never an exception, unless the caller asks for it;
/// only misuse throws (<see cref="ArgumentException"/>). One client serves a whole program, on any number of threads.
/// </summary>
public sealed class ExemplarClient : IDisposable
{
    private readonly Target _target;
    private readonly HeartbeatSender _sender;
    private readonly FailureLog _failures;
    private readonly HttpClient? _owned;

    /// <summary>A client with connections of its own, for programs without dependency injection. Make one and keep it.</summary>
    /// <param name="options">How heartbeats are sent.</param>
    /// <param name="logger">Where failures are told; null for nowhere.</param>
    /// <exception cref="ArgumentException">The options cannot be used; the message says why and never holds the key.</exception>
    public ExemplarClient(ExemplarOptions options, ILogger<ExemplarClient>? logger = null)
    {
        _target = Target.Of(Checked(options, nameof(options)));
        _owned = new HttpClient(ClientHandler.Create(_target.AttemptTimeout)) { Timeout = Timeout.InfiniteTimeSpan };
        _sender = new HeartbeatSender(() => _owned, _target, TimeProvider.System);
        _failures = new FailureLog(logger ?? NullLogger<ExemplarClient>.Instance);
    }

    internal ExemplarClient(Target target, Func<HttpClient> http, TimeProvider clock, ILogger<ExemplarClient> logger)
    {
        _target = target;
        _sender = new HeartbeatSender(http, target, clock);
        _failures = new FailureLog(logger);
    }

    /// <summary>Sends a heartbeat.</summary>
    /// <param name="monitorId">The monitor's id.</param>
    /// <param name="metadata">What to keep beside it, at most 16 KiB as compact JSON; null for nothing.</param>
    /// <param name="cancellationToken">Gives the heartbeat up.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="ArgumentException">The id is empty, or the metadata too large or not to be written as JSON. Nothing was sent.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ExemplarException">It failed, and <see cref="ExemplarOptions.ThrowOnError"/> is set.</exception>
    public Task<HeartbeatResult> SendHeartbeatAsync(string monitorId, JsonObject? metadata = null, CancellationToken cancellationToken = default) =>
        SendAsync(CheckedId(monitorId), Metadata.Write(metadata), null, null, cancellationToken);

    /// <summary>Sends a heartbeat with metadata of a type of yours.</summary>
    /// <param name="monitorId">The monitor's id.</param>
    /// <param name="metadata">What to keep beside it; a JSON object of at most 16 KiB.</param>
    /// <param name="metadataType">How the metadata is written, from a <c>JsonSerializerContext</c>.</param>
    /// <param name="cancellationToken">Gives the heartbeat up.</param>
    /// <inheritdoc cref="SendHeartbeatAsync(string, JsonObject?, CancellationToken)"/>
    public Task<HeartbeatResult> SendHeartbeatAsync<T>(
        string monitorId, T metadata, JsonTypeInfo<T> metadataType, CancellationToken cancellationToken = default) =>
        SendAsync(CheckedId(monitorId), Metadata.Write(metadata, Checked(metadataType, nameof(metadataType))), null, null, cancellationToken);

    /// <summary>Sends a heartbeat with all that can be said about it.</summary>
    /// <param name="heartbeat">The heartbeat.</param>
    /// <param name="cancellationToken">Gives the heartbeat up.</param>
    /// <inheritdoc cref="SendHeartbeatAsync(string, JsonObject?, CancellationToken)"/>
    public Task<HeartbeatResult> SendHeartbeatAsync(Heartbeat heartbeat, CancellationToken cancellationToken = default)
    {
        Checked(heartbeat, nameof(heartbeat));
        return SendAsync(
            CheckedId(heartbeat.MonitorId), Metadata.Write(heartbeat.Metadata), heartbeat.OccurredAt, heartbeat.ThrowOnError, cancellationToken);
    }

    /// <summary>Runs work and sends a heartbeat when it succeeds. What the work throws is thrown, untouched, and no heartbeat is sent.</summary>
    /// <param name="monitorId">The monitor's id.</param>
    /// <param name="work">The work. It gets the token.</param>
    /// <param name="cancellationToken">For the work only: work that is done is told.</param>
    /// <exception cref="ArgumentException">The id is empty; the work was not begun.</exception>
    /// <exception cref="ExemplarException">The work succeeded, its heartbeat failed, and <see cref="ExemplarOptions.ThrowOnError"/> is set.</exception>
    public Task RunAsync(string monitorId, Func<CancellationToken, Task> work, CancellationToken cancellationToken = default)
    {
        Checked(work, nameof(work));
        return RunAsync(monitorId, async token =>
        {
            await work(token).ConfigureAwait(false);
            return true;
        }, null, cancellationToken);
    }

    /// <summary>Runs work that has a result and sends a heartbeat when it succeeds.</summary>
    /// <param name="monitorId">The monitor's id.</param>
    /// <param name="work">The work. It gets the token.</param>
    /// <param name="metadata">
    /// What to keep beside the heartbeat, made from the work's result; null for nothing. What it throws, or makes over 16 KiB, costs the
    /// metadata, not the heartbeat and not the result.
    /// </param>
    /// <param name="cancellationToken">For the work only: work that is done is told.</param>
    /// <returns>The work's result.</returns>
    /// <inheritdoc cref="RunAsync(string, Func{CancellationToken, Task}, CancellationToken)"/>
    public async Task<T> RunAsync<T>(
        string monitorId, Func<CancellationToken, Task<T>> work, Func<T, JsonObject?>? metadata = null, CancellationToken cancellationToken = default)
    {
        CheckedId(monitorId);
        var result = await Checked(work, nameof(work))(cancellationToken).ConfigureAwait(false);
        await SendMadeAsync(monitorId, metadata is null ? null : () => metadata(result), CancellationToken.None).ConfigureAwait(false);
        return result;
    }

    /// <summary>Sends a heartbeat whose metadata a function of the app makes; when it fails, the heartbeat goes without them.</summary>
    internal Task<HeartbeatResult> SendMadeAsync(string monitorId, Func<JsonObject?>? make, CancellationToken cancellationToken)
    {
        byte[]? metadata = null;
        try
        {
            metadata = Metadata.Write(make?.Invoke());
            _failures.MetadataMade(monitorId);
        }
        catch (Exception exception)
        {
            _failures.MetadataFailed(monitorId, exception);
        }
        return SendAsync(monitorId, metadata, null, null, cancellationToken);
    }

    /// <summary>The address, never the key.</summary>
    public override string ToString() => $"{nameof(ExemplarClient)} of {_target.BaseUrl}";

    /// <summary>Closes the connections when they are the client's own.</summary>
    public void Dispose() => _owned?.Dispose();

    internal static T Checked<T>(T? argument, string name) where T : class => argument ?? throw new ArgumentNullException(name);

    internal static string CheckedId(string? monitorId) =>
        string.IsNullOrWhiteSpace(monitorId) ? throw new ArgumentException("The monitor's id is empty.", nameof(monitorId)) : monitorId!;

    private async Task<HeartbeatResult> SendAsync(
        string monitorId, byte[]? metadata, DateTimeOffset? occurredAt, bool? throwOnError, CancellationToken cancellationToken)
    {
        var body = Metadata.Body(monitorId, metadata, occurredAt);
        var result = await _sender.SendAsync(body, cancellationToken).ConfigureAwait(false);
        _failures.Say(monitorId, result);
        return result.Ok || !(throwOnError ?? _target.ThrowOnError) ? result : throw new ExemplarException(monitorId, result);
    }
}
