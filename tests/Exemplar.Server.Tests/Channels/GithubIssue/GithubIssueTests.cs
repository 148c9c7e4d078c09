using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Ids;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Channels.GithubIssue;

public sealed class GithubIssueTests : IDisposable
{
    private readonly ChannelStand _stand = new();
    private readonly FakeGithub _github = new();

    [Fact]
    public async Task An_incident_has_one_issue_which_is_commented_on_and_closed()
    {
        await using var rig = await HttpRig.StartAsync(_github.Service);
        Assert.Equal("The issue #1 is open.", await SendAsync(rig, Alerts.Down()));
        Assert.Equal("The issue #1 has a comment.", await SendAsync(rig, Alerts.Of(AlertEvent.Reminder)));
        Assert.Equal("The issue #1 is closed.", await SendAsync(rig, Alerts.Of(AlertEvent.Recovered)));

        var issue = Assert.Single(_github.Issues);
        Assert.Equal(("DOWN Nightly backup", "closed"), ((string?)issue["title"], (string?)issue["state"]));
        Assert.Equal(["incident", "exemplar"], issue["labels"]!.AsArray().Select(label => (string?)label));
        Assert.Equal([1, 1], _github.Comments.Select(comment => comment.Number));
    }

    [Fact]
    public async Task An_attempt_whose_answer_was_lost_opens_no_second_issue()
    {
        await using var rig = await HttpRig.StartAsync(_github.Service);
        await SendAsync(rig, Alerts.Down());
        Assert.Equal("The issue #1 is there already.", await SendAsync(rig, Alerts.Down()));
        Assert.Single(_github.Issues);
    }

    [Fact]
    public async Task Another_monitor_of_the_incident_is_a_comment_and_opens_the_issue_again_when_it_was_closed()
    {
        await using var rig = await HttpRig.StartAsync(_github.Service);
        await SendAsync(rig, Alerts.Down());
        var other = Alerts.Down("Other") with { DeliveryId = EntityId.Create(Alerts.At, 8) };
        Assert.Equal("The issue #1 has a comment.", await SendAsync(rig, other));
        await SendAsync(rig, Alerts.Of(AlertEvent.Recovered));
        Assert.Equal("The issue #1 is open again.", await SendAsync(rig, other with { DeliveryId = EntityId.Create(Alerts.At, 9) }));

        Assert.Equal("open", (string?)Assert.Single(_github.Issues)["state"]);
        Assert.Contains("DOWN Other", _github.Comments[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_recovery_of_a_part_is_a_comment_on_an_issue_that_is_open()
    {
        await using var rig = await HttpRig.StartAsync(_github.Service);
        var part = Alerts.Of(AlertEvent.Recovered) with { OthersAreDown = true };
        Assert.Equal("There is no open issue of this incident to comment on.", await SendAsync(rig, part));
        await SendAsync(rig, Alerts.Down());
        Assert.Equal("The issue #1 has a comment.", await SendAsync(rig, part));
        Assert.Equal("open", (string?)Assert.Single(_github.Issues)["state"]);
    }

    [Fact]
    public async Task The_issue_is_found_behind_many_others()
    {
        await using var rig = await HttpRig.StartAsync(_github.Service);
        await SendAsync(rig, Alerts.Down());
        for (var number = 2; number < 80; number++)
            _github.Issues.Insert(0, new JsonObject { ["number"] = number, ["state"] = "open", ["title"] = "other", ["body"] = null });
        Assert.Equal("The issue #1 is closed.", await SendAsync(rig, Alerts.Of(AlertEvent.Recovered)));
    }

    [Fact]
    public async Task A_pull_request_with_the_mark_is_none_of_ours()
    {
        await using var rig = await HttpRig.StartAsync(_github.Service);
        _github.Issues.Add(new JsonObject
        {
            ["number"] = 1, ["state"] = "open", ["title"] = "x", ["body"] = $"<!-- exemplar: {Alerts.IncidentId} -->", ["pull_request"] = new JsonObject(),
        });
        Assert.Equal("The issue #2 is open.", await SendAsync(rig, Alerts.Down()));
    }

    [Fact]
    public async Task What_somebody_has_closed_stays_closed()
    {
        await using var rig = await HttpRig.StartAsync(_github.Service);
        await SendAsync(rig, Alerts.Down());
        _github.Issues[0]["state"] = "closed";
        Assert.Equal("The issue #1 is closed already.", await SendAsync(rig, Alerts.Of(AlertEvent.Recovered)));
        Assert.Empty(_github.Comments);
    }

    [Fact]
    public async Task A_test_opens_an_issue_and_closes_it()
    {
        await using var rig = await HttpRig.StartAsync(_github.Service);
        Assert.Equal("The issue #1 is closed.", await SendAsync(rig, Alerts.Of(AlertEvent.Test)));
        Assert.Equal("closed", (string?)Assert.Single(_github.Issues)["state"]);
    }

    [Theory]
    [InlineData("x-ratelimit-remaining", "0", 60)]
    [InlineData("Retry-After", "70", 70)]
    // GitHub says nothing of the wait: at least a minute, by its documentation.
    [InlineData("x-ratelimit-remaining", "42", 60)]
    public async Task A_limit_of_github_is_no_refusal(string header, string value, int seconds)
    {
        await using var service = await FakeService.StartAsync(new FakeAnswer(403, """{"message":"You have exceeded a secondary rate limit. Please wait a few minutes."}""")
        {
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { [header] = value },
        });
        var outcome = await _stand.Channel("github_issue").SendAsync(
            _stand.Config("github_issue", _github.Service.Config(service.Address)), Alerts.Down(), CancellationToken.None);
        Assert.Equal(seconds, Assert.IsType<DeliveryOutcome.Retry>(outcome).After?.TotalSeconds);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(429)]
    public async Task A_limit_that_is_used_up_is_waited_out(int status)
    {
        await using var service = await FakeService.StartAsync(new FakeAnswer(status, "API rate limit exceeded")
        {
            Headers = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Date"] = "Mon, 23 Nov 2026 05:06:00 GMT", ["x-ratelimit-remaining"] = "0", ["x-ratelimit-reset"] = "1795410960",
            },
        });
        var outcome = await _stand.Channel("github_issue").SendAsync(
            _stand.Config("github_issue", _github.Service.Config(service.Address)), Alerts.Down(), CancellationToken.None);
        Assert.Equal(TimeSpan.FromMinutes(10), Assert.IsType<DeliveryOutcome.Retry>(outcome).After);
    }

    [Fact]
    public async Task A_token_that_may_not_is_refused()
    {
        await using var service = await FakeService.StartAsync(new FakeAnswer(403, """{"message":"Resource not accessible by personal access token"}"""));
        Assert.IsType<DeliveryOutcome.Refused>(await _stand.Channel("github_issue").SendAsync(
            _stand.Config("github_issue", _github.Service.Config(service.Address)), Alerts.Down(), CancellationToken.None));
    }

    public void Dispose() => _stand.Dispose();

    private async Task<string> SendAsync(HttpRig rig, Alert alert) => Assert.IsType<DeliveryOutcome.Delivered>(
        await _stand.Channel("github_issue").SendAsync(_stand.Config("github_issue", rig.Config), alert, CancellationToken.None)).Detail;
}
