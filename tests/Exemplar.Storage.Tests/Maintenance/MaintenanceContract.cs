using Exemplar.Core.Audit;
using Exemplar.Core.Checks;
using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using Exemplar.Core.Schedules;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Maintenance;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Tests.Maintenance;

public sealed class SqliteMaintenanceTests() : MaintenanceContract(new SqliteDatabase());

public sealed class PostgresMaintenanceTests(PostgresServer server) : MaintenanceContract(new PostgresDatabase(server));

public abstract class MaintenanceContract(TestDatabase database) : StorageContract(database)
{
    private static readonly WeekHours Office = new(
        "Europe/Berlin", new Dictionary<DayOfWeek, DayHours> { [DayOfWeek.Monday] = new(new TimeOnly(9, 0), new TimeOnly(17, 30)), [DayOfWeek.Sunday] = new(new TimeOnly(22, 0), new TimeOnly(6, 0)) });

    private MaintenanceStore Windows => new(Engine);

    private QuietTimesStore Quiet => new(Engine);

    private MonitorStore Monitors => new(Engine);

    [Fact]
    public async Task A_window_is_stored_as_it_was_made()
    {
        var monitor = await AddMonitorAsync();
        var by = By(monitor.OrganizationNumber);
        Recurrence[] recurrences = [new CronRecurrence("0 22 * * 6", "Europe/Berlin", TimeSpan.FromMinutes(90)), new WeeklyRecurrence(Office)];
        foreach (var times in (MaintenanceTimes[])
            [Once(10, 20), new(null, recurrences[0], At(0), null), new(null, recurrences[1], At(5), At(1_000_000))])
        {
            var change = new MaintenanceChange("Upgrade", MaintenanceSeverity.Critical, "Ops", times, new MaintenanceTargets(false, [monitor.Id], ["eu", "db"]));
            var made = (await Windows.CreateAsync(by, change, At(0), Stop)).View!;
            var read = (await Windows.FindAsync(by.OrganizationNumber, made.Window.Id, Stop))!.Window;

            Assert.Equal(("Upgrade", MaintenanceSeverity.Critical, "Ops", times, "test"), (read.Title, read.Severity, read.Owner, read.Times, read.CreatedBy));
            Assert.False(read.Targets.AllMonitors);
            Assert.Equal([monitor.Id], read.Targets.MonitorIds);
            Assert.Equal(["eu", "db"], read.Targets.Tags);
            Assert.Equal((At(0), At(0), (DateTimeOffset?)null, (DateTimeOffset?)null), (read.CreatedAt, read.DeclaredAt, read.EndedAt, read.CancelledAt));
        }
    }

    [Fact]
    public async Task Another_organization_sees_and_changes_nothing_of_it()
    {
        var (by, window) = await WindowAsync(Once(10, 20));
        var stranger = By(await AddOrganizationAsync());

        Assert.Null(await Windows.FindAsync(stranger.OrganizationNumber, window.Id, Stop));
        Assert.True((await Windows.UpdateAsync(stranger, window.Id, new MaintenanceChange("Stolen"), At(1), Stop)).Faults.NotFound);
        Assert.True((await Windows.AddUpdateAsync(stranger, window.Id, "Stolen", At(1), Stop)).Faults.NotFound);
        Assert.True((await Windows.EndAsync(stranger, window.Id, At(11), Stop)).Faults.NotFound);
        Assert.False(await Windows.DeleteAsync(stranger, window.Id, At(1), Stop));
        Assert.Empty((await Windows.ListAsync(stranger.OrganizationNumber, null, 0, 10, At(1), Stop)).Items);
        Assert.Equal("Upgrade", (await Windows.FindAsync(by.OrganizationNumber, window.Id, Stop))!.Window.Title);
    }

    [Fact]
    public async Task A_monitor_of_another_organization_cannot_be_named()
    {
        var mine = await AddOrganizationAsync();
        var foreign = await AddMonitorAsync();
        var write = await Windows.CreateAsync(
            By(mine), new MaintenanceChange("Upgrade", Times: Once(10, 20), Targets: new MaintenanceTargets(false, [foreign.Id], [])), At(0), Stop);

        Assert.Equal([foreign.Id], write.Faults.UnknownMonitors);
        Assert.Empty((await Windows.ListAsync(mine, null, 0, 10, At(0), Stop)).Items);
    }

