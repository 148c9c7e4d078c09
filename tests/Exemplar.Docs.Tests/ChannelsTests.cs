using Exemplar.Docs.Tests.Support;
using Exemplar.Server;
using Exemplar.Server.Channels;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace Exemplar.Docs.Tests;

/// <summary>The tables of docs/channels.md are what the channels ask for.</summary>
public sealed class ChannelsTests
{
    [Fact]
    public void Every_kind_is_documented_with_its_fields_their_defaults_and_secrets()
    {
        var services = new ServiceCollection()
            .AddSingleton(new ServerSettings { Urls = "", DataFolder = "", AllowShellChannel = true })
            .AddSingleton(TimeProvider.System).AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider()).AddChannels();
        using var provider = services.BuildServiceProvider();
        var kinds = provider.GetRequiredService<ChannelKinds>();
        var document = Document.Read("docs/channels.md");

        Assert.True(kinds.All.Count > 15, $"Only {kinds.All.Count} kinds were found.");
        var text = File.ReadAllText(Repository.File("docs/channels.md"));
        foreach (var channel in kinds.All)
        {
            Assert.Contains($"## {channel.Title}\n\n`\"kind\": \"{channel.Kind}\"`\n", text, StringComparison.Ordinal);
            Assert.Equal(
                channel.Fields.Select(field => ($"`{field.Name}`", Mark(field))),
                document.Rows(channel.Title).Select(row => (row[0], row[1])));
        }
    }

    private static string Mark(ChannelField field) => (field.Default, field.IsRequired, field.IsSecret) switch
    {
        ({ } otherwise, _, _) => $"`{otherwise}`",
        (_, true, true) => "required, secret",
        (_, true, false) => "required",
        (_, false, true) => "secret",
        _ => "",
    };
}
