using Exemplar.Core.Accounts;
using Exemplar.Core.Audit;

namespace Exemplar.Storage.Accounts;

/// <summary>A person who can sign in. Not a record: ASP.NET Core Identity fills it in before it is stored.</summary>
public sealed class Account
{
    /// <summary>Its number inside this database; 0 before it is stored.</summary>
    public int Number { get; internal set; }

    /// <summary>The address as it was typed, up to <see cref="LongestEmail"/> characters.</summary>
    public required string Email { get; set; }

    /// <summary>The address with its case folded.</summary>
    public string EmailKey { get; set; } = "";

    /// <summary>What Identity's hasher made of the password.</summary>
    public string PasswordHash { get; set; } = "";

    /// <summary>Changes with the password; sign-ins from before are refused then.</summary>
    public string SecurityStamp { get; set; } = "";

    /// <summary>Wrong passwords in a row.</summary>
    public int FailedSignIns { get; set; }

    /// <summary>Until when no password is looked at; null when it is not locked.</summary>
    public DateTimeOffset? LockedUntil { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; internal set; }

    /// <summary>Whether a code is asked for after the password.</summary>
    public bool IsTwoFactor { get; set; }

    /// <summary>The secret of the authenticator app, encrypted.</summary>
    public string? TotpSecret { get; set; }

    /// <summary>The code of the authenticator app that was used last.</summary>
    public string? LastCode { get; set; }

    /// <summary>The recovery codes that are left, encrypted.</summary>
    public string? RecoveryCodes { get; set; }

    internal long Version { get; set; }

    /// <summary>What the next update says about itself in the audit log.</summary>
    internal List<AccountNote> Notes { get; } = [];

    /// <summary>The passkeys that the next update stores.</summary>
    internal Dictionary<string, Passkey> ChangedPasskeys { get; } = new(StringComparer.Ordinal);

    /// <summary>The passkeys that the next update removes.</summary>
    internal List<byte[]> RemovedPasskeys { get; } = [];

    /// <summary>Has the next update write an entry into the audit log of every organization that the account is a member of.</summary>
    /// <param name="action">One of <see cref="AuditAction.All"/>.</param>
    /// <param name="address">Where the change comes from.</param>
    /// <param name="target">What was changed, when it is not the account itself.</param>
    public void Note(string action, string? address, string? target = null) => Notes.Add(new AccountNote(action, address, target));

    /// <summary>Has the next update store a passkey.</summary>
    public void Store(Passkey passkey) => ChangedPasskeys[Convert.ToBase64String(passkey.CredentialId)] = passkey;

    /// <summary>Has the next update remove a passkey.</summary>
    public void RemovePasskey(byte[] credentialId) => RemovedPasskeys.Add(credentialId);

    /// <summary>The longest e-mail address, in characters.</summary>
    public const int LongestEmail = 254;
}

/// <summary>An account in an organization.</summary>
/// <param name="AccountNumber">Whose membership it is.</param>
/// <param name="Email">The account's address.</param>
/// <param name="OrganizationNumber">The one organization that the member sees.</param>
/// <param name="OrganizationName">Its name.</param>
/// <param name="Role">What the member may do there.</param>
public sealed record Member(int AccountNumber, string Email, int OrganizationNumber, string OrganizationName, MemberRole Role);

/// <summary>An entry of the audit log that an update of an account writes.</summary>
internal sealed record AccountNote(string Action, string? Address, string? Target);

/// <summary>A passkey: a key pair of which the private half never leaves the person's device.</summary>
public sealed record Passkey(byte[] CredentialId, byte[] PublicKey, string Name, DateTimeOffset CreatedAt)
{
    public uint SignCount { get; init; }

    public IReadOnlyList<string> Transports { get; init; } = [];

    public bool IsUserVerified { get; init; }

    public bool IsBackupEligible { get; init; }

    public bool IsBackedUp { get; init; }

    public byte[] AttestationObject { get; init; } = [];

    public byte[] ClientData { get; init; } = [];

    /// <summary>The longest name, in characters.</summary>
    public const int LongestName = 100;

    /// <summary>How many an account may have.</summary>
    public const int MostPerAccount = 20;
}
