using System.Net;
using Exemplar.Core.Tokens;
using Exemplar.Storage.Accounts;

namespace Exemplar.Storage.Audit;

/// <summary>What kind of actor changed something. Stored as a number.</summary>
public enum ActorKind
{
    /// <summary>Somebody who signed in to the console.</summary>
    Member = 0,

    /// <summary>A program with an API token.</summary>
    Token = 1,

    /// <summary>Whoever started the server with a switch.</summary>
    Operator = 2,
}

/// <summary>Who changes something in an organization, and from where: every change names one, and the audit log keeps it.</summary>
/// <param name="OrganizationNumber">The only organization in which anything is changed.</param>
/// <param name="Kind">Whether it is a member or a token.</param>
/// <param name="Name">The member's address or the token's name.</param>
/// <param name="Address">The network address it came from; null when there is none.</param>
public sealed record Actor(int OrganizationNumber, ActorKind Kind, string Name, string? Address)
{
    /// <summary>The member's account; null for others.</summary>
    public int? AccountNumber { get; init; }

    public static Actor Of(Member member, string? address) =>
        new(member.OrganizationNumber, ActorKind.Member, member.Email, address) { AccountNumber = member.AccountNumber };

    public static Actor Of(ApiToken token, IPAddress? address) => new(token.OrganizationNumber, ActorKind.Token, token.Name, Text(address));

    /// <summary>An address as it is stored and shown.</summary>
    public static string? Text(IPAddress? address) => (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString();
}
