using Exemplar.Core.Accounts;

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

    internal long Version { get; set; }

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
