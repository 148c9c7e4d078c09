using System.Text.Json.Nodes;
using Exemplar.Cli.Output;
using Exemplar.Cli.Settings;
using Exemplar.Cli.Spool;
using Exemplar.Client;

namespace Exemplar.Cli.Heartbeats;

/// <summary>What became of a heartbeat.</summary>
/// <param name="Result">What the client says.</param>
/// <param name="IsKept">Whether it waits on the disk for the next call.</param>
internal sealed record Dispatch(HeartbeatResult Result, bool IsKept)
{
    /// <summary>As JSON, with the names of the contract.</summary>
    public JsonObject ToJson() => new()
    {
        ["ok"] = Result.Ok,
        ["kept"] = IsKept,
        ["status"] = Result.Status,
        ["code"] = Result.Code,
        ["error"] = Result.Error,
        ["attempts"] = Result.Attempts,
        ["monitor_id"] = Result.MonitorId,
        ["check_id"] = Result.CheckId,
        ["monitor_status"] = Result.MonitorStatus,
        ["received_at"] = At(Result.ReceivedAt),
        ["next_expected_at"] = At(Result.NextExpectedAt),
        ["deadline_at"] = At(Result.DeadlineAt),
    };

    private static string? At(DateTimeOffset? moment) => moment is { } at ? Moment.Write(at) : null;
}

/// <summary>
/// Sends a heartbeat; keeps it when the server cannot be reached; delivers what was kept when it can. What was kept under another
/// key is sent only by <see cref="DeliverAllAsync"/> when it is told so, and never lost in silence.
/// </summary>
internal sealed class Postman(Connection connection, TimeProvider clock)
{
    /// <summary>A spool of a thousand must not hold up a job's end; the rest goes with the next call.</summary>
    private static readonly TimeSpan DeliveryTime = TimeSpan.FromSeconds(5);

    /// <summary>So long the jobs of another organization on this machine have to deliver their own, also those that run daily.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(36);

    private readonly SpoolFolders _folders = connection.Spools(clock);

    /// <summary>Sends, and says on stderr what did not work.</summary>
    /// <param name="monitorId">The monitor.</param>
    /// <param name="metadata">What to keep beside it.</param>
    /// <param name="doneAt">When the work was done; null for now.</param>
    /// <param name="hurry">Cancelled when there is no more time: what is not sent is kept.</param>
    /// <exception cref="ArgumentException">The metadata cannot be sent.</exception>
    public async Task<Dispatch> SendAsync(string monitorId, JsonObject? metadata, DateTimeOffset? doneAt, CancellationToken hurry)
    {
        var occurredAt = doneAt ?? clock.GetUtcNow();
        using var client = new ExemplarClient(connection.Options);
        var result = await TrySendAsync(client, new Heartbeat(monitorId) { Metadata = metadata, OccurredAt = doneAt }, hurry);
        if (result.Ok)
        {
            using var time = new CancellationTokenSource(DeliveryTime, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, hurry);
            await DeliverAsync(_folders.Own, isOurs: true, isAsked: false, either.Token);
            TellOfOtherKeys();
            return new Dispatch(result, false);
        }
        var kept = IsUnreachable(result) && occurredAt > clock.GetUtcNow() - HeartbeatSpool.MaxAge && TryKeep(monitorId, metadata, occurredAt);
        Terminal.Complain($"the heartbeat of monitor {monitorId} was not accepted ({Wording.Of(result)}): {result.Error}"
            + (kept ? " It is kept and goes with the next call." : ""));
        return new Dispatch(result, kept);
    }

