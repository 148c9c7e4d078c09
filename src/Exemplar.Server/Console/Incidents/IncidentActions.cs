using System.Text.Json;
using Exemplar.Core.Accounts;
using Exemplar.Core.Ids;
using Exemplar.Core.Incidents;
using Exemplar.Server.Console.Accounts;
using Exemplar.Server.Console.Monitors;
using Exemplar.Server.Incidents;
using Exemplar.Server.Requests;
using Exemplar.Storage.Accounts;
using Exemplar.Storage.Incidents;

namespace Exemplar.Server.Console.Incidents;

/// <summary>What members do about incidents. The timeline names them by their e-mail address.</summary>
internal sealed class IncidentActions(ActionGate gate, IncidentStore incidents, IncidentResolution resolution)
{
    private const string NotAllowed = "Your role may look but not change anything. Ask an admin of your organization.";
    private const string Gone = "This incident does not exist any more.";

    public Task<Outcome<Member>> AcknowledgeAsync(EntityId id) => AsEditorAsync((member, now) =>
        ChangeAsync(member, id, incident => IncidentLifecycle.OnAcknowledged(incident, member.Email, now)));

    public Task<Outcome<Member>> ResolveAsync(EntityId id) => AsEditorAsync(async (member, _) =>
        await resolution.ResolveAsync(member.OrganizationNumber, id, member.Email, CancellationToken.None)
            ? new Outcome<Member>(member)
            : new Outcome<Member>(null, Refusal: Gone));

    /// <summary>No reminders for a while.</summary>
    public Task<Outcome<Member>> SnoozeAsync(EntityId id, TimeSpan time) => AsEditorAsync((member, now) =>
        SnoozeAsync(member, id, Moments.Text(now + time), now));

    /// <summary>No reminders until a moment, written as in the API.</summary>
    public Task<Outcome<Member>> SnoozeAsync(EntityId id, string until) => AsEditorAsync((member, now) => SnoozeAsync(member, id, until, now));

    /// <summary>Writes something down, in Markdown.</summary>
    public Task<Outcome<Member>> NoteAsync(EntityId id, string text) => AsEditorAsync(async (member, now) =>
    {
        var fields = Fields("text", text);
        var note = IncidentFields.ReadNote(fields);
        return fields.Errors.Any
            ? new Outcome<Member>(null, fields.Errors)
            : await ChangeAsync(member, id, incident => IncidentLifecycle.OnNote(incident, note!, member.Email, now));
    });

    private async Task<Outcome<Member>> SnoozeAsync(Member member, EntityId id, string until, DateTimeOffset now)
    {
        var fields = Fields("until", until);
        var moment = IncidentFields.ReadSnooze(fields, now);
        return fields.Errors.Any
            ? new Outcome<Member>(null, fields.Errors)
            : await ChangeAsync(member, id, incident => IncidentLifecycle.OnSnoozed(incident, moment!.Value, member.Email, now));
    }

    private async Task<Outcome<Member>> ChangeAsync(Member member, EntityId id, Func<Incident, IncidentDecision> decide) =>
        await incidents.ChangeAsync(member.OrganizationNumber, id, decide, CancellationToken.None)
            ? new Outcome<Member>(member)
            : new Outcome<Member>(null, Refusal: Gone);

    private Task<Outcome<Member>> AsEditorAsync(Func<Member, DateTimeOffset, Task<Outcome<Member>>> act) =>
        gate.AsAsync(MemberRole.Editor, (member, _, now) => act(member, now), NotAllowed);

    private static JsonFields Fields(string name, string text) =>
        new(JsonSerializer.SerializeToElement(new Dictionary<string, string>(StringComparer.Ordinal) { [name] = text }), nullIsAbsent: true);
}