    [Fact]
    public async Task Lists_tell_current_upcoming_and_past_ones_apart_page_by_page()
    {
        var organization = await AddOrganizationAsync();
        foreach (var (from, to) in ((int, int)[])[(0, 10), (0, 100), (50, 90), (1, 11), (200, 300), (250, 300)])
            await Windows.CreateAsync(By(organization), Change($"{from} to {to}", Once(from, to)), At(0), Stop);

        Assert.Equal(["50 to 90", "0 to 100"], await TitlesAsync(MaintenanceState.Current, 10));
        Assert.Equal(["250 to 300", "200 to 300"], await TitlesAsync(MaintenanceState.Upcoming, 10));
        Assert.Equal(["1 to 11", "0 to 10"], await TitlesAsync(MaintenanceState.Past, 10));
        foreach (var state in (MaintenanceState?[])[null, MaintenanceState.Current, MaintenanceState.Upcoming, MaintenanceState.Past])
            Assert.Equal(await TitlesAsync(state, 10), await TitlesAsync(state, 1));

        async Task<List<string>> TitlesAsync(MaintenanceState? state, int limit)
        {
            var titles = new List<string>();
            for (int? before = 0; before is { } number;)
            {
                var page = await Windows.ListAsync(organization, state, number, limit, At(60), Stop);
                titles.AddRange(page.Items.Select(i => i.Window.Title));
                before = page.NextBefore;
            }
            return titles;
        }
    }

    [Fact]
    public async Task A_window_that_has_begun_is_called_off_and_kept_and_one_that_has_not_is_gone()
    {
        var (by, begun) = await WindowAsync(Once(10, 100));
        var (other, planned) = await WindowAsync(Once(10, 100));

        Assert.True(await Windows.DeleteAsync(by, begun.Id, At(20), Stop));
        Assert.True(await Windows.DeleteAsync(by, begun.Id, At(30), Stop));
        Assert.True(await Windows.DeleteAsync(other, planned.Id, At(5), Stop));

        var kept = (await Windows.FindAsync(by.OrganizationNumber, begun.Id, Stop))!.Window;
        Assert.Equal((At(20), MaintenanceState.Past), (kept.CancelledAt, kept.StateAt(At(20))));
        Assert.Single((await Windows.ListAsync(by.OrganizationNumber, MaintenanceState.Past, 0, 10, At(20), Stop)).Items);
        Assert.Null(await Windows.FindAsync(other.OrganizationNumber, planned.Id, Stop));
        Assert.Equal([AuditAction.MaintenanceCancelled, AuditAction.MaintenanceCreated], await ActionsAsync(by));
        Assert.Equal([AuditAction.MaintenanceDeleted, AuditAction.MaintenanceCreated], await ActionsAsync(other));
    }

    [Fact]
    public async Task Updates_changes_and_an_early_end_are_kept_with_who_made_them()
    {
        var (by, window) = await WindowAsync(Once(10, 100));
        await Windows.AddUpdateAsync(by, window.Id, "We begin.", At(11), Stop);
        await Windows.UpdateAsync(by, window.Id, new MaintenanceChange(Times: Once(10, 200)), At(12), Stop);
        await Windows.UpdateAsync(by, window.Id, new MaintenanceChange(Times: Once(10, 200)), At(13), Stop);
        var ended = (await Windows.EndAsync(by, window.Id, At(50), Stop)).View!;
        Assert.True((await Windows.EndAsync(by, window.Id, At(51), Stop)).Faults.NotCurrent);
        Assert.True((await Windows.UpdateAsync(by, window.Id, new MaintenanceChange("Too late"), At(52), Stop)).Faults.Over);
        await Windows.AddUpdateAsync(by, window.Id, "All done.", At(60), Stop);

        Assert.Equal((At(50), MaintenanceState.Past), (ended.Window.OverAt, ended.Window.StateAt(At(50))));
        var read = (await Windows.FindAsync(by.OrganizationNumber, window.Id, Stop))!;
        Assert.Equal([(At(11), "test", "We begin."), (At(60), "test", "All done.")], read.Updates.Select(u => (u.At, u.By, u.Text)));
        Assert.Equal(
            [AuditAction.MaintenanceUpdated, AuditAction.MaintenanceEnded, AuditAction.MaintenanceChanged, AuditAction.MaintenanceUpdated, AuditAction.MaintenanceCreated],
            await ActionsAsync(by));
    }

