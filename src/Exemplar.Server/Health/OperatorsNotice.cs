using System.Text.Json.Nodes;
using Exemplar.Server.Console.Schedules;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Health;

/// <summary>What the operators hear about the server itself.</summary>
/// <param name="Since">Since when it stalls.</param>
/// <param name="EndedAt">Since when it goes on; null while it stalls.</param>
/// <param name="Stalls">What stood still, all that was seen in the meantime.</param>
internal sealed record OperatorsNotice(DateTimeOffset Since, DateTimeOffset? EndedAt, IReadOnlyList<Stall> Stalls)
{
    /// <summary>All reasons in one line.</summary>
    public string Reasons => string.Join("; ", Stalls.Select(stall => stall.Reason));

    /// <summary>What it says in one line of a mail program.</summary>
    /// <param name="server">Which server speaks.</param>
    public string Subject(string server) => EndedAt is null ? $"Exemplar on {server} STALLS" : $"Exemplar on {server} goes on";

    /// <summary>The same as a sentence or two.</summary>
    /// <param name="server">Which server speaks.</param>
    public string Text(string server) => EndedAt is { } endedAt
        ? $"Exemplar on {server} goes on. It stalled for {TimeWords.Long(endedAt - Since)}, from {TimeWords.Utc(Since)}: {Reasons}."
        : $"Exemplar on {server} STALLS since {TimeWords.Utc(Since)}: {Reasons}. Monitors may not be watched and alerts not be sent.";

    /// <summary>
    /// The body of the webhook. The same words stand under the names that chats read, so that their webhooks can be used as they are.
    /// </summary>
    /// <param name="server">Which server speaks: its public address, or the name of its machine.</param>
    public JsonObject Body(string server)
    {
        var text = Text(server);
        return new JsonObject
        {
            ["event"] = EndedAt is null ? "stalled" : "goes_on",
            ["server"] = server,
            ["since"] = Moments.Text(Since),
            ["ended_at"] = EndedAt is { } end ? Moments.Text(end) : null,
            ["parts"] = new JsonArray([.. Stalls.Select(stall => (JsonNode)Words<Part>.Of(stall.Part))]),
            ["reasons"] = new JsonArray([.. Stalls.Select(stall => (JsonNode)stall.Reason)]),
            ["text"] = text,
            ["content"] = text,
        };
    }
}
