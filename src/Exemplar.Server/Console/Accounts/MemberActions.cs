using Exemplar.Core.Accounts;
using Exemplar.Server.Console.Monitors;
using Exemplar.Server.Requests;
using Exemplar.Storage.Accounts;

namespace Exemplar.Server.Console.Accounts;

/// <summary>What admins and owners change of who is a member. Who may give which role is decided in the transaction that does it.</summary>
internal sealed class MemberActions(ActionGate gate, MemberStore members, InvitationStore invitations)
{
    private const string LastOwner = "An organization always has an owner. Make somebody else an owner first.";
    private const string NotYours = "Your role cannot give or take this role. Ask an owner of your organization.";

    /// <summary>Makes an invitation; its code is known only now.</summary>
    public Task<Outcome<InvitationAttempt>> InviteAsync(string invitee, MemberRole role) => gate.AsAsync<InvitationAttempt>(MemberRole.Admin, async (_, by, now) =>
    {
        invitee = invitee.Trim();
        var errors = new FieldErrors();
        if (invitee.Length is 0 or > InvitationStore.LongestInvitee || invitee.Any(char.IsControl))
            errors.Add("invitee", $"must have 1 to {InvitationStore.LongestInvitee} characters");
        if (errors.Any) return new(null, errors);
        var attempt = await invitations.CreateAsync(by, invitee, role, now, CancellationToken.None);
        return attempt.Change switch
        {
            MemberChange.Done => new(attempt),
            MemberChange.NotFound => new(null, Refusal: $"There are {InvitationStore.MostOpen} open invitations. Revoke one first."),
            _ => new(null, Refusal: NotYours),
        };
    });

    public Task<Outcome<Invitation>> RevokeAsync(Invitation invitation) => gate.AsAsync<Invitation>(MemberRole.Admin, async (_, by, now) =>
        Of(await invitations.RevokeAsync(by, invitation.Id, now, CancellationToken.None), invitation, "This invitation is not open any more."));

    public Task<Outcome<MemberListing>> ChangeRoleAsync(MemberListing member, MemberRole role) => gate.AsAsync<MemberListing>(MemberRole.Admin, async (_, by, now) =>
        Of(await members.ChangeRoleAsync(by, member.AccountNumber, role, now, CancellationToken.None), member, "This account is no member any more."));

    public Task<Outcome<MemberListing>> RemoveAsync(MemberListing member) => gate.AsAsync<MemberListing>(MemberRole.Admin, async (_, by, now) =>
        Of(await members.RemoveAsync(by, member.AccountNumber, now, CancellationToken.None), member, "This account is no member any more."));

    private static Outcome<T> Of<T>(MemberChange change, T value, string gone) where T : class => change switch
    {
        MemberChange.Done => new Outcome<T>(value),
        MemberChange.LastOwner => new Outcome<T>(null, Refusal: LastOwner),
        MemberChange.NotFound => new Outcome<T>(null, Refusal: gone),
        _ => new Outcome<T>(null, Refusal: NotYours),
    };
}
