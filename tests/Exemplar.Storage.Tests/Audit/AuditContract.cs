using Exemplar.Core.Audit;
using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using Exemplar.Core.Tokens;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Organizations;
using Exemplar.Storage.Schema;
using Exemplar.Storage.Tests.Databases;
using Exemplar.Storage.Tokens;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Tests.Audit;

public sealed class SqliteAuditTests() : AuditContract(new SqliteDatabase());

public sealed class PostgresAuditTests(PostgresServer server) : AuditContract(new PostgresDatabase(server));

public abstract class AuditContract(TestDatabase database) : StorageContract(database)
{
    private AuditStore Log => new(Engine);

    [Fact]
    public async Task Every_change_of_a_monitor_is_written_down_with_old_and_new_values()
    {
        var by = await ActorAsync();
        var monitors = new MonitorStore(Engine);
        var created = (await monitors.CreateAsync(by, Monitor(by) with { Tags = ["eu"] }, At(0), Stop))!;
        var id = created.Definition.Id;
        var change = new MonitorChange { Name = "Renamed", Grace = TimeSpan.FromSeconds(90) };
        await monitors.UpdateAsync(by, id, change, OutageLog.Empty, At(1), Stop);
        await monitors.UpdateAsync(by, id, change, OutageLog.Empty, At(2), Stop);
        await monitors.PauseAsync(by, id, OutageLog.Empty, At(3), Stop);
        await monitors.PauseAsync(by, id, OutageLog.Empty, At(4), Stop);
        await monitors.ResumeAsync(by, id, OutageLog.Empty, At(5), Stop);
        await monitors.ResumeAsync(by, id, OutageLog.Empty, At(6), Stop);
        Assert.True(await monitors.DeleteAsync(by, id, At(7), Stop));
        Assert.False(await monitors.DeleteAsync(by, id, At(8), Stop));

        var entries = await ReadAsync(by);
        Assert.Equal(
            [(At(7), AuditAction.MonitorDeleted), (At(5), AuditAction.MonitorResumed), (At(3), AuditAction.MonitorPaused), (At(1), AuditAction.MonitorChanged), (At(0), AuditAction.MonitorCreated)],
            entries.Select(e => (e.At, e.Action)));
        Assert.All(entries, e => Assert.Equal((id.ToString(), "eve", "192.0.2.1", ActorKind.Token), (e.TargetId, e.Actor, e.Address, e.Kind)));
        Assert.Equal(["Renamed", "Renamed", "Renamed", "Renamed", "Backup"], entries.Select(e => e.Target));
        Assert.Equal([new("name", "Backup", "Renamed"), new("grace_period_minutes", "1", "1.5")], entries[3].Changes);
        Assert.Contains(new AuditChange("tags", null, "eu"), entries[4].Changes);
    }

    [Fact]
    public async Task What_an_entry_names_by_id_is_told_by_the_name_of_today_within_the_organization()
    {
        var (by, other) = (await ActorAsync(), await ActorAsync());
        var monitors = new MonitorStore(Engine);
        var primary = (await monitors.CreateAsync(by, Monitor(by), At(0), Stop))!.Definition.Id;
        var theirs = (await monitors.CreateAsync(other, Monitor(other), At(0), Stop))!.Definition.Id;
        await monitors.CreateAsync(by, Monitor(by) with { DependsOn = [primary] }, At(1), Stop);
        await monitors.UpdateAsync(by, primary, new MonitorChange { Name = "Primary" }, OutageLog.Empty, At(2), Stop);
        await NoteAsync(by, At(3), "monitor.changed", "hand-made", new AuditChange("depends_on", null, $"{theirs}, {primary}"));

        var told = await Log.NamedAsync(by.OrganizationNumber, await ReadAsync(by), Stop);
        Assert.Equal(
            ["Primary", $"{theirs}, Primary"],
            told.SelectMany(e => e.Changes).Where(c => c.Field == "depends_on").Select(c => c.After).OrderBy(text => text!.Length));
        Assert.True(await monitors.DeleteAsync(by, primary, At(4), Stop));
        told = await Log.NamedAsync(by.OrganizationNumber, await ReadAsync(by), Stop);
        Assert.Contains(told.SelectMany(e => e.Changes), c => c.Field == "depends_on" && c.After == primary.ToString());
    }

    [Fact]
    public async Task A_change_that_fails_leaves_no_entry_and_an_entry_that_fails_leaves_no_change()
    {
        var by = await ActorAsync();
        var monitors = new MonitorStore(Engine);
        var monitor = (await monitors.CreateAsync(by, Monitor(by), At(0), Stop))!.Definition;
        // No column takes a null actor: the entry cannot be stored.
        var nobody = by with { Name = null! };
        await Assert.ThrowsAnyAsync<Exception>(() => monitors.PauseAsync(nobody, monitor.Id, OutageLog.Empty, At(1), Stop));
        await Assert.ThrowsAnyAsync<Exception>(() => monitors.DeleteAsync(nobody, monitor.Id, At(2), Stop));
        await Assert.ThrowsAsync<NotSupportedException>(() => Engine.WriteAsync<bool>(async unit =>
        {
            await unit.NoteAsync(by, At(3), AuditAction.MonitorPaused, null, "x", [], Stop);
            throw new NotSupportedException();
        }, Stop));

        Assert.Equal(MonitorStatus.New, (await StateAsync(monitor)).Status);
        Assert.Equal([AuditAction.MonitorCreated], (await ReadAsync(by)).Select(e => e.Action));
    }

