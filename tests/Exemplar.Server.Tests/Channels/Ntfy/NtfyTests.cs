using Exemplar.Core.Deliveries;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Channels.Ntfy;

public sealed class NtfyTests : IDisposable
{
    private readonly ChannelStand _stand = new();

    // The server reads twice the longest message as JSON; what is longer it refuses for good, and nobody hears of the storm.
    [Theory]
    [InlineData("Ночное резервное копирование ")]
    [InlineData("夜間バックアップ")]
    [InlineData("\"\\\"\\")]
    [InlineData("💾")]
    public async Task A_storm_in_any_script_fits_into_what_the_server_reads(string word)
    {
        await using var rig = await ChannelRig.StartAsync("ntfy");
        var name = string.Concat(Enumerable.Repeat(word, 200))[..200];
        var alert = Alerts.Down(name) with { Monitors = 37, Names = [.. Enumerable.Repeat(name, 10)], Note = string.Concat(Enumerable.Repeat(name, 5)) };

        var outcome = await _stand.Channel("ntfy").SendAsync(_stand.Config("ntfy", rig.Config), alert, CancellationToken.None);

        Assert.IsType<DeliveryOutcome.Delivered>(outcome);
        Assert.Contains("37 monitors are down: ", rig.Received, StringComparison.Ordinal);
    }

    public void Dispose() => _stand.Dispose();
}
