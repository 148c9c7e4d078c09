using Exemplar.Server.Health;
using Exemplar.Server.Tests.Channels.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Exemplar.Server.Tests.Health;

/// <summary>An address or token of the operator never stands in the log, although the other side repeats it.</summary>
public sealed class HealthSecretsTests : IDisposable
{
    private const string Secret = "T0PsecretPath99";
    private const string Token = "eis_T0Psecret-token-of-the-other";

    private readonly string _data = Directory.CreateTempSubdirectory("exemplar").FullName;
    private readonly LogLines _log = new();

    [Fact]
    public async Task What_the_log_says_of_a_refusal_names_no_secret()
    {
        await using var elsewhere = await FakeService.StartAsync(
            request => new FakeAnswer(403, $"nothing at {request.Path} for {request.Header("X-API-Key")}"));
        await using var app = Program.Build(
            [
                "--urls", "http://127.0.0.1:0", "--data", _data, "--allow_private_addresses", "127.0.0.0/8",
                "--operators_webhook", $"{elsewhere.Address}/{Secret}",
                "--outgoing_heartbeat_url", $"{elsewhere.Address}/{Secret}", "--outgoing_heartbeat_monitor", new string('a', 24), "--outgoing_heartbeat_token", Token,
            ],
            services => services.AddSingleton<ILoggerProvider>(_log));
        await app.StartAsync();
        app.Services.GetRequiredService<OperatorsChannel>().Tell(new OperatorsNotice(DateTimeOffset.UnixEpoch, null, [new Stall(Part.Scheduler, "no deadline has been judged")]));
        await app.Services.GetRequiredService<OutgoingHeartbeatWorker>().RoundAsync(CancellationToken.None);
        for (var looked = 0; looked < 1_000 && (!Said(2313) || !Said(2314)); looked++) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        await app.StopAsync();

        Assert.Contains(elsewhere.Requests, request => request.Path == $"/{Secret}" && request.Text.Contains("scheduler", StringComparison.Ordinal));
        Assert.Contains(elsewhere.Requests, request => request.Path == $"/{Secret}/api/monitoring/heartbeat" && request.Header("X-API-Key") == Token);
        var said = string.Join('\n', _log.All.Select(line => line.Text));
        Assert.Contains("HTTP 403: nothing at", said, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, said, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, said, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private bool Said(int id) => _log.All.Any(line => line.Id.Id == id);
}
