using System.Globalization;
using Exemplar.Storage.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Exemplar.Server.Console.Accounts;

/// <summary>
/// What pages about accounts post to besides themselves. Each handler takes a form, which makes the framework check the antiforgery
/// token: a page of another site can post here, but it does not know the token.
/// </summary>
internal static class AccountRoutes
{
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/passkeys/creation-options", CreationOptionsAsync).RequireAuthorization().ExcludeFromDescription();
        routes.MapPost("/passkeys/request-options", RequestOptionsAsync).ExcludeFromDescription();
        routes.MapPost("/settings/profile/organization", OpenOrganizationAsync).RequireAuthorization().ExcludeFromDescription();
    }

    private static async Task<IResult> CreationOptionsAsync(
        HttpContext http, OwnAccount own, SignInManager<Account> signIn, [FromForm(Name = "Input.Password")] string? password)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (await own.FindAsync(http) is not { } account) return Results.Text("You are signed out.", statusCode: StatusCodes.Status401Unauthorized);
        if (await own.ConfirmAsync(http, account, password) is { } refusal) return Results.Text(refusal, statusCode: StatusCodes.Status403Forbidden);
        if ((await signIn.UserManager.GetPasskeysAsync(account)).Count >= Passkey.MostPerAccount)
            return Results.Text($"An account has at most {Passkey.MostPerAccount} passkeys. Remove one first.", statusCode: StatusCodes.Status403Forbidden);
        return Results.Text(await signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity
        {
            Id = account.Number.ToString(CultureInfo.InvariantCulture),
            Name = account.Email,
            DisplayName = account.Email,
        }), "application/json");
    }

    // The form parameter makes the framework check the antiforgery token.
    private static async Task<IResult> RequestOptionsAsync(HttpContext http, SignInManager<Account> signIn, SignInLimit limit, [FromForm] string? _)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (!limit.Allows(http)) return Results.Text("Too many attempts from your address. Wait a minute, then try again.", statusCode: StatusCodes.Status429TooManyRequests);
        // No list of passkeys: the browser offers those that it has for this site, so nobody learns who has one.
        return Results.Text(await signIn.MakePasskeyRequestOptionsAsync(null), "application/json");
    }

    private static async Task<IResult> OpenOrganizationAsync(HttpContext http, OwnAccount own, AccountStore accounts, [FromForm] int organization)
    {
        if (await own.FindAsync(http) is not { } account) return Results.LocalRedirect("/sign-in");
        var memberships = await accounts.MembershipsAsync(account.Number, http.RequestAborted);
        if (memberships.Any(m => m.OrganizationNumber == organization))
            await own.SignInAsync(account, organization.ToString(CultureInfo.InvariantCulture));
        return Results.LocalRedirect("/monitors");
    }
}
