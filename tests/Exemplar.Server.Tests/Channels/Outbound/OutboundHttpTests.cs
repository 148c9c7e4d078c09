using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Channels.Outbound;

public sealed class OutboundHttpTests
{
    [Theory]
    [InlineData(200, typeof(DeliveryOutcome.Delivered))]
    [InlineData(202, typeof(DeliveryOutcome.Delivered))]
    [InlineData(204, typeof(DeliveryOutcome.Delivered))]
    [InlineData(400, typeof(DeliveryOutcome.Refused))]
    [InlineData(401, typeof(DeliveryOutcome.Refused))]
    [InlineData(404, typeof(DeliveryOutcome.Refused))]
    [InlineData(410, typeof(DeliveryOutcome.Refused))]
    [InlineData(408, typeof(DeliveryOutcome.Retry))]
    [InlineData(425, typeof(DeliveryOutcome.Retry))]
    [InlineData(429, typeof(DeliveryOutcome.Retry))]
    [InlineData(500, typeof(DeliveryOutcome.Retry))]
    [InlineData(503, typeof(DeliveryOutcome.Retry))]
    public async Task A_status_means_what_http_says(int status, Type outcome)
    {
        await using var service = await FakeService.StartAsync(new FakeAnswer(status));
        using var stand = new ChannelStand();
        Assert.IsType(outcome, (await SendAsync(stand, service.Address)).Outcome);
    }

    [Theory]
    [InlineData("17", 17)]
    [InlineData("-1", null)]
    [InlineData("soon", null)]
    [InlineData("99999999", 86_400)]
    public async Task A_wait_in_seconds_is_passed_on(string header, int? seconds)
    {
        await using var service = await FakeService.StartAsync(Busy(header));
        using var stand = new ChannelStand();
        Assert.Equal(seconds, Assert.IsType<DeliveryOutcome.Retry>((await SendAsync(stand, service.Address)).Outcome).After?.TotalSeconds);
    }

    [Fact]
    public async Task A_wait_until_a_moment_is_counted_from_now()
    {
        using var stand = new ChannelStand();
        await using var service = await FakeService.StartAsync(Busy(stand.Clock.GetUtcNow().AddSeconds(90).ToString("R", CultureInfo.InvariantCulture)));
        Assert.Equal(90, Assert.IsType<DeliveryOutcome.Retry>((await SendAsync(stand, service.Address)).Outcome).After?.TotalSeconds);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("https://elsewhere.example.com/hook?token=t")]
    public async Task A_redirect_is_not_followed_and_said(string to)
    {
        await using var service = await FakeService.StartAsync(
            new FakeAnswer(302) { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Location"] = to } });
        using var stand = new ChannelStand();
        var outcome = Assert.IsType<DeliveryOutcome.Refused>((await SendAsync(stand, service.Address)).Outcome);
        Assert.Contains("redirects to " + new Uri(to).GetLeftPart(UriPartial.Authority), outcome.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("token=t", outcome.Detail, StringComparison.Ordinal);
        Assert.Single(service.Requests);
    }

    [Fact]
    public async Task A_service_that_never_answers_is_given_up_after_the_limit()
    {
        await using var service = await FakeService.StartAsync(FakeAnswer.Silence);
        using var stand = new ChannelStand();
        var sending = SendAsync(stand, service.Address);
        await service.ArrivalAsync();
        stand.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(sending.IsCompleted);
        stand.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("127.0.0.1 did not answer within 30 s.", Assert.IsType<DeliveryOutcome.Retry>((await sending).Outcome).Detail);
    }

    [Fact]
    public async Task A_caller_who_gives_up_gets_a_cancellation()
    {
        await using var service = await FakeService.StartAsync(FakeAnswer.Silence);
        using var stand = new ChannelStand();
        using var patience = new CancellationTokenSource();
        var sending = SendAsync(stand, service.Address, patience.Token);
        await service.ArrivalAsync();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task A_reset_connection_may_work_later()
    {
        await using var service = await FakeService.StartAsync(FakeAnswer.Reset);
        using var stand = new ChannelStand();
        Assert.IsType<DeliveryOutcome.Retry>((await SendAsync(stand, service.Address)).Outcome);
    }

    [Fact]
    public async Task Of_a_long_body_only_its_beginning_is_read()
    {
        await using var service = await FakeService.StartAsync(new FakeAnswer(500, new string('x', 3_000_000)));
        using var stand = new ChannelStand();
        var answer = await SendAsync(stand, service.Address);
        Assert.Equal(16 * 1024, answer.Body.Length);
        Assert.Equal(500, answer.Outcome.Detail.Length);
    }

    [Fact]
    public async Task What_was_taken_counts_although_its_body_never_ends()
    {
        await using var service = await FakeService.StartAsync(new FakeAnswer(200, "taken") { HangsAfterBody = true });
        using var stand = new ChannelStand(limits: new OutboundLimits { Body = TimeSpan.FromSeconds(1) });
        var sending = SendAsync(stand, service.Address);
        await service.ArrivalAsync();
        while (!sending.IsCompleted)
        {
            stand.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
        Assert.IsType<DeliveryOutcome.Delivered>((await sending).Outcome);
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_said_and_may_be_renewed()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        await using var service = await FakeService.StartAsync(FakeAnswer.Ok, certificate);
        using var stand = new ChannelStand();
        var outcome = Assert.IsType<DeliveryOutcome.Retry>((await SendAsync(stand, service.Address)).Outcome);
        Assert.Contains("certificate of 127.0.0.1 is not valid", outcome.Detail, StringComparison.Ordinal);
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task Hundreds_go_to_one_host_at_once()
    {
        await using var service = await FakeService.StartAsync(FakeAnswer.Ok with { Takes = TimeSpan.FromMilliseconds(50) });
        using var stand = new ChannelStand();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 600).Select(_ => SendAsync(stand, service.Address)));
        Assert.All(outcomes, answer => Assert.True(answer.IsTaken));
        Assert.Equal(600, service.Requests.Count);
        Assert.InRange(service.MostAtOnce, 20, 512);
    }

    [Theory]
    [InlineData("ftp://example.com/")]
    [InlineData("/relative")]
    [InlineData("")]
    public async Task What_is_no_address_is_refused(string address)
    {
        using var stand = new ChannelStand();
        Assert.IsType<DeliveryOutcome.Refused>((await SendAsync(stand, address)).Outcome);
    }

    private static FakeAnswer Busy(string after) =>
        new(429) { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Retry-After"] = after } };

    private static Task<OutboundAnswer> SendAsync(ChannelStand stand, string address, CancellationToken cancellationToken = default) => stand.Http.SendAsync(
        OutboundRequest.Get(address), SecretMask.Of(stand.Channel("webhook"), new ChannelConfig(new Dictionary<string, string>(StringComparer.Ordinal))), cancellationToken);
}
