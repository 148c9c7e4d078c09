using Exemplar.Core.Audit;
using Exemplar.Core.Checks;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Periods;
using Exemplar.Server.Console.Audit;
using Exemplar.Server.Console.Checks;
using Exemplar.Server.Console.Monitors;
using Exemplar.Server.Console.Periods;
using Exemplar.Storage.Monitors;

namespace Exemplar.Server.Tests.Console;

/// <summary>What the console makes of data before a page shows it.</summary>
public sealed class ConsoleWordsTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, "")]
    [InlineData("plain, with a comma", "\"plain, with a comma\"")]
    [InlineData("says \"no\"", "\"says \"\"no\"\"\"")]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("  =1+1", "\"'  =1+1\"")]
    [InlineData("+49", "\"'+49\"")]
    [InlineData("-2", "\"'-2\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\tx", "\"'\tx\"")]
    [InlineData("＝1", "\"'＝1\"")]
    [InlineData("a=1", "\"a=1\"")]
    public void A_spreadsheet_takes_no_text_for_a_formula(string? text, string cell) => Assert.Equal(cell, CheckDownloads.Cell(text));

    [Fact]
    public void A_filter_reads_the_address_that_it_writes()
    {
        var filter = new MonitorFilter("a&b=c ü", MonitorStatus.Late, MonitorKind.Ssl, "x&tag=y", MonitorOrder.LastHeartbeat, IsReversed: true, Page: 7);
        var query = System.Web.HttpUtility.ParseQueryString(filter.Address.Split('?')[1]);
        Assert.Equal(filter, MonitorFilter.Read(query["q"], query["status"], query["kind"], query["tag"], query["sort"], int.Parse(query["page"]!)));
        Assert.Equal("/monitors", MonitorFilter.None.Address);
        Assert.Equal(MonitorFilter.None, MonitorFilter.Read(" ", "fine", "fax", "", "-", -1));
        Assert.Equal(MonitorFilter.None with { IsReversed = true }, MonitorFilter.None.By(MonitorOrder.Status));
    }

    [Fact]
    public void A_range_is_a_span_or_moments_that_make_sense()
    {
        Assert.Equal("range=7d", TimelineRange.Read("7d", null, null, TimelineSpan.Default).Query);
        Assert.Equal("range=24h", TimelineRange.Read("odd", "2026-03-04T10:00:00Z", "2026-03-04T09:00:00Z", TimelineSpan.Default).Query);
        var chosen = TimelineRange.Read(null, "2026-03-04T10:00", "2026-03-04T11:00:00Z", TimelineSpan.Default);
        Assert.Equal((Start, Start.AddHours(1)), chosen.At(Start.AddDays(1)));
        Assert.Equal((Start, Start.AddMinutes(30)), chosen.At(Start.AddMinutes(30)));
        Assert.Equal(chosen, TimelineRange.Read(null, "2026-03-04T10:00:00.000Z", "2026-03-04T11:00:00.000Z", TimelineSpan.Default));
        var (from, to) = chosen.At(Start.AddDays(-1));
        Assert.True(from < to);
        Assert.Equal(
            ["1h", "24h", "24h"],
            new[] { TimeSpan.FromMinutes(59), TimeSpan.FromHours(1), TimeSpan.FromDays(9) }.Select(age => TimelineRange.Read(null, null, null, TimelineSpan.For(age)).Name));
    }

    [Fact]
    public void The_audit_log_is_told_in_words()
    {
        static (string, string?, string) Told(string field, string? before, string? after)
        {
            var change = new AuditChange(field, before, after);
            return (AuditWords.Field(field), AuditWords.Before(change), AuditWords.After(change));
        }

        Assert.Equal(("expected interval", "5 min", "10 min"), Told("expected_interval_minutes", "5", "10"));
        Assert.Equal(("check retention", "90 days", "30 days"), Told("check_retention_days", "90", "30"));
        Assert.Equal(("alert policy: announce late", null, "no"), Told("alert_policy.announce_late", null, "false"));
        Assert.Equal(("reminder", "none", "30 min"), Told("reminder_minutes", "none", "30"));
        Assert.Equal(("config", null, "changed"), Told("config", "as it was", "changed"));
        Assert.Equal(("tags", "nothing", "eu_west"), Told("tags", "", "eu_west"));
        Assert.Equal(("overrides", "Ada 2026-01-01T00:00:00Z to 2026-01-02T00:00:00Z", "nothing"), Told("overrides", "Ada 2026-01-01T00:00:00Z to 2026-01-02T00:00:00Z", null));
    }

    [Fact]
    public void Stripes_of_a_monitor_that_flaps_are_few_and_count_what_they_stand_for()
    {
        var periods = Enumerable.Range(0, 10_000).Select(i => new Period(
            i % 2 == 0 ? MonitorStatus.Up : MonitorStatus.Down, Start.AddSeconds(i), Start.AddSeconds(i + 1), i % 2 == 0 ? null : "no")).ToList();
        var to = Start.AddSeconds(10_000);
        var stripes = TimelineStripes.Of(periods, Start, to, to);
        Assert.InRange(stripes.Count, 100, 300);
        Assert.Equal(stripes.Count, stripes.Select(s => s.Key).Distinct().Count());
        Assert.All(stripes, s => Assert.Equal("s-down", s.Css));
        Assert.Equal(5_000, stripes.Sum(s => int.Parse(s.Tip.Split(' ')[0])));
    }

    [Fact]
    public void A_stripe_tells_its_duration_unless_it_still_lasts()
    {
        var to = Start.AddHours(2);
        Period[] periods =
        [
            new(MonitorStatus.Up, Start, Start.AddHours(1), null),
            new(MonitorStatus.Down, Start.AddHours(1), to, "silent"),
        ];
        Assert.Equal(
            ["up for 1 h, 2026-03-04 10:00:00 UTC to 2026-03-04 11:00:00 UTC", "down since 2026-03-04 11:00:00 UTC: silent"],
            TimelineStripes.Of(periods, Start, to.AddSeconds(5), to).Select(s => s.Tip));
    }

    [Fact]
    public void Marks_hold_the_newest_checks_oldest_first()
    {
        Check At(int second, CheckOutcome outcome, string? error) =>
            new(EntityId.Create(Start, (ulong)second), Start.AddSeconds(second), outcome, CheckSource.Heartbeat, error, null, null, Start);
        var checks = new List<Check> { At(90, CheckOutcome.Down, MissedHeartbeatError.Prefix + " (1 + 1 min)"), At(60, CheckOutcome.Unknown, "was <off>~ 50 %"), At(30, CheckOutcome.Up, null) };
        var marks = CheckMarks.Of("Job", checks);
        Assert.Equal($"u{Start.ToUnixTimeSeconds() + 30} u30~was%20%3Coff%3E~%2050%20%25 d30~%21", marks.Data);
        Assert.Equal(["s-up", "s-down", "s-unknown"], marks.Paths.Select(p => p.Css));
        Assert.Contains("latest 3 checks, 2 not up", marks.Label, StringComparison.Ordinal);
        var many = CheckMarks.Of("Job", [.. Enumerable.Range(0, 100).Select(i => At(1_000 - i, CheckOutcome.Up, null))]);
        Assert.Equal(CheckMarks.Most, many.Data.Split(' ').Length);
        Assert.Equal("Job: no check yet", CheckMarks.Of("Job", []).Label);
    }
}
