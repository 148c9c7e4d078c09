namespace Exemplar.Server.Hosting;

/// <summary>The host: settings, log, Kestrel. What runs on it is said in Program.cs.</summary>
internal static class ServerBuilder
{
    /// <summary>A stop takes at most this long: what is in flight is finished, then the process ends.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(8);

    /// <exception cref="SettingsException">A setting cannot be used.</exception>
    public static WebApplicationBuilder Create(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ApplicationName = "Exemplar.Server" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddEnvironmentVariables(ServerSettings.EnvironmentPrefix).AddCommandLine(args);
        var settings = ServerSettings.Read(builder.Configuration);

        builder.Logging.AddQuietLog();
        builder.WebHost.UseUrls(settings.Urls);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        return builder;
    }
}
