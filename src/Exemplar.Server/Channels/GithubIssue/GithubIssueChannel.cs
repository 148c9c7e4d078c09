using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.GithubIssue;

/// <summary>
/// Opens an issue with an incident, comments on what becomes of its monitors, closes it with the last of them. Nothing is remembered
/// here: the issue is found again by a mark in its text.
/// </summary>
internal sealed class GithubIssueChannel(OutboundHttp http, AlertLinks links) : IChannel
{
    private const int LongestTitle = 250;
    private const int Longest = 8_000;

    public string Kind => "github_issue";

    public string Title => "GitHub issue";

    public bool IsReadByPeople => false;

    public bool KeepsTickets => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("repository", "Repository") { IsRequired = true, Longest = 140, Help = "owner/name" },
        new("token", "Token") { IsRequired = true, IsSecret = true, Longest = 300, Help = "A fine-grained token that may read and write the issues of that repository." },
        new("labels", "Labels") { Longest = 500, Help = "For new issues, separated by commas." },
        new("api_url", "API address") { Shape = FieldShape.Address, Default = "https://api.github.com", Help = "https://HOST/api/v3 for a GitHub Enterprise Server." },
    ];

    public void Validate(ChannelConfig config, FieldErrors errors)
    {
        var parts = config["repository"].Split('/');
        if (parts.Length != 2 || !parts.All(part => part.Length > 0 && part is not ("." or "..") && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
            errors.Add("config.repository", "must be owner/name");
    }

    public async Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken)
    {
        if (alert.Event == AlertEvent.Late) return TicketKey.LateIsNotTold;
        var issues = new GithubIssues(http, config, SecretMask.Of(this, config));
        var mark = $"<!-- exemplar: {TicketKey.Of(alert)} -->";
        var (found, fault) = await issues.FindAsync(mark, alert.Incident?.OpenedAt ?? alert.At, cancellationToken);
        if (fault is not null) return fault;

        var text = MarkdownCode.Message(AlertText.Of(alert, links), Longest);
        return alert.Event switch
        {
            AlertEvent.Recovered when alert.OthersAreDown => found is { IsOpen: true } open
                ? await issues.CommentAsync(open.Number, text, cancellationToken)
                : new DeliveryOutcome.Delivered("There is no open issue of this incident to comment on."),
            AlertEvent.Recovered => await CloseAsync(issues, found, text, cancellationToken),
            AlertEvent.Reminder when found is { } issue => await issues.CommentAsync(issue.Number, text, cancellationToken),
            AlertEvent.Test => await TestAsync(issues, found, config, alert, text, mark, cancellationToken),
            // An attempt whose answer was lost has opened it already.
            _ when found is { } issue && issue.Text.Contains(DeliveryMark(alert), StringComparison.Ordinal) =>
                new DeliveryOutcome.Delivered($"The issue #{issue.Number} is there already."),
            _ when found is { } issue => await JoinAsync(issues, issue, text, cancellationToken),
            _ => (await issues.OpenAsync(Issue(config, alert, text, mark), cancellationToken)).Outcome,
        };
    }

    private static async Task<DeliveryOutcome> CloseAsync(GithubIssues issues, GithubIssues.Found? found, string text, CancellationToken cancellationToken)
    {
        if (found is not { } issue) return new DeliveryOutcome.Delivered("There is no issue of this incident to close.");
        if (!issue.IsOpen) return new DeliveryOutcome.Delivered($"The issue #{issue.Number} is closed already.");
        // The comment first: repeated it does no harm, while a closed issue would not be looked at again.
        var comment = await issues.CommentAsync(issue.Number, text, cancellationToken);
        return comment is DeliveryOutcome.Delivered ? await issues.CloseAsync(issue.Number, cancellationToken) : comment;
    }

    /// <summary>Another monitor of the incident went down. Its issue may be closed already, when all who were down before are up again.</summary>
    private static async Task<DeliveryOutcome> JoinAsync(GithubIssues issues, GithubIssues.Found issue, string text, CancellationToken cancellationToken)
    {
        var comment = await issues.CommentAsync(issue.Number, text, cancellationToken);
        return comment is DeliveryOutcome.Delivered && !issue.IsOpen ? await issues.OpenAgainAsync(issue.Number, cancellationToken) : comment;
    }

    private async Task<DeliveryOutcome> TestAsync(
        GithubIssues issues, GithubIssues.Found? found, ChannelConfig config, Alert alert, string text, string mark, CancellationToken cancellationToken)
    {
        var number = found?.Number;
        if (number is null)
        {
            var (opened, outcome) = await issues.OpenAsync(Issue(config, alert, text, mark), cancellationToken);
            if (opened is null) return outcome;
            number = opened;
        }
        return await issues.CloseAsync(number.Value, cancellationToken);
    }

    /// <summary>Tells an attempt that opened the issue, whose answer was lost, from another monitor that goes down.</summary>
    private static string DeliveryMark(Alert alert) => $"<!-- exemplar: delivery {alert.DeliveryId} -->";

    private JsonObject Issue(ChannelConfig config, Alert alert, string text, string mark)
    {
        var issue = new JsonObject
        {
            // Titles know no Markdown, but a name after @ or # would be a link.
            ["title"] = PlainText.Cut(AlertText.Of(alert, links).Subject.Replace("@", "@\u2060", StringComparison.Ordinal), LongestTitle),
            ["body"] = $"{text}\n\n{mark}\n{DeliveryMark(alert)}\n",
        };
        var labels = config["labels"].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (labels.Length > 0) issue["labels"] = new JsonArray([.. labels.Select(label => (JsonNode)label)]);
        return issue;
    }
}
