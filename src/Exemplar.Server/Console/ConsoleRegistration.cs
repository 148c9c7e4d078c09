using Exemplar.Server.Console.Accounts;
using Exemplar.Server.Console.Boards;
using Exemplar.Server.Console.Channels;
using Exemplar.Server.Console.Incidents;
using Exemplar.Server.Console.Maintenance;
using Exemplar.Server.Console.Monitors;
using Exemplar.Server.Console.Organizations;
using Exemplar.Server.Console.Routing;
using Exemplar.Server.Console.Tokens;
using Exemplar.Server.Hosting;
using Exemplar.Storage.Accounts;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MudBlazor.Services;

namespace Exemplar.Server.Console;

/// <summary>Wires the web console.</summary>
internal static class ConsoleRegistration
{
    // A third of what start.js waits for it.
    private static readonly TimeSpan IsThereEvery = TimeSpan.FromSeconds(3);

    // Browsers let the timers of hidden tabs run once a minute, and with them the page's own signs of life.
    private static readonly TimeSpan HiddenTabsMaySleep = TimeSpan.FromSeconds(90);

    /// <summary>The console's services and the start step that makes the first owner.</summary>
    public static IServiceCollection AddConsole(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents().AddHubOptions(hub => (hub.KeepAliveInterval, hub.ClientTimeoutInterval) = (IsThereEvery, HiddenTabsMaySleep));
        // Pages alone: files are compressed beforehand. Not over TLS of our own, where the length of a page that repeats what its address
        // says would give away what else stands in it (BREACH); a proxy decides that for itself.
        services.AddResponseCompression(compression => compression.MimeTypes = ["text/html"]);
        services.AddMudServices();
        services.AddCascadingAuthenticationState();
        services.AddHttpContextAccessor();
        services.AddAccounts();
        services.AddSingleton<StatusCounts>();
        services.AddScoped<MonitorActions>().AddScoped<BulkChange>();
        services.AddScoped<MemberActions>().AddScoped<TokenActions>().AddScoped<OrganizationActions>();
        services.AddScoped<BoardActions>();
        services.AddSingleton<OpenIncidents>().AddSingleton<Exemplar.Storage.Incidents.DownIncidents>().AddSingleton<ServiceIncidents>();
        services.AddScoped<IncidentActions>().AddScoped<ChannelActions>().AddScoped<RoutingActions>().AddScoped<MaintenanceActions>();
        services.AddScoped<Deliveries.DeliveryActions>();
        return services.AddHostedService<FirstOwner>();
    }

    private static void AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<AccountStore>().AddSingleton<FirstRun>().AddSingleton<SignInLimit>().AddScoped<SignedIn>();
        services.AddSingleton<MemberStore>().AddSingleton<InvitationStore>().AddSingleton<AccountSecrets>();
        services.AddScoped<OwnAccount>().AddScoped<ActionGate>().AddScoped<AuthenticationStateProvider, SessionCheck>();
        services.AddSingleton<IPasswordHasher<Account>, PasswordHasher<Account>>();
        services.AddSingleton<ILookupNormalizer, UpperInvariantLookupNormalizer>();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddAuthorization();
        services.AddIdentityCore<Account>(identity =>
        {
            identity.Lockout.MaxFailedAccessAttempts = 5;
            identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
        }).AddUserStore<IdentityAccounts>().AddSignInManager().AddTokenProvider<TotpCodes>(TokenOptions.DefaultAuthenticatorProvider);
        // A passkey stands for password and code together, so the device has to ask who holds it.
        services.Configure<IdentityPasskeyOptions>(passkeys => (passkeys.UserVerificationRequirement, passkeys.ResidentKeyRequirement) = ("required", "required"));
        services.ConfigureApplicationCookie(cookie =>
        {
            cookie.LoginPath = "/sign-in";
            cookie.AccessDeniedPath = "/sign-in";
            cookie.ReturnUrlParameter = "to";
            cookie.ExpireTimeSpan = TimeSpan.FromDays(14);
            cookie.SlidingExpiration = true;
            cookie.Events.OnValidatePrincipal = SessionCheck.ValidateAsync;
            Harden(cookie.Cookie, "exemplar_session");
        });
        services.Configure<CookieAuthenticationOptions>(IdentityConstants.TwoFactorUserIdScheme, cookie => Harden(cookie.Cookie, "exemplar_step"));
        services.AddAntiforgery(antiforgery => Harden(antiforgery.Cookie, "exemplar_form"));
        services.AddDataProtection().SetApplicationName("Exemplar");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(keys =>
            keys.XmlRepository = new FileSystemXmlRepository(
                provider.GetRequiredService<DataFolder>().MakeKeysFolder(), provider.GetRequiredService<ILoggerFactory>())));
    }

    private static void Harden(CookieBuilder cookie, string name)
    {
        cookie.Name = name;
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
    }
}
