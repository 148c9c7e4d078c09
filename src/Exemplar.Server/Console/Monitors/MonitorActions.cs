using System.Data.Common;
using System.Text.Json;
using Exemplar.Core.Accounts;
using Exemplar.Core.Ids;
using Exemplar.Core.Tokens;
using Exemplar.Server.Console.Accounts;
using Exemplar.Server.Maintenance;
using Exemplar.Server.Metrics;
using Exemplar.Server.Monitors;
using Exemplar.Server.Noise;
using Exemplar.Server.Outages;
using Exemplar.Server.Probes;
using Exemplar.Server.Requests;
using Exemplar.Storage;
using Exemplar.Storage.Accounts;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Tokens;

namespace Exemplar.Server.Console.Monitors;

/// <summary>What became of an action: a value, mistakes by field, or a sentence that says why not.</summary>
internal sealed record Outcome<T>(T? Value, FieldErrors? Errors = null, string? Refusal = null) where T : class;

/// <summary>
/// Everything that the console changes. Each action reads the member's role anew and works on the member's organization
/// alone: what a page shows or hides protects nothing.
/// </summary>
internal sealed class MonitorActions(SignedIn signedIn, MonitorStore monitors, TokenStore tokens, MonitorChangeContext context)
{
    private const string NotAllowed = "Your role may look but not change anything. Ask an admin of your organization.";
    private const string Gone = "This monitor does not exist any more.";

    /// <summary>Makes a monitor out of the form's fields, under the same rules as the API.</summary>
    public Task<Outcome<MonitorView>> CreateAsync(Dictionary<string, object?> form) => AsEditorAsync(async (member, now) =>
    {
        var fields = Fields(form);
        var monitor = context.Probes.Complete(MonitorFields.ReadNew(fields, member.OrganizationNumber, context.Probes.Kinds), fields, now);
        await DependencyFields.CheckAsync(fields, monitors, member.OrganizationNumber, monitor.DependsOn, self: null, CancellationToken.None);
        if (fields.Errors.Any) return new Outcome<MonitorView>(null, fields.Errors);
        return await PlacedAsync(await monitors.CreateAsync(signedIn.Actor(member), monitor, now, CancellationToken.None));
    });

    /// <summary>Changes the fields that the form holds, whatever the monitor has become since it was shown.</summary>
    public Task<Outcome<MonitorView>> EditAsync(EntityId id, Dictionary<string, object?> form) => AsEditorAsync(async (member, now) =>
    {
        while (true)
        {
            if (await monitors.FindAsync(member.OrganizationNumber, id, CancellationToken.None) is not { Definition: var present })
                return new Outcome<MonitorView>(null, Refusal: Gone);
            var fields = Fields(form);
            var change = await context.Probes.CompleteAsync(MonitorFields.ReadEdit(fields, present.Kind), fields, present, CancellationToken.None);
            await DependencyFields.CheckAsync(fields, monitors, member.OrganizationNumber, change.DependsOn, id, CancellationToken.None);
            if (fields.Errors.Any) return new Outcome<MonitorView>(null, fields.Errors);
            var changed = await monitors.UpdateAsync(signedIn.Actor(member), id, change, context.Outages.LogToNow(), now, CancellationToken.None);
            if (changed is { DependsOnItself: true }) return new Outcome<MonitorView>(null, FieldErrors.Of(DependencyFields.Name, DependencyFields.Circle));
            if (changed is not { ChangedMeanwhile: true }) return await PlacedAsync(changed);
            context.Metrics.DeadlinesJudged(changed.Missed);
        }
    });

    public Task<Outcome<MonitorView>> PauseAsync(EntityId id) => AsEditorAsync(async (member, now) =>
        Found(await monitors.PauseAsync(signedIn.Actor(member), id, context.Outages.LogToNow(), now, CancellationToken.None)));

    public Task<Outcome<MonitorView>> ResumeAsync(EntityId id) => AsEditorAsync(async (member, now) =>
        Found(await monitors.ResumeAsync(signedIn.Actor(member), id, context.Outages.LogToNow(), now, CancellationToken.None)));

    /// <summary>Gives a monitor one tag more. The tag was looked at already: <see cref="BulkChange.WrongTag"/>.</summary>
    public Task<Outcome<MonitorView>> TagAsync(EntityId id, string tag) => AsEditorAsync(async (member, now) =>
    {
        if (await monitors.FindAsync(member.OrganizationNumber, id, CancellationToken.None) is not { } present)
            return new Outcome<MonitorView>(null, Refusal: Gone);
        if (present.Definition.Tags.Count >= JsonFields.MostTags && !present.Definition.Tags.Contains(tag, StringComparer.Ordinal))
            return new Outcome<MonitorView>(null, Refusal: $"It has {JsonFields.MostTags} tags already.");
        return await PlacedAsync(await monitors.UpdateAsync(
            signedIn.Actor(member), id, new MonitorChange { AddTag = tag }, context.Outages.LogToNow(), now, CancellationToken.None));
    });

    public Task<Outcome<MonitorView>> UntagAsync(EntityId id, string tag) => AsEditorAsync(async (member, now) =>
        await PlacedAsync(await monitors.UpdateAsync(
            signedIn.Actor(member), id, new MonitorChange { RemoveTag = tag }, context.Outages.LogToNow(), now, CancellationToken.None)));

    public Task<Outcome<MonitorView>> DeleteAsync(MonitorView monitor) => AsEditorAsync(async (member, now) =>
        await monitors.DeleteAsync(signedIn.Actor(member), monitor.Definition.Id, now, CancellationToken.None)
            ? new Outcome<MonitorView>(monitor)
            : new Outcome<MonitorView>(null, Refusal: Gone));

    /// <summary>Makes a token that can do nothing but send heartbeats.</summary>
    public Task<Outcome<CreatedToken>> MakeTokenAsync(string monitorName) => AsEditorAsync(async (member, now) =>
    {
        var name = $"Heartbeats of {monitorName}";
        return new Outcome<CreatedToken>(await tokens.CreateAsync(
            signedIn.Actor(member), name.Length > 200 ? name[..200] : name, TokenScopes.Heartbeat, expiresAt: null, now, CancellationToken.None));
    });

    private async Task<Outcome<T>> AsEditorAsync<T>(Func<Member, DateTimeOffset, Task<Outcome<T>>> act) where T : class
    {
        try
        {
            return await signedIn.MemberAsync(MemberRole.Editor) is { } member
                ? await act(member, context.Clock.Moment())
                : new Outcome<T>(null, Refusal: NotAllowed);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or DbException)
        {
            return new Outcome<T>(null, Refusal: "The database cannot be used now; nothing was changed. Try again shortly.");
        }
    }

    private Outcome<MonitorView> Found(MonitorView? monitor)
    {
        if (monitor is null) return new Outcome<MonitorView>(null, Refusal: Gone);
        context.Metrics.DeadlinesJudged(monitor.Missed);
        return new Outcome<MonitorView>(monitor);
    }

    /// <summary>With other tags or hours, other quiet times hold for it.</summary>
    private async Task<Outcome<MonitorView>> PlacedAsync(MonitorView? monitor)
    {
        if (monitor is not null) await context.Quiet.ChangedAsync(CancellationToken.None);
        return Found(monitor);
    }

    private static JsonFields Fields(Dictionary<string, object?> form) =>
        new(JsonSerializer.SerializeToElement(form), nullIsAbsent: true);
}