    [Fact]
    public async Task A_recurring_window_that_was_ended_early_stays_ended_when_something_else_of_it_changes()
    {
        var nightly = new CronRecurrence("0 10 * * *", "UTC", TimeSpan.FromHours(2));
        var (by, window) = await WindowAsync(new MaintenanceTimes(null, nightly, At(-60), null));
        await Windows.EndAsync(by, window.Id, At(50), Stop);
        var changed = (await Windows.UpdateAsync(by, window.Id, new MaintenanceChange("Renamed", Times: new(null, nightly, At(-60), At(10_000_000))), At(60), Stop)).View!.Window;

        Assert.Equal(("Renamed", MaintenanceState.Upcoming), (changed.Title, changed.StateAt(At(60))));
        Assert.Equal(At(86_400), changed.After(At(60))?.From);
    }

    [Fact]
    public async Task An_organization_has_a_limited_number_of_windows_that_are_not_over()
    {
        var organization = await AddOrganizationAsync();
        for (var i = 0; i < MaintenanceWindow.MostOpen; i++)
            Assert.NotNull((await Windows.CreateAsync(By(organization), Change("Upgrade", Once(10, 20)), At(0), Stop)).View);

        Assert.True((await Windows.CreateAsync(By(organization), Change("Upgrade", Once(10, 20)), At(19), Stop)).Faults.TooMany);
        Assert.NotNull((await Windows.CreateAsync(By(organization), Change("Upgrade", Once(30, 40)), At(21), Stop)).View);
    }

    [Fact]
    public async Task The_quiet_times_hold_for_named_and_tagged_monitors_and_follow_their_tags()
    {
        var organization = await AddOrganizationAsync();
        var named = await NewMonitorAsync(organization);
        var tagged = await NewMonitorAsync(organization, "eu");
        var neither = await NewMonitorAsync(organization, "us");
        await Windows.CreateAsync(
            By(organization), new MaintenanceChange("Upgrade", Times: Once(10, 20), Targets: new MaintenanceTargets(false, [named.Id], ["eu"])), At(0), Stop);
        var (times, version) = await Quiet.LoadAsync(At(0), Stop);
        Assert.Equal([true, true, false], Holds(times));

        await Monitors.UpdateAsync(By(organization), neither.Id, new MonitorChange { AddTag = "eu" }, OutageLog.Empty, At(1), Stop);
        await Monitors.UpdateAsync(By(organization), tagged.Id, new MonitorChange { Tags = [] }, OutageLog.Empty, At(1), Stop);
        Assert.NotEqual(version, await Quiet.VersionAsync(Stop));
        (times, version) = await Quiet.LoadAsync(At(1), Stop);
        Assert.Equal([true, false, true], Holds(times));

        var made = await NewMonitorAsync(organization, "eu");
        Assert.NotEqual(version, await Quiet.VersionAsync(Stop));
        (times, version) = await Quiet.LoadAsync(At(1), Stop);
        Assert.NotNull(times.Covering(organization, made.Number, At(15)));

        // What touches no window costs no reading.
        await NewMonitorAsync(organization);
        await Monitors.UpdateAsync(By(organization), made.Id, new MonitorChange("Renamed"), OutageLog.Empty, At(2), Stop);
        Assert.Equal(version, await Quiet.VersionAsync(Stop));

        bool[] Holds(QuietTimes now) => [.. new[] { named, tagged, neither }.Select(m => now.Covering(organization, m.Number, At(15)) is not null)];
    }