    [Fact]
    public async Task Tokens_and_the_organization_are_written_down_without_secrets()
    {
        var by = await ActorAsync();
        var tokens = new TokenStore(Engine);
        var made = await tokens.CreateAsync(by, "Jobs", TokenScopes.Heartbeat | TokenScopes.Read, Start.AddDays(1), At(1), Stop);
        await tokens.RevokeAsync(by, made.Token.Id, At(2), Stop);
        await tokens.RevokeAsync(by, made.Token.Id, At(3), Stop);
        await new OrganizationStore(Engine).UpdateAsync(by, new OrganizationChange("Acme", CheckDays: 30), At(4), Stop);
        await new OrganizationStore(Engine).UpdateAsync(by, new OrganizationChange("Acme"), At(5), Stop);

        var entries = await ReadAsync(by);
        Assert.Equal([AuditAction.OrganizationChanged, AuditAction.TokenRevoked, AuditAction.TokenCreated], entries.Select(e => e.Action));
        Assert.Equal([new("name", "Organization", "Acme"), new("check_retention_days", "90", "30")], entries[0].Changes);
        Assert.Equal(("Jobs", made.Token.Id.ToString()), (entries[2].Target, entries[2].TargetId));
        Assert.Contains(entries[2].Changes, c => c.Field == "scopes" && c.After == "heartbeat, read");
        await using var db = Engine.Read();
        Assert.All(await db.AuditEntries.ToListAsync(Stop), row => Assert.DoesNotContain(made.Text, row.Changes + row.Target, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_log_is_read_in_pages_and_filtered_and_is_each_organizations_own()
    {
        var (by, other) = (await ActorAsync(), await ActorAsync());
        for (var i = 0; i < 25; i++) await NoteAsync(by with { Name = i % 5 == 0 ? "ada" : "eve" }, At(i), i % 2 == 0 ? "monitor.paused" : "monitor.resumed", $"{i}");
        await NoteAsync(other, At(100), "monitor.paused", "theirs");

        var seen = new List<string>();
        long? before = null;
        do
        {
            var page = await Log.ReadAsync(by.OrganizationNumber, new AuditQuery(null, null, before, 10), Stop);
            seen.AddRange(page.Items.Select(e => e.Target));
            before = page.NextBefore;
        }
        while (before is not null);
        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(i => $"{i}"), seen);
        Assert.Equal(["20", "10", "0"], (await Log.ReadAsync(by.OrganizationNumber, new AuditQuery("ada", "monitor.paused", null, 10), Stop)).Items.Select(e => e.Target));
        Assert.Equal(["theirs"], (await ReadAsync(other)).Select(e => e.Target));
    }

    [Fact]
    public async Task Entries_go_after_a_year_in_small_steps()
    {
        var by = await ActorAsync();
        await Engine.WriteAsync(async unit =>
        {
            for (var i = 0; i < 600; i++)
                unit.Db.AuditEntries.Add(new AuditRow { OrganizationNumber = by.OrganizationNumber, AtMs = Start.AddDays(-366).ToMs(), Actor = "eve", Action = "monitor.paused", Target = "old", Changes = "" });
            return await unit.Db.SaveChangesAsync(Stop);
        }, Stop);
        await NoteAsync(by, Start.AddDays(-364), "monitor.paused", "young");

        var (first, second, third) = (await Log.PruneAsync(Start, Stop), await Log.PruneAsync(Start, Stop), await Log.PruneAsync(Start, Stop));
        Assert.Equal([(500, true), (100, false), (0, false)], new[] { first, second, third }.Select(s => (s.Removed, s.More)));
        Assert.Equal(["young"], (await ReadAsync(by)).Select(e => e.Target));
    }

    [Fact]
    public async Task Where_a_token_was_last_used_is_stored_with_the_moment()
    {
        var by = await ActorAsync();
        var tokens = new TokenStore(Engine);
        var made = await tokens.CreateAsync(by, "Jobs", TokenScopes.Heartbeat, null, At(0), Stop);
        Assert.Equal(1, await tokens.TouchAsync([new TokenUse(made.Token.Id, At(5), "198.51.100.1")], Stop));
        Assert.Equal(0, await tokens.TouchAsync([new TokenUse(made.Token.Id, At(20), "198.51.100.2")], Stop));
        var token = Assert.Single((await tokens.ListAsync(by.OrganizationNumber, 0, 10, Stop)).Items);
        Assert.Equal((At(5), "198.51.100.1"), (token.LastUsedAt, token.LastUsedFrom));
    }

    private async Task<Actor> ActorAsync() => new(await AddOrganizationAsync(), ActorKind.Token, "eve", "192.0.2.1");

    private static NewMonitor Monitor(Actor by) =>
        new(by.OrganizationNumber, MonitorKind.Heartbeat, "Backup", "", [], Interval: null, Grace: null, FirstDeadline.Creation);

    private Task<bool> NoteAsync(Actor by, DateTimeOffset at, string action, string target, params AuditChange[] changes) => Engine.WriteAsync(async unit =>
    {
        await unit.NoteAsync(by, at, action, null, target, changes, Stop);
        return true;
    }, Stop);

    private async Task<IReadOnlyList<AuditEntry>> ReadAsync(Actor by) => (await Log.ReadAsync(by.OrganizationNumber, new AuditQuery(null, null, null, 100), Stop)).Items;
}
