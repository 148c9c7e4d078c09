using Exemplar.Server.Tokens;
using Exemplar.Storage.Organizations;

namespace Exemplar.Server.Organizations;

/// <summary>
/// At the first start: makes the organization that EXEMPLAR_ADMIN_TOKEN belongs to. Later starts find an organization
/// and leave everything as it is. Runs after the database was opened and before requests are taken.
/// </summary>
internal sealed partial class FirstOrganization(
    OrganizationStore organizations, ServerSettings settings, TimeProvider clock, ILogger<FirstOrganization> logger) : IHostedService
{
    private const string Name = OrganizationStore.FirstName;
    private const int LongestToken = Core.Tokens.TokenHash.LongestToken;

    /// <exception cref="SettingsException">The admin token is too short or too long.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.AdminToken is { } token)
        {
            Refuse(token);
            if (await organizations.CreateFirstAsync(Name, token, clock.Moment(), cancellationToken) is { } made)
                Made(made.Id.ToString());
        }
        else if (settings.AdminEmail is null && await organizations.CountAsync(cancellationToken) == 0)
        {
            Missing();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static void Refuse(string token)
    {
        if (token.Length is < TokenGate.ShortestToken or > LongestToken)
            throw new SettingsException(
                $"EXEMPLAR_ADMIN_TOKEN must have {TokenGate.ShortestToken} to {LongestToken} characters; it has {token.Length}. "
                + "Make one with: openssl rand -hex 24");
        if (token.Any(c => c is <= ' ' or > '~'))
            throw new SettingsException(
                "EXEMPLAR_ADMIN_TOKEN must hold only printable ASCII characters without spaces, because it travels in an HTTP header.");
    }

    [LoggerMessage(1601, LogLevel.Information, "Made the first organization {OrganizationId}. EXEMPLAR_ADMIN_TOKEN is its admin token; the setting is not needed any more.")]
    private partial void Made(string organizationId);

    [LoggerMessage(1602, LogLevel.Information, "There is no organization yet. Open the console in a browser to set it up, or set EXEMPLAR_ADMIN_TOKEN to 32 or more random characters (openssl rand -hex 24) and start again.")]
    private partial void Missing();
}