    [Fact]
    public async Task Active_hours_and_holidays_are_stored_and_read_with_the_quiet_times()
    {
        var organization = await AddOrganizationAsync();
        var by = By(organization);
        var created = await Monitors.CreateAsync(
            by, new NewMonitor(organization, MonitorKind.Heartbeat, "Report", "", [], null, null, FirstDeadline.Creation) { ActiveHours = Office, ObservesHolidays = false }, At(0), Stop);
        var read = (await Monitors.FindAsync(organization, created!.Definition.Id, Stop))!.Definition;
        Assert.Equal((Office, false), (read.ActiveHours, read.ObservesHolidays));

        // 2026-03-04 is a Wednesday.
        var (times, version) = await Quiet.LoadAsync(At(0), Stop);
        Assert.Equal(QuietKind.OutsideActiveHours, times.Covering(organization, read.Number, At(0))?.Kind);

        var holidays = new HolidayStore(Engine);
        await holidays.ReplaceAsync(by, [new Holiday(new DateOnly(2026, 3, 9), "Founders' day"), new Holiday(new DateOnly(2026, 1, 1), "New Year")], At(1), Stop);
        await holidays.ReplaceAsync(by, [new Holiday(new DateOnly(2026, 1, 1), "New Year"), new Holiday(new DateOnly(2026, 3, 9), "Founders' day")], At(2), Stop);
        Assert.Equal(["New Year", "Founders' day"], (await holidays.ReadAsync(organization, Stop)).Select(h => h.Name));
        Assert.Empty(await holidays.ReadAsync(await AddOrganizationAsync(), Stop));

        var monday = new DateTimeOffset(2026, 3, 9, 12, 0, 0, TimeSpan.Zero);
        Assert.Null((await Quiet.LoadAsync(At(1), Stop)).Times.Covering(organization, read.Number, monday));
        await Monitors.UpdateAsync(by, read.Id, new MonitorChange { ObservesHolidays = true }, OutageLog.Empty, At(3), Stop);
        (times, var later) = await Quiet.LoadAsync(At(3), Stop);
        Assert.Equal("Founders' day", times.Covering(organization, read.Number, monday)?.Name);
        Assert.NotEqual(version, later);

        await Monitors.UpdateAsync(by, read.Id, new MonitorChange { ActiveHours = new ActiveHoursChange(null) }, OutageLog.Empty, At(4), Stop);
        Assert.Null((await Quiet.LoadAsync(At(4), Stop)).Times.Of(organization));
        Assert.Equal([AuditAction.MonitorChanged, AuditAction.MonitorChanged, AuditAction.HolidaysChanged, AuditAction.MonitorCreated], await ActionsAsync(by));
    }

    [Fact]
    public async Task A_miss_in_a_window_is_one_unknown_check_and_a_period_of_maintenance()
    {
        var monitor = await NewMonitorAsync(await AddOrganizationAsync());
        SendBeat(monitor, At(5));
        var excuses = await PlanAsync(monitor, 60, 400);
        await JudgeAsync(At(76), excuses);
        await JudgeAsync(At(140), excuses);
        await JudgeAsync(At(260), excuses);
        await ReopenAsync(At(300));
        await JudgeAsync(At(390), excuses);

        Assert.Equal([(At(75), CheckOutcome.Unknown, CheckSource.Deadline)], (await HistoryAsync(monitor)).Where(c => c.Source == CheckSource.Deadline).Select(c => (c.At, c.Outcome, c.Source)));
        Assert.Equal([(MonitorStatus.New, 0, 5), (MonitorStatus.Up, 5, 75), (MonitorStatus.Maintenance, 75, null)], await PeriodsAsync(monitor));
        Assert.StartsWith("maintenance: Upgrade (from ", (await PeriodRowsAsync(monitor.Number))[^1].Error, StringComparison.Ordinal);

        var run = await JudgeAsync(At(440), excuses);
        Assert.Equal([(At(435), CheckOutcome.Down)], Assert.Single(run.Judged).Missed.Select(m => (m.At, m.Outcome)));
    }

    [Fact]
    public async Task A_heartbeat_that_judges_what_was_missed_before_it_knows_of_the_window()
    {
        var monitor = await NewMonitorAsync(await AddOrganizationAsync());
        SendBeat(monitor, At(5));
        var excuses = await PlanAsync(monitor, 60, 400);
        Engine.Heartbeats.Commit([Beat(monitor, At(100))], excuses);

        Assert.Equal(
            [(MonitorStatus.New, 0, 5), (MonitorStatus.Up, 5, 75), (MonitorStatus.Maintenance, 75, 100), (MonitorStatus.Up, 100, null)], await PeriodsAsync(monitor));
    }

