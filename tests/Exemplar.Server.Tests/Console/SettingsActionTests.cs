using System.Security.Claims;
using Exemplar.Core.Accounts;
using Exemplar.Core.Tokens;
using Exemplar.Server.Console.Accounts;
using Exemplar.Server.Console.Organizations;
using Exemplar.Server.Console.Tokens;
using Exemplar.Server.Tokens;
using Exemplar.Storage.Accounts;
using Exemplar.Storage.Organizations;
using Exemplar.Storage.Schema;
using Exemplar.Storage.Tokens;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Circuit = Exemplar.Server.Console.Accounts.SignedIn;

namespace Exemplar.Server.Tests.Console;

/// <summary>The actions behind the pages, called by hand: as a circuit would whose pages hide nothing.</summary>
public sealed class SettingsActionTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Theory]
    [InlineData(MemberRole.Viewer)]
    [InlineData(MemberRole.Editor)]
    public async Task Nobody_below_an_admin_changes_anything(MemberRole role)
    {
        var (client, _, gate) = await MemberAsync(role);
        var token = await TokenAsync(client);
        var member = Assert.Single(await Members.ListAsync(client.OrganizationNumber, default));

        Assert.Equal(ActionGate.NotAllowed, (await Tokens(gate).CreateAsync(new() { ["name"] = "x", ["scopes"] = new[] { "admin" } })).Refusal);
        Assert.Equal(ActionGate.NotAllowed, (await Tokens(gate).RevokeAsync(token)).Refusal);
        Assert.Equal(ActionGate.NotAllowed, (await People(gate).InviteAsync("x", MemberRole.Viewer)).Refusal);
        Assert.Equal(ActionGate.NotAllowed, (await People(gate).ChangeRoleAsync(member, MemberRole.Owner)).Refusal);
        Assert.Equal(ActionGate.NotAllowed, (await People(gate).RemoveAsync(member)).Refusal);
        Assert.Equal(ActionGate.NotAllowed, (await new OrganizationActions(gate, Organizations).EditAsync(new() { ["name"] = "x" })).Refusal);

        Assert.Equal("Acme", (await Organizations.FindAsync(client.OrganizationNumber, default))!.Name);
        Assert.Equal(role, Assert.Single(await Members.ListAsync(client.OrganizationNumber, default)).Role);
        Assert.Empty(await Invitations.ListAsync(client.OrganizationNumber, server.Clock.GetUtcNow(), default));
        Assert.Equal(200, (int)(await client.GetAsync("/api/organization")).Status);
    }

    [Fact]
    public async Task Ids_of_another_organization_are_nobodys()
    {
        var (_, _, gate) = await MemberAsync(MemberRole.Owner);
        var (victim, _, theirs) = await MemberAsync(MemberRole.Owner);
        var token = await TokenAsync(victim);
        var member = Assert.Single(await Members.ListAsync(victim.OrganizationNumber, default));
        var invitation = (await People(theirs).InviteAsync("Grace", MemberRole.Viewer)).Value!.Invitation!;

        Assert.Equal("This token does not exist any more.", (await Tokens(gate).RevokeAsync(token)).Refusal);
        Assert.Equal("This account is no member any more.", (await People(gate).RemoveAsync(member)).Refusal);
        Assert.Equal("This account is no member any more.", (await People(gate).ChangeRoleAsync(member, MemberRole.Viewer)).Refusal);
        Assert.Equal("This invitation is not open any more.", (await People(gate).RevokeAsync(invitation)).Refusal);
        Assert.Equal(200, (int)(await victim.GetAsync("/api/organization")).Status);
        Assert.Single(await Invitations.ListAsync(victim.OrganizationNumber, server.Clock.GetUtcNow(), default));
    }

    [Fact]
    public async Task A_claim_of_an_organization_that_one_is_no_member_of_opens_nothing()
    {
        var (victim, _, _) = await MemberAsync(MemberRole.Owner);
        var (mine, account, _) = await MemberAsync(MemberRole.Owner);

        Assert.Equal(mine.OrganizationNumber, (await SignedIn(account, victim.OrganizationNumber).MemberAsync())!.OrganizationNumber);
    }

    [Fact]
    public async Task A_circuit_never_changes_to_another_organization_when_its_membership_ends()
    {
        var (one, account, _) = await MemberAsync(MemberRole.Owner);
        var other = await server.NewOrganizationAsync();
        await JoinAsync(other.OrganizationNumber, account.Number, MemberRole.Owner);
        var circuit = SignedIn(account, one.OrganizationNumber);
        Assert.Equal(one.OrganizationNumber, (await circuit.MemberAsync())!.OrganizationNumber);

        await server.Engine.WriteAsync(async unit =>
        {
            unit.Db.Members.RemoveRange(unit.Db.Members.Where(m => m.OrganizationNumber == one.OrganizationNumber));
            return await unit.Db.SaveChangesAsync();
        }, default);

        Assert.Null(await circuit.MemberAsync());
        Assert.Equal(other.OrganizationNumber, (await SignedIn(account, one.OrganizationNumber).MemberAsync())!.OrganizationNumber);
    }

    [Fact]
    public async Task A_circuit_of_an_account_that_was_signed_out_everywhere_does_nothing_any_more()
    {
        var (_, account, _) = await MemberAsync(MemberRole.Owner);
        var circuit = SignedIn(account, null);
        Assert.NotNull(await circuit.MemberAsync());
        account.SecurityStamp = OwnAccount.NewStamp();
        Assert.True(await Accounts.UpdateAsync(account, server.Clock.GetUtcNow(), default));
        Assert.Null(await circuit.MemberAsync());
    }

    private AccountStore Accounts => new(server.Engine);

    private MemberStore Members => new(server.Engine);

    private InvitationStore Invitations => new(server.Engine);

    private OrganizationStore Organizations => new(server.Engine);

    private TokenActions Tokens(ActionGate gate) => new(gate, new TokenStore(server.Engine), server.Services.GetRequiredService<TokenCache>());

    private MemberActions People(ActionGate gate) => new(gate, Members, Invitations);

    private async Task<ApiToken> TokenAsync(ApiClient client) => (await new TokenStore(server.Engine).ListAsync(client.OrganizationNumber, 0, 1, default)).Items[0];

    private async Task<(ApiClient Client, Account Account, ActionGate Gate)> MemberAsync(MemberRole role)
    {
        var client = await server.NewOrganizationAsync();
        var email = $"{Guid.NewGuid():N}@example.org";
        var number = await server.Engine.WriteAsync(async unit =>
        {
            var row = new AccountRow { Email = email, EmailKey = email.ToUpperInvariant(), PasswordHash = "", SecurityStamp = email };
            unit.Db.Accounts.Add(row);
            await unit.Db.SaveChangesAsync();
            return row.Number;
        }, default);
        await JoinAsync(client.OrganizationNumber, number, role);
        var account = (await Accounts.FindAsync(number, default))!;
        return (client, account, new ActionGate(SignedIn(account, null), server.Clock));
    }

    private Task<int> JoinAsync(int organization, int account, MemberRole role) => server.Engine.WriteAsync(unit =>
    {
        unit.Db.Members.Add(new MemberRow { AccountNumber = account, OrganizationNumber = organization, Role = (int)role });
        return unit.Db.SaveChangesAsync();
    }, default);

    private Circuit SignedIn(Account account, int? organization)
    {
        List<Claim> claims = [new(ClaimTypes.NameIdentifier, $"{account.Number}"), new(Circuit.StampClaim, account.SecurityStamp)];
        if (organization is { } chosen) claims.Add(new(Circuit.OrganizationClaim, $"{chosen}"));
        return new Circuit(new Cookie(new ClaimsPrincipal(new ClaimsIdentity(claims, "cookie"))), Accounts);
    }

    private sealed class Cookie(ClaimsPrincipal user) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(user));
    }
}
