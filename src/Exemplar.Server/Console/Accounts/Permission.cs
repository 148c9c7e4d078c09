using System.Data.Common;
using Exemplar.Core.Accounts;
using Exemplar.Server.Console.Monitors;
using Exemplar.Storage;
using Exemplar.Storage.Accounts;

namespace Exemplar.Server.Console.Accounts;

/// <summary>
/// Lets an action happen only when the member's role allows it at this moment: what a page shows or hides protects nothing.
/// </summary>
internal sealed class Permission(SignedIn signedIn, TimeProvider clock)
{
    private const string Unavailable = "The database cannot be used now; nothing was changed. Try again shortly.";

    /// <summary>Acts as the member, on the member's organization alone; a refusal says why not.</summary>
    /// <param name="needed">The least role.</param>
    /// <param name="notAllowed">What people with less are told.</param>
    /// <param name="act">Takes the member as it stands now, and now.</param>
    public async Task<Outcome<T>> AsAsync<T>(MemberRole needed, string notAllowed, Func<Member, DateTimeOffset, Task<Outcome<T>>> act) where T : class
    {
        try
        {
            return await signedIn.MemberAsync(needed) is { } member
                ? await act(member, clock.Moment())
                : new Outcome<T>(null, Refusal: notAllowed);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or DbException)
        {
            return new Outcome<T>(null, Refusal: Unavailable);
        }
    }
}