    [Fact]
    public async Task Monitors_that_are_down_go_to_maintenance_with_its_beginning_and_all_others_stay_as_they_are()
    {
        var organization = await AddOrganizationAsync();
        var down = await NewMonitorAsync(organization);
        var up = await NewMonitorAsync(organization);
        await JudgeAsync(At(71));
        SendBeat(up, At(75));
        Assert.Equal([down.Number], await Quiet.DownAsync(organization, 0, 10, Stop));
        await Windows.CreateAsync(By(organization), Change("Upgrade", Once(100, 400)), At(72), Stop);
        Excuses excuses = new(OutageLog.Empty, (await Quiet.LoadAsync(At(72), Stop)).Times);

        Assert.Equal(0, (await Quiet.BeginAsync([down.Number, up.Number], excuses, At(99), Stop)).Begun);
        Assert.Equal(1, (await Quiet.BeginAsync([down.Number, up.Number], excuses, At(101), Stop)).Begun);
        Assert.Equal(0, (await Quiet.BeginAsync([down.Number, up.Number], excuses, At(102), Stop)).Begun);

        Assert.Equal([(MonitorStatus.New, 0, 70), (MonitorStatus.Down, 70, 100), (MonitorStatus.Maintenance, 100, null)], await PeriodsAsync(down));
        Assert.Equal(MonitorStatus.Up, (await StateAsync(up)).Status);
        await ReopenAsync(At(110));
        Assert.Equal(MonitorStatus.Maintenance, (await StateAsync(down)).Status);
    }

    [Fact]
    public async Task Hours_that_a_monitor_is_given_while_it_is_down_take_back_no_downtime()
    {
        var organization = await AddOrganizationAsync();
        var monitor = await NewMonitorAsync(organization);
        await JudgeAsync(At(71));
        await Monitors.UpdateAsync(By(organization), monitor.Id, new MonitorChange { ActiveHours = new ActiveHoursChange(Office) }, OutageLog.Empty, At(90), Stop);
        Excuses excuses = new(OutageLog.Empty, (await Quiet.LoadAsync(At(91), Stop)).Times);
        await Quiet.BeginAsync([monitor.Number], excuses, At(91), Stop);

        Assert.Equal([(MonitorStatus.New, 0, 70), (MonitorStatus.Down, 70, 90), (MonitorStatus.Maintenance, 90, null)], await PeriodsAsync(monitor));
    }

    [Fact]
    public async Task A_monitor_that_is_removed_is_in_no_window_any_more()
    {
        var organization = await AddOrganizationAsync();
        var monitor = await NewMonitorAsync(organization);
        await PlanAsync(monitor, 60, 400);
        await Monitors.DeleteAsync(By(organization), monitor.Id, At(1), Stop);

        await using var db = Engine.Read();
        Assert.Equal(0, await db.MaintenanceMonitors.CountAsync(m => m.MonitorNumber == monitor.Number, Stop));
    }

    private static MaintenanceTimes Once(double from, double to) => new(new Stretch(At(from), At(to)), null, At(from), null);

    private static MaintenanceChange Change(string title, MaintenanceTimes times) =>
        new(title, Times: times, Targets: new MaintenanceTargets(AllMonitors: true, [], []));

    private async Task<(Actor By, MaintenanceWindow Window)> WindowAsync(MaintenanceTimes times)
    {
        var by = By(await AddOrganizationAsync());
        return (by, (await Windows.CreateAsync(by, Change("Upgrade", times), At(0), Stop)).View!.Window);
    }

    private async Task<Excuses> PlanAsync(MonitorDefinition monitor, double from, double to)
    {
        await Windows.CreateAsync(
            By(monitor.OrganizationNumber), new MaintenanceChange("Upgrade", Times: Once(from, to), Targets: new MaintenanceTargets(false, [monitor.Id], [])), At(0), Stop);
        return new Excuses(OutageLog.Empty, (await Quiet.LoadAsync(At(0), Stop)).Times);
    }

    private async Task<MonitorDefinition> NewMonitorAsync(int organization, params string[] tags) =>
        (await Monitors.CreateAsync(
            By(organization), new NewMonitor(organization, MonitorKind.Heartbeat, "Monitor", "", tags, EveryMinute.Interval, EveryMinute.Grace, FirstDeadline.Creation),
            At(0), Stop))!.Definition;

    private async Task<List<string>> ActionsAsync(Actor by) =>
        [.. (await new AuditStore(Engine).ReadAsync(by.OrganizationNumber, new AuditQuery(null, null, null, 50), Stop)).Items.Select(e => e.Action)];
}
