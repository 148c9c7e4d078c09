using System.Diagnostics.Metrics;
using System.Globalization;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Server.Deadlines;
using Exemplar.Server.Metrics;
using Exemplar.Storage.Deadlines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Exemplar.Server.Tests.Deadlines;

/// <summary>What the log says when monitors go down, told in seconds since the start.</summary>
public sealed class DeadlineReportTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 5, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Start);
    private readonly LogLines _log = new();
    private readonly ServiceProvider _services;
    private readonly ServerMetrics _metrics;
    private readonly DeadlineReport _report;

    public DeadlineReportTests()
    {
        _services = new ServiceCollection().AddMetrics().AddLogging(logging => logging.AddProvider(_log)).BuildServiceProvider();
        _metrics = new ServerMetrics(_services.GetRequiredService<IMeterFactory>(), _clock);
        _report = new DeadlineReport(_metrics, _clock, _services.GetRequiredService<ILogger<DeadlineReport>>());
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _services.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void A_few_monitors_that_go_down_are_named()
    {
        Down(3);
        Assert.Equal(Enumerable.Repeat(1201, 3), Ids());
        Assert.Matches("^Monitor [0-9a-f]{24} is down since 2026-11-23T05:00:00", _log.All[0].Text);
    }

    [Fact]
    public void Many_at_once_are_told_in_one_line_at_once()
    {
        Down(5_000);
        Assert.Equal(["5000 since 0"], Sums());
        Assert.Equal([1205], Ids());
    }

    [Fact]
    public void A_mass_outage_is_summed_up_every_ten_seconds_however_many_transactions_it_takes()
    {
        // A hundred monitors every 200 ms, for 30 s: 150 transactions.
        for (var transaction = 0; transaction < 150; transaction++)
        {
            Down(100);
            Pass(0.2);
        }
        Pass(10);

        Assert.Equal(["100 since 0", "4900 since 0.2", "5000 since 10", "5000 since 20"], Sums());
        Assert.All(Ids(), id => Assert.Equal(1205, id));
    }

    [Fact]
    public void No_more_than_twenty_are_named_in_ten_seconds()
    {
        for (var monitor = 0; monitor < 30; monitor++)
        {
            Down(1);
            Pass(0.1);
        }
        Assert.Equal([.. Enumerable.Repeat(1201, 20), 1205], Ids());
        Assert.Equal(["1 since 2"], Sums());

        Pass(10);
        Assert.Equal(["1 since 2", "9 since 2.1"], Sums());
        Down(1);
        Assert.Equal(1201, Ids()[^1]);
    }

    [Fact]
    public void The_sum_begins_at_the_earliest_downtime_in_whatever_order_they_are_found()
    {
        Down(50, since: 7);
        Down(50, since: 9);
        Down(50, since: 4);
        Pass(10);
        Assert.Equal(["50 since 7", "100 since 4"], Sums());
    }

    [Fact]
    public void What_was_not_said_yet_is_said_at_the_end()
    {
        Down(50);
        Down(60);
        Assert.Equal(["50 since 0"], Sums());
        _report.Ended();
        Assert.Equal(["50 since 0", "60 since 0"], Sums());
        _report.Ended();
        Assert.Equal(2, _log.All.Count);
    }

    [Fact]
    public void A_monitor_that_stays_down_or_became_unknown_is_not_announced()
    {
        _report.Judged(new DeadlineRun(
            2, [Judged(), Judged(new StatusChange(MonitorStatus.Unknown, Start, "Exemplar was not running."))], Failed: 0, More: false));
        Pass(20);
        Assert.Empty(_log.All);
    }

    private void Down(int count, double? since = null)
    {
        var at = since is { } seconds ? Start.AddSeconds(seconds) : _clock.GetUtcNow();
        _report.Judged(new DeadlineRun(
            count, [.. Enumerable.Range(0, count).Select(_ => Judged(new StatusChange(MonitorStatus.Down, at, "silence")))], Failed: 0, More: false));
    }

    private static JudgedMonitor Judged(params StatusChange[] changes) =>
        new(EntityId.Create(Start, (ulong)Random.Shared.NextInt64()), changes, []);

    /// <summary>Lets time pass and ends a round of the scheduler.</summary>
    private void Pass(double seconds)
    {
        _clock.Advance(TimeSpan.FromMilliseconds(Math.Round(seconds * 1_000)));
        _report.RoundEnded(due: 0, _clock.GetUtcNow(), nextDueAt: null);
    }

    private List<int> Ids() => [.. _log.All.Select(line => line.Id.Id)];

    /// <summary>The lines with a sum, as "count since seconds".</summary>
    private List<string> Sums() =>
    [
        .. _log.All.Where(line => line.Id.Id == 1205).Select(line =>
        {
            Assert.Equal(LogLevel.Warning, line.Level);
            var words = line.Text.Split(' ');
            var first = DateTimeOffset.Parse(words[Array.IndexOf(words, "since") + 1].TrimEnd('.'), CultureInfo.InvariantCulture);
            return string.Create(CultureInfo.InvariantCulture, $"{words[0]} since {(first - Start).TotalSeconds}");
        }),
    ];
}
