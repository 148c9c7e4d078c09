using System.Text.Json;
using Exemplar.Core.Accounts;
using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using Exemplar.Server.Console.Accounts;
using Exemplar.Server.Console.Monitors;
using Exemplar.Server.Maintenance;
using Exemplar.Server.Requests;
using Exemplar.Storage.Maintenance;

namespace Exemplar.Server.Console.Maintenance;

/// <summary>The next times of a window that is being planned.</summary>
internal sealed record Preview(IReadOnlyList<Stretch> Times);

/// <summary>The holidays as they are stored now.</summary>
internal sealed record HolidayList(IReadOnlyList<Holiday> Items);

/// <summary>What editors do with maintenance windows, and admins with holidays, under the same rules as the API.</summary>
internal sealed class MaintenanceActions(ActionGate gate, MaintenanceStore windows, HolidayStore holidays, MaintenanceFields reader, QuietTimesCache cache)
{
    private const string NotAllowed = "Your role may look but not change anything. Ask an admin of your organization.";
    private const string Gone = "This window does not exist any more.";

    public Task<Outcome<MaintenanceView>> CreateAsync(Dictionary<string, object?> form) => gate.AsAsync<MaintenanceView>(MemberRole.Editor, async (_, by, now) =>
    {
        var fields = Fields(form);
        if (await reader.ReadNewAsync(fields, by.OrganizationNumber, now, CancellationToken.None) is not { } window) return new(null, fields.Errors);
        return await OfAsync(await windows.CreateAsync(by, window, now, CancellationToken.None));
    }, NotAllowed);

    public Task<Outcome<MaintenanceView>> EditAsync(EntityId id, Dictionary<string, object?> form) => gate.AsAsync<MaintenanceView>(MemberRole.Editor, async (_, by, now) =>
    {
        while (true)
        {
            if (await windows.FindAsync(by.OrganizationNumber, id, CancellationToken.None) is not { } present) return new(null, Refusal: Gone);
            var fields = Fields(form);
            if (await reader.ReadEditAsync(fields, present, now, CancellationToken.None) is not { } change) return new(null, fields.Errors);
            var write = await windows.UpdateAsync(by, id, change, now, CancellationToken.None);
            if (!write.Faults.ChangedMeanwhile) return await OfAsync(write);
        }
    }, NotAllowed);

    /// <summary>When a window of this form would take place next; nothing is stored.</summary>
    public Task<Outcome<Preview>> PreviewAsync(Dictionary<string, object?> form) => gate.AsAsync<Preview>(MemberRole.Editor, (_, _, now) =>
    {
        var fields = Fields(form);
        var times = MaintenanceTimesFields.Read(fields, present: null, now);
        if (times is null || fields.Errors.Any) return Task.FromResult(new Outcome<Preview>(null, fields.Errors));
        var window = new MaintenanceWindow(default, 0, "", default, "", times, new MaintenanceTargets(true, [], []), now);
        var next = window.Covering(now) is { } current ? window.Next(now, 2).Prepend(current) : window.Next(now, 3);
        return Task.FromResult(new Outcome<Preview>(new Preview([.. next])));
    }, NotAllowed);

    public Task<Outcome<MaintenanceView>> TellAsync(EntityId id, string text) => gate.AsAsync<MaintenanceView>(MemberRole.Editor, async (_, by, now) =>
    {
        var fields = Fields(new(StringComparer.Ordinal) { ["text"] = text });
        return MaintenanceFields.ReadUpdate(fields) is { } update
            ? await OfAsync(await windows.AddUpdateAsync(by, id, update, now, CancellationToken.None))
            : new(null, fields.Errors);
    }, NotAllowed);

    public Task<Outcome<MaintenanceView>> EndAsync(EntityId id) => gate.AsAsync<MaintenanceView>(
        MemberRole.Editor, async (_, by, now) => await OfAsync(await windows.EndAsync(by, id, now, CancellationToken.None)), NotAllowed);

    public Task<Outcome<MaintenanceView>> DeleteAsync(MaintenanceView view) => gate.AsAsync<MaintenanceView>(MemberRole.Editor, async (_, by, now) =>
    {
        if (!await windows.DeleteAsync(by, view.Window.Id, now, CancellationToken.None)) return new(null, Refusal: Gone);
        await cache.ChangedAsync(CancellationToken.None);
        return new(view);
    }, NotAllowed);

    public Task<Outcome<HolidayList>> SetHolidaysAsync(IReadOnlyList<object> lines) => gate.AsAsync<HolidayList>(MemberRole.Admin, async (_, by, now) =>
    {
        var fields = Fields(new(StringComparer.Ordinal) { ["holidays"] = lines });
        if (HolidayEndpoints.Read(fields) is not { } read) return new(null, fields.Errors);
        var stored = await holidays.ReplaceAsync(by, read, now, CancellationToken.None);
        await cache.ChangedAsync(CancellationToken.None);
        return new(new HolidayList(stored));
    });

    private async Task<Outcome<MaintenanceView>> OfAsync(MaintenanceWrite write)
    {
        if (write.View is { } view)
        {
            await cache.ChangedAsync(CancellationToken.None);
            return new(view);
        }
        return new(null, Refusal: write.Faults switch
        {
            { TooMany: true } => $"Your organization has {MaintenanceWindow.MostOpen} windows that are not over. Take away one that is not needed.",
            { TooManyUpdates: true } => $"A window has at most {MaintenanceWindow.MostUpdates} updates.",
            { Over: true } => "The window is over and stays as it was.",
            { NotCurrent: true } => "The window does not take place now.",
            { UnknownMonitors.Count: > 0 } => "One of the chosen monitors was removed meanwhile.",
            _ => Gone,
        });
    }

    private static JsonFields Fields(Dictionary<string, object?> form) => new(JsonSerializer.SerializeToElement(form), nullIsAbsent: false);
}
