namespace Exemplar.Server.Console.Accounts;

/// <summary>
/// At the first start: makes the owner that EXEMPLAR_ADMIN_EMAIL and EXEMPLAR_ADMIN_PASSWORD name, for servers that nobody opens in a
/// browser first. Runs after the first organization and before requests are taken.
/// </summary>
internal sealed partial class FirstOwner(FirstRun firstRun, ServerSettings settings, ILogger<FirstOwner> logger) : IHostedService
{
    /// <exception cref="SettingsException">One of the two is missing or cannot be used.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings is { AdminEmail: null, AdminPassword: null }) return;
        if (settings is not { AdminEmail: { } email, AdminPassword: { } password })
            throw new SettingsException("EXEMPLAR_ADMIN_EMAIL and EXEMPLAR_ADMIN_PASSWORD belong together: set both or none.");
        var errors = FirstRun.Check(email, password);
        if (errors.Any)
            throw new SettingsException(string.Join(" ", errors.ByField.Select(e => $"EXEMPLAR_ADMIN_{e.Key.ToUpperInvariant()} {e.Value[0]}.")));
        if (!await firstRun.IsOverAsync(cancellationToken) && await firstRun.EndAsync(null, email, password, cancellationToken) is not null)
            Made();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1603, LogLevel.Information, "Made the first owner out of EXEMPLAR_ADMIN_EMAIL and EXEMPLAR_ADMIN_PASSWORD; the settings are not needed any more.")]
    private partial void Made();
}
