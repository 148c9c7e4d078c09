using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;

namespace Exemplar.Server.Channels.GithubIssue;

/// <summary>The issues of one repository, through GitHub's REST API.</summary>
internal sealed class GithubIssues(OutboundHttp http, ChannelConfig config, SecretMask mask)
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMinutes(1);

    // In Unix seconds: what a moment can hold.
    private const long LatestReset = 100_000_000_000;

    private const int PerPage = 30;
    private const int MostPages = 20;

    // A list holds whole issues with their texts, which are up to 64 KiB each.
    private const int LargestList = 4 * 1024 * 1024;

    /// <summary>An issue that was found again.</summary>
    public readonly record struct Found(int Number, bool IsOpen, string Text);

    private string Issues => $"{config["api_url"].TrimEnd('/')}/repos/{config["repository"]}/issues";

    /// <summary>
    /// Looks for an issue by a mark in its text, among those that changed since a moment. Listed rather than searched: the search
    /// knows a new issue only after a while, and an attempt is repeated sooner.
    /// </summary>
    public async Task<(Found? Issue, DeliveryOutcome? Fault)> FindAsync(string mark, DateTimeOffset since, CancellationToken cancellationToken)
    {
        // A little before, in case the clocks differ.
        var from = Uri.EscapeDataString(Moments.Text(since.AddMinutes(-10)));
        for (var page = 1; page <= MostPages; page++)
        {
            var answer = await SendAsync(
                OutboundRequest.Get($"{Issues}?state=all&sort=created&direction=desc&since={from}&per_page={PerPage}&page={page}") with { MostBytes = LargestList }, cancellationToken);
            if (!answer.IsTaken) return (null, answer.Outcome);
            if (answer.Json() is not { ValueKind: JsonValueKind.Array } list)
                return (null, new DeliveryOutcome.Retry("The list of issues cannot be read."));
            foreach (var issue in list.EnumerateArray())
            {
                if (IsMarked(issue, mark)) return (new Found(issue.GetProperty("number").GetInt32(), Text(issue, "state") == "open", Text(issue, "body")), null);
            }
            if (list.GetArrayLength() < PerPage) break;
        }
        return (null, null);
    }

    public async Task<(int? Number, DeliveryOutcome Outcome)> OpenAsync(JsonObject issue, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(OutboundRequest.Json(Issues, issue) with { MostBytes = LargestList }, cancellationToken);
        if (!answer.IsTaken) return (null, answer.Outcome);
        if (answer.Json() is not { ValueKind: JsonValueKind.Object } body || !body.TryGetProperty("number", out var number) || !number.TryGetInt32(out var value))
            return (null, new DeliveryOutcome.Retry("The answer names no issue."));
        return (value, new DeliveryOutcome.Delivered($"The issue #{value} is open."));
    }

    public async Task<DeliveryOutcome> CommentAsync(int number, string text, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(OutboundRequest.Json($"{Issues}/{number}/comments", new JsonObject { ["body"] = text }), cancellationToken);
        return answer.IsTaken ? new DeliveryOutcome.Delivered($"The issue #{number} has a comment.") : answer.Outcome;
    }

    public async Task<DeliveryOutcome> CloseAsync(int number, CancellationToken cancellationToken)
    {
        var closing = new JsonObject { ["state"] = "closed", ["state_reason"] = "completed" };
        var answer = await SendAsync(OutboundRequest.Json($"{Issues}/{number}", closing, HttpMethod.Patch), cancellationToken);
        return answer.IsTaken ? new DeliveryOutcome.Delivered($"The issue #{number} is closed.") : answer.Outcome;
    }

    public async Task<DeliveryOutcome> OpenAgainAsync(int number, CancellationToken cancellationToken)
    {
        var opening = new JsonObject { ["state"] = "open", ["state_reason"] = "reopened" };
        var answer = await SendAsync(OutboundRequest.Json($"{Issues}/{number}", opening, HttpMethod.Patch), cancellationToken);
        return answer.IsTaken ? new DeliveryOutcome.Delivered($"The issue #{number} is open again.") : answer.Outcome;
    }

    private async Task<OutboundAnswer> SendAsync(OutboundRequest request, CancellationToken cancellationToken)
    {
        var answer = await http.SendAsync(
            request.With("Authorization", "Bearer " + config["token"]).With("Accept", "application/vnd.github+json").With("X-GitHub-Api-Version", "2022-11-28"),
            mask, cancellationToken);
        return IsLimited(answer) ? answer with { Outcome = new DeliveryOutcome.Retry(answer.Outcome.Detail, Wait(answer)) } : answer;
    }

    // GitHub says 403 for its limits too, and of its secondary ones in the text only.
    private static bool IsLimited(OutboundAnswer answer) => answer.Status == 429 || (answer.Status == 403
        && (answer.Headers.ContainsKey("retry-after") || IsUsedUp(answer) || answer.Body.Contains("rate limit", StringComparison.OrdinalIgnoreCase)));

    private static bool IsUsedUp(OutboundAnswer answer) => answer.Headers.GetValueOrDefault("x-ratelimit-remaining") == "0";

    // Its end is said by GitHub's clock. Where nothing is said, GitHub asks for a minute at least, and may lock out who comes sooner.
    private static TimeSpan Wait(OutboundAnswer answer)
    {
        if (OutboundHttp.Seconds(answer.Headers.GetValueOrDefault("retry-after")) is { } asked) return asked;
        var wait = IsUsedUp(answer)
            && long.TryParse(answer.Headers.GetValueOrDefault("x-ratelimit-reset"), NumberStyles.None, CultureInfo.InvariantCulture, out var reset) && reset < LatestReset
            && DateTimeOffset.TryParse(answer.Headers.GetValueOrDefault("date"), CultureInfo.InvariantCulture, out var said)
                ? DateTimeOffset.FromUnixTimeSeconds(reset) - said
                : ShortestWait;
        return wait > ShortestWait ? wait : ShortestWait;
    }

    // Pull requests are issues too; a mark in one is none of ours.
    private static bool IsMarked(JsonElement issue, string mark) =>
        issue.ValueKind == JsonValueKind.Object && !issue.TryGetProperty("pull_request", out _) && Text(issue, "body").Contains(mark, StringComparison.Ordinal);

    private static string Text(JsonElement issue, string name) =>
        issue.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
