using System.Data.Common;
using Exemplar.Core.Accounts;
using Exemplar.Server.Console.Monitors;
using Exemplar.Storage;
using Exemplar.Storage.Accounts;
using Exemplar.Storage.Audit;

namespace Exemplar.Server.Console.Accounts;

/// <summary>
/// What every action of the settings, of channels and of incidents goes through: the member's role is read anew, and the action works on the member's organization
/// alone. What a page shows or hides protects nothing.
/// </summary>
internal sealed class ActionGate(SignedIn signedIn, TimeProvider clock)
{
    /// <summary>What is said to a member whose role is not enough.</summary>
    public const string NotAllowed = "Your role does not allow this. Ask an admin of your organization.";

    /// <summary>Acts when the member's role covers <paramref name="needed"/> now.</summary>
    /// <param name="needed">The least role.</param>
    /// <param name="act">Takes the member as it stands now, who is named in the audit log, and now.</param>
    /// <param name="notAllowed">What people with less are told.</param>
    public async Task<Outcome<T>> AsAsync<T>(
        MemberRole needed, Func<Member, Actor, DateTimeOffset, Task<Outcome<T>>> act, string notAllowed = NotAllowed) where T : class
    {
        try
        {
            return await signedIn.MemberAsync(needed) is { } member
                ? await act(member, signedIn.Actor(member), clock.Moment())
                : new Outcome<T>(null, Refusal: notAllowed);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or DbException)
        {
            return new Outcome<T>(null, Refusal: "The database cannot be used now; nothing was changed. Try again shortly.");
        }
    }
}
