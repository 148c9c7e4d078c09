using System.Text.Json;
using Exemplar.Core.Accounts;
using Exemplar.Core.Ids;
using Exemplar.Core.Tokens;
using Exemplar.Server.Console.Accounts;
using Exemplar.Server.Console.Monitors;
using Exemplar.Server.Requests;
using Exemplar.Server.Tokens;
using Exemplar.Storage.Tokens;

namespace Exemplar.Server.Console.Tokens;

/// <summary>What admins change of the organization's API tokens, under the rules of the API.</summary>
internal sealed class TokenActions(ActionGate gate, TokenStore tokens, TokenCache cache)
{
    /// <summary>Makes a token; its text is known only now.</summary>
    public Task<Outcome<CreatedToken>> CreateAsync(Dictionary<string, object?> form) => gate.AsAsync<CreatedToken>(MemberRole.Admin, async (_, by, now) =>
    {
        var fields = new JsonFields(JsonSerializer.SerializeToElement(form), nullIsAbsent: true);
        var (name, scopes, expiresAt) = TokenFields.Read(fields, now);
        return fields.Errors.Any
            ? new(null, fields.Errors)
            : new(await tokens.CreateAsync(by, name!, scopes, expiresAt, now, CancellationToken.None));
    });

    /// <summary>Revokes a token for good.</summary>
    public Task<Outcome<ApiToken>> RevokeAsync(ApiToken token) => gate.AsAsync<ApiToken>(MemberRole.Admin, async (_, by, now) =>
    {
        var revocation = await tokens.RevokeAsync(by, token.Id, now, CancellationToken.None);
        if (revocation == TokenRevocation.Revoked) cache.Forget(token.Id);
        return revocation switch
        {
            TokenRevocation.Revoked => new(token),
            TokenRevocation.LastAdminToken => new(null, Refusal: "It is the last usable admin token. Make another admin token first, then revoke this one."),
            _ => new(null, Refusal: "This token does not exist any more."),
        };
    });
}
