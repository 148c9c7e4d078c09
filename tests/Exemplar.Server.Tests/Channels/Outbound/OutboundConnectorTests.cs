using System.Net;
using System.Net.Sockets;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Channels.Outbound;

/// <summary>Names are judged by what they resolve to, once, at the moment of connecting.</summary>
public sealed class OutboundConnectorTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:10.0.0.1")]
    public async Task A_name_that_resolves_to_a_private_address_is_refused_before_anything_is_sent(string address)
    {
        await using var service = await FakeService.StartAsync(FakeAnswer.Ok);
        using var stand = new ChannelStand(allowed: null, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(address)]));

        var outcome = await SendAsync(stand, $"http://inside.example.com:{service.Port}/");

        var refused = Assert.IsType<DeliveryOutcome.Refused>(outcome);
        Assert.Contains("inside.example.com resolves to", refused.Detail, StringComparison.Ordinal);
        Assert.Contains("EXEMPLAR_ALLOW_PRIVATE_ADDRESSES", refused.Detail, StringComparison.Ordinal);
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task A_name_that_changes_its_mind_is_resolved_once_and_the_connection_goes_to_what_was_judged()
    {
        await using var service = await FakeService.StartAsync(FakeAnswer.Ok);
        var asked = 0;
        // First an allowed address, from then on the forbidden one on which the service listens.
        using var stand = new ChannelStand("127.0.0.9", (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(++asked == 1 ? "127.0.0.9" : "127.0.0.1")]));

        Assert.IsType<DeliveryOutcome.Retry>(await SendAsync(stand, $"http://moving.example.com:{service.Port}/"));
        Assert.Equal(1, asked);
        Assert.IsType<DeliveryOutcome.Refused>(await SendAsync(stand, $"http://moving.example.com:{service.Port}/"));
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task Of_several_addresses_the_allowed_ones_are_tried_in_turn()
    {
        await using var service = await FakeService.StartAsync(FakeAnswer.Ok);
        // Forbidden, allowed but deaf, allowed and listening.
        using var stand = new ChannelStand("127.0.0.0/8", (_, _) => Task.FromResult<IPAddress[]>(
            [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("127.0.0.9"), IPAddress.Loopback]));

        Assert.IsType<DeliveryOutcome.Delivered>(await SendAsync(stand, $"http://several.example.com:{service.Port}/"));
        Assert.Single(service.Requests);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("http://127.1:{0}/")]
    [InlineData("http://2130706433:{0}/")]
    [InlineData("http://0x7f000001:{0}/")]
    [InlineData("http://0177.0.0.1:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("http://localhost:{0}/")]
    [InlineData("http://0:{0}/")]
    public async Task No_spelling_of_a_loopback_address_gets_through(string address)
    {
        await using var service = await FakeService.StartAsync(FakeAnswer.Ok);
        using var stand = new ChannelStand(allowed: null);

        Assert.IsNotType<DeliveryOutcome.Delivered>(await SendAsync(stand, string.Format(null, address, service.Port)));
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task Without_a_listener_it_may_work_later()
    {
        using var stand = new ChannelStand();
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        var outcome = await SendAsync(stand, $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndPoint!).Port}/");
        Assert.Equal("No connection to 127.0.0.1: connection refused.", Assert.IsType<DeliveryOutcome.Retry>(outcome).Detail);
    }

    [Fact]
    public async Task A_name_that_is_not_found_may_work_later()
    {
        using var stand = new ChannelStand(resolve: (_, _) => throw new SocketException((int)SocketError.HostNotFound));
        var outcome = await SendAsync(stand, "http://nowhere.example.com/");
        Assert.Equal("The name nowhere.example.com cannot be resolved.", Assert.IsType<DeliveryOutcome.Retry>(outcome).Detail);
    }

    private static async Task<DeliveryOutcome> SendAsync(ChannelStand stand, string address)
    {
        var channel = stand.Channel("webhook");
        var config = new Exemplar.Server.Channels.ChannelConfig(new Dictionary<string, string>(StringComparer.Ordinal) { ["url"] = address, ["method"] = "POST" });
        return await channel.SendAsync(config, Alerts.Down(), CancellationToken.None);
    }
}