    /// <summary>Delivers all that waits for this server, however long it takes.</summary>
    /// <param name="otherKeys">Also what was kept under other keys, with the present one.</param>
    /// <param name="cancelled">Gives it up.</param>
    /// <returns>How many were delivered, and how many of those that were meant still wait.</returns>
    public async Task<(int Delivered, int Left)> DeliverAllAsync(bool otherKeys, CancellationToken cancelled)
    {
        var own = _folders.Own;
        var delivered = await DeliverAsync(own, isOurs: true, isAsked: true, cancelled);
        var left = own.Waiting().Count();
        if (!otherKeys) return (delivered, left);
        foreach (var other in _folders.OfOtherKeys())
        {
            delivered += await DeliverAsync(other, isOurs: false, isAsked: true, cancelled);
            left += other.Waiting().Count();
        }
        return (delivered, left);
    }

    private static async Task<HeartbeatResult> TrySendAsync(ExemplarClient client, Heartbeat heartbeat, CancellationToken hurry)
    {
        try
        {
            return await client.SendHeartbeatAsync(heartbeat, hurry);
        }
        catch (OperationCanceledException)
        {
            return new HeartbeatResult { Code = "timeout", Error = "There was no time left to send it." };
        }
    }

    /// <summary>Not the server's own word on this heartbeat: it was not there, was not well, or somebody else answered.</summary>
    private static bool IsUnreachable(HeartbeatResult result) =>
        result.Status is null or 429 or >= 500 || result.Code is "invalid_answer" or "redirect_not_followed";

    private bool TryKeep(string monitorId, JsonObject? metadata, DateTimeOffset occurredAt)
    {
        var spool = _folders.Own;
        try
        {
            spool.Keep(monitorId, metadata, occurredAt);
            TellOfGivenUp(spool);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Terminal.Complain($"the heartbeat could not be kept in {spool.Folder}: {exception.Message}");
            return false;
        }
    }

    private async Task<int> DeliverAsync(HeartbeatSpool spool, bool isOurs, bool isAsked, CancellationToken hurry)
    {
        using var right = spool.TryBegin();
        if (right is null) return 0;
        using var client = new ExemplarClient(new ExemplarOptions
        {
            ApiKey = connection.Options.ApiKey, BaseUrl = connection.Options.BaseUrl, UserAgentName = connection.Options.UserAgentName, MaxAttempts = 1,
        });
        var delivered = 0;
        foreach (var waiting in spool.Waiting())
        {
            var heartbeat = new Heartbeat(waiting.MonitorId) { Metadata = waiting.Metadata, OccurredAt = waiting.OccurredAt };
            var result = await TrySendAsync(client, heartbeat, hurry);
            // The key may be mended, and the server get well.
            if (!result.Ok && (IsUnreachable(result) || result.Status is 401 or 403))
            {
                if (isAsked) Terminal.Complain($"what waits could not be delivered ({Wording.Of(result)}): {result.Error}");
                break;
            }
            if (result.Ok) delivered++;
            else
                Terminal.Complain($"a kept heartbeat of monitor {waiting.MonitorId} from {Moment.Write(waiting.OccurredAt)} was refused ({Wording.Of(result)}): {result.Error}");
            // To this key a monitor of another organization is unknown; its own key will be asked.
            if (result.Ok || isOurs) HeartbeatSpool.Remove(waiting.File);
        }
        TellOfGivenUp(spool);
        return delivered;
    }

    private void TellOfOtherKeys()
    {
        foreach (var other in _folders.OfOtherKeys())
        {
            if (other.TakeTurnToTell(clock.GetUtcNow() - Forgotten))
                Terminal.Complain("heartbeats wait on this machine that were kept under another API access token. If that was replaced by the present one, "
                    + "exemplar spool deliver --other-keys sends them. They are given up 7 days after the work.");
            TellOfGivenUp(other);
        }
    }

    private static void TellOfGivenUp(HeartbeatSpool spool)
    {
        if (spool.GivenUp > 0)
            Terminal.Complain($"kept heartbeats that were given up: {spool.GivenUp}. The server takes none older than 7 days, and at most {HeartbeatSpool.MaxHeartbeats} are kept.");
    }
}
