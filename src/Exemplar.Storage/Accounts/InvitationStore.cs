using System.Buffers.Text;
using System.Security.Cryptography;
using Exemplar.Core.Accounts;
using Exemplar.Core.Audit;
using Exemplar.Core.Ids;
using Exemplar.Core.Tokens;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Accounts;

/// <summary>An open invitation into an organization.</summary>
/// <param name="Id">Its public id.</param>
/// <param name="OrganizationNumber">Where it leads to.</param>
/// <param name="OrganizationName">What that is called.</param>
/// <param name="Invitee">Whom it is for, in the words of who made it.</param>
/// <param name="Role">What the new member may do.</param>
/// <param name="ExpiresAt">From when on it is refused.</param>
public sealed record Invitation(EntityId Id, int OrganizationNumber, string OrganizationName, string Invitee, MemberRole Role, DateTimeOffset ExpiresAt);

/// <summary>What became of an attempt to invite; the code of the link is known only now.</summary>
public sealed record InvitationAttempt(MemberChange Change, Invitation? Invitation = null, string? Code = null);

/// <summary>What became of an attempt to join.</summary>
public enum Joining
{
    /// <summary>The account is a member now, and the invitation is used up.</summary>
    Joined,

    /// <summary>The invitation is used, revoked, expired or was never made.</summary>
    Gone,

    /// <summary>The account is a member already; the invitation stays open.</summary>
    MemberAlready,

    /// <summary>The address has an account; the invitation stays open.</summary>
    AddressTaken,
}

/// <summary>Invitations: made once, used once. Only the hash of a link's code is stored.</summary>
public sealed class InvitationStore(StorageEngine engine)
{
    /// <summary>How long a link can be used.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>How many may be open in an organization.</summary>
    public const int MostOpen = 100;

    /// <summary>The longest name of an invitee, in characters.</summary>
    public const int LongestInvitee = 254;

