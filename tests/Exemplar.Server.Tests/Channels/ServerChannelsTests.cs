using System.Text.Json;
using Exemplar.Core.Ids;
using Exemplar.Server.Channels;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;
using Exemplar.Server.Tests.Channels.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Exemplar.Server.Tests.Channels;

/// <summary>The channels as the program itself wires them, on a data folder of its own.</summary>
public sealed class ServerChannelsTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("exemplar").FullName;

    [Fact]
    public async Task What_was_sealed_is_opened_after_a_restart_and_not_without_its_keys()
    {
        var id = EntityId.Create(Alerts.At, 1);
        var bytes = await WithServerAsync(_data, services =>
        {
            var kinds = services.GetRequiredService<ChannelKinds>();
            Assert.True(kinds.TryFind("telegram", out var channel));
            var config = JsonSerializer.SerializeToElement(new { token = "1:abc", chat_id = "7" });
            return services.GetRequiredService<ChannelSecrets>().Seal(services.GetRequiredService<ChannelConfigReader>().Read(channel, config, null, new FieldErrors())!, id);
        });

        Assert.Equal("1:abc", await WithServerAsync(_data, services => services.GetRequiredService<ChannelSecrets>().Open(bytes, id)?["token"]));

        var elsewhere = Path.Combine(_data, "elsewhere");
        Assert.Null(await WithServerAsync(elsewhere, services => services.GetRequiredService<ChannelSecrets>().Open(bytes, id)));
    }

    [Fact]
    public async Task Out_of_the_box_the_server_knows_no_shell_and_no_private_address() => await WithServerAsync(_data, services =>
    {
        var kinds = services.GetRequiredService<ChannelKinds>();
        Assert.Equal(18, kinds.All.Count);
        Assert.False(kinds.TryFind("shell", out _));
        Assert.Same(OutboundPolicy.PublicOnly, services.GetRequiredService<OutboundPolicy>());
        return true;
    });

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private static async Task<T> WithServerAsync<T>(string data, Func<IServiceProvider, T> use)
    {
        await using var app = Program.Build(["--data", data, "--urls", "http://127.0.0.1:0"]);
        return use(app.Services);
    }
}
