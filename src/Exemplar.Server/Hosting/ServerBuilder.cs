namespace Exemplar.Server.Hosting;

/// <summary>The host: settings, log, Kestrel. What runs on it is said in Program.cs.</summary>
internal static class ServerBuilder
{
    /// <summary>A stop takes at most this long: what is in flight is finished, then the process ends.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    // In a build folder the framework would look whether the console's files have changed since, and send style sheets uncompressed
    // for that.
    private static readonly KeyValuePair<string, string?> UseCompressedFiles = new("ReloadStaticAssetsAtRuntime", "false");

    /// <exception cref="SettingsException">A setting cannot be used.</exception>
    public static WebApplicationBuilder Create(string[] args)
    {
        // Empty, because the ready-made builders watch the working folder for settings files, and the data folder with its
        // thousands of writes a second usually lies in there.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = "Exemplar.Server",
            // The console's files stand beside the program, wherever the operator stands.
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.AddInMemoryCollection([UseCompressedFiles]);
        builder.Configuration.AddEnvironmentVariables(ServerSettings.EnvironmentPrefix).AddCommandLine(args, ServerSettings.Switches);
        var settings = ServerSettings.Read(builder.Configuration);

        builder.Logging.AddQuietLog();
        builder.WebHost.UseUrls(settings.Urls);
        // Does nothing in a publish folder; in a build folder the console's files are still where they came from.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddRouting();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        return builder;
    }
}