    /// <summary>Makes an invitation. <see cref="MemberChange.NotFound"/> when too many are open.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<InvitationAttempt> CreateAsync(
        Actor by, string invitee, MemberRole role, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        TokenHash.TryCompute(code, out var hash);
        return engine.WriteAsync(async unit =>
        {
            if (await MemberStore.LockAsync(unit, by, cancellationToken) is not { } mine || !mine.MayGive(role)) return new InvitationAttempt(MemberChange.NotAllowed);
            var nowMs = now.ToMs();
            var mineOnly = unit.Db.Invitations.Where(i => i.OrganizationNumber == by.OrganizationNumber);
            await mineOnly.Where(i => i.ExpiresAtMs <= nowMs).ExecuteDeleteAsync(cancellationToken);
            if (await mineOnly.CountAsync(cancellationToken) >= MostOpen) return new InvitationAttempt(MemberChange.NotFound);
            var row = new InvitationRow
            {
                Id = FreshId.At(now).ToBytes(),
                OrganizationNumber = by.OrganizationNumber,
                Hash = hash.ToBytes(),
                Invitee = invitee,
                Role = (int)role,
                MadeBy = by.AccountNumber ?? 0,
                CreatedAtMs = nowMs,
                ExpiresAtMs = (now + Lifetime).ToMs(),
            };
            unit.Db.Invitations.Add(row);
            var fields = AuditChange.Of(("role", null, MemberStore.Word(role)));
            await unit.NoteAsync(by, now, AuditAction.MemberInvited, $"{EntityId.FromBytes(row.Id)}", invitee, fields, cancellationToken);
            return new InvitationAttempt(MemberChange.Done, Read(row, ""), code);
        }, cancellationToken);
    }

    /// <summary>The invitations of an organization that can still be used, newest first.</summary>
    public async Task<IReadOnlyList<Invitation>> ListAsync(int organizationNumber, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var nowMs = now.ToMs();
        await using var db = engine.Read();
        var rows = await db.Invitations.AsNoTracking()
            .Where(i => i.OrganizationNumber == organizationNumber && i.ExpiresAtMs > nowMs)
            .OrderByDescending(i => i.Number).Take(MostOpen).ToListAsync(cancellationToken);
        return [.. rows.Select(r => Read(r, ""))];
    }

    /// <summary>The invitation with this code; null when it cannot be used.</summary>
    public async Task<Invitation?> FindAsync(string code, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!TokenHash.TryCompute(code, out var hash)) return null;
        var (hashBytes, nowMs) = (hash.ToBytes(), now.ToMs());
        await using var db = engine.Read();
        var found = await (
            from i in db.Invitations.AsNoTracking()
            join o in db.Organizations on i.OrganizationNumber equals o.Number
            where i.Hash == hashBytes && i.ExpiresAtMs > nowMs
            select new { Row = i, o.Name }).SingleOrDefaultAsync(cancellationToken);
        return found is null ? null : Read(found.Row, found.Name);
    }

    /// <summary>Revokes an invitation.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was removed.</exception>
    public Task<MemberChange> RevokeAsync(Actor by, EntityId id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var idBytes = id.ToBytes();
        return engine.WriteAsync(async unit =>
        {
            if (await MemberStore.LockAsync(unit, by, cancellationToken) is not { } mine || !mine.Covers(MemberRole.Admin)) return MemberChange.NotAllowed;
            var row = await unit.Db.Invitations.SingleOrDefaultAsync(
                i => i.OrganizationNumber == by.OrganizationNumber && i.Id == idBytes, cancellationToken);
            if (row is null) return MemberChange.NotFound;
            if (!mine.MayGive((MemberRole)row.Role)) return MemberChange.NotAllowed;
            unit.Db.Invitations.Remove(row);
            await unit.NoteAsync(by, now, AuditAction.InvitationRevoked, id.ToString(), row.Invitee, [], cancellationToken);
            return MemberChange.Done;
        }, cancellationToken);
    }

    /// <summary>Uses an invitation up: a stored account joins, or a new one is made and joins.</summary>
    /// <param name="code">The code of the link.</param>
    /// <param name="account">A stored account, or a new one with its address, key, hash and stamp; its number is set when it joined.</param>
    /// <param name="address">Where it comes from, for the audit log.</param>
    /// <param name="now">The moment of the unit.</param>
    /// <param name="cancellationToken">Gives up the unit.</param>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public async Task<Joining> JoinAsync(string code, Account account, string? address, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!TokenHash.TryCompute(code, out var hash)) return Joining.Gone;
        var (hashBytes, nowMs) = (hash.ToBytes(), now.ToMs());
        var (joining, number) = (Joining.Gone, 0);
        try
        {
            (joining, number) = await TryJoinAsync(hashBytes, nowMs, account, address, now, cancellationToken);
        }
        catch (DbUpdateException) when (account.Number == 0)
        {
            // On PostgreSQL two may make an account for one address together; its key lets one of them through.
            await using var db = engine.Read();
            if (await db.Accounts.AnyAsync(a => a.EmailKey == account.EmailKey, cancellationToken)) return Joining.AddressTaken;
            throw;
        }
        if (joining == Joining.Joined) account.Number = number;
        return joining;
    }

    private Task<(Joining, int)> TryJoinAsync(
        byte[] hashBytes, long nowMs, Account account, string? address, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            var db = unit.Db;
            var open = db.Invitations.Where(i => i.Hash == hashBytes && i.ExpiresAtMs > nowMs);
            if (await open.AsNoTracking().SingleOrDefaultAsync(cancellationToken) is not { } row) return (Joining.Gone, 0);
            if (account.Number == 0 && await db.Accounts.AnyAsync(a => a.EmailKey == account.EmailKey, cancellationToken)) return (Joining.AddressTaken, 0);
            if (account.Number != 0 && await db.Members.AnyAsync(
                m => m.AccountNumber == account.Number && m.OrganizationNumber == row.OrganizationNumber, cancellationToken)) return (Joining.MemberAlready, 0);
            // Of two at the same time one removes it; the other finds nothing.
            if (await open.ExecuteDeleteAsync(cancellationToken) != 1) return (Joining.Gone, 0);
            return (Joining.Joined, await AddAsync(unit, row, account, address, now, cancellationToken));
        }, cancellationToken);

    private static async Task<int> AddAsync(
        WriteUnit unit, InvitationRow row, Account account, string? address, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var number = account.Number;
        if (number == 0)
        {
            var made = AccountStore.NewRow(account, now);
            unit.Db.Accounts.Add(made);
            await unit.Db.SaveChangesAsync(cancellationToken);
            number = made.Number;
        }
        unit.Db.Members.Add(new MemberRow { AccountNumber = number, OrganizationNumber = row.OrganizationNumber, Role = row.Role, JoinedAtMs = now.ToMs() });
        var by = new Actor(row.OrganizationNumber, ActorKind.Member, account.Email, address) { AccountNumber = number };
        var fields = AuditChange.Of(("role", null, MemberStore.Word((MemberRole)row.Role)), ("invitation", null, row.Invitee));
        await unit.NoteAsync(by, now, AuditAction.MemberJoined, $"{EntityId.FromBytes(row.Id)}", account.Email, fields, cancellationToken);
        return number;
    }

    private static Invitation Read(InvitationRow row, string organizationName) => new(
        EntityId.FromBytes(row.Id), row.OrganizationNumber, organizationName, row.Invitee, (MemberRole)row.Role, UnixTime.FromMs(row.ExpiresAtMs));
}
