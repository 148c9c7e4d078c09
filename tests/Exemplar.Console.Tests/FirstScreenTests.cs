using System.Text.Json;
using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests;

/// <summary>What a browser that was never here has to fetch before the list of monitors is live.</summary>
public sealed class FirstScreenTests
{
    private const long Most = 300 * 1024;

    [Fact]
    public async Task The_first_screen_after_signing_in_is_under_300_kilobytes_with_a_full_page_of_monitors()
    {
        await using var visit = await Visit.StartSceneAsync(more: 60);
        var session = await visit.Context.NewCDPSessionAsync(visit.Page);
        await session.SendAsync("Network.enable");
        await session.SendAsync("Network.setCacheDisabled", new Dictionary<string, object> { ["cacheDisabled"] = true });
        var addresses = new Dictionary<string, string>(StringComparer.Ordinal);
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        session.Event("Network.requestWillBeSent").OnEvent += (_, e) =>
            addresses[e!.Value.GetProperty("requestId").GetString()!] = e.Value.GetProperty("request").GetProperty("url").GetString()!;
        session.Event("Network.loadingFinished").OnEvent += (_, e) => Add(e!.Value, "encodedDataLength");
        session.Event("Network.webSocketFrameReceived").OnEvent += (_, e) =>
        {
            lock (sizes) sizes["circuit"] = sizes.GetValueOrDefault("circuit") + e!.Value.GetProperty("response").GetProperty("payloadData").GetString()!.Length;
        };

        await visit.OpenAsync("/monitors");
        await Assertions.Expect(visit.Page.Locator(".row:not(.head)")).ToHaveCountAsync(50);

        lock (sizes)
        {
            var fetched = sizes.Where(s => s.Key != "circuit").ToList();
            Assert.Contains(fetched, s => s.Key.EndsWith(".css", StringComparison.Ordinal) && s.Key.Contains("MudBlazor", StringComparison.Ordinal));
            var report = string.Join('\n', sizes.OrderByDescending(s => s.Value).Select(s => $"{s.Value,8} {s.Key}"));
            TestContext.Current.TestOutputHelper?.WriteLine(report);
            Assert.True(fetched.Sum(s => s.Value) < Most, report);
            Assert.All(fetched.Where(s => s.Key.EndsWith("/monitors", StringComparison.Ordinal)), s => Assert.InRange(s.Value, 1, 40 * 1024));
            Assert.All(fetched.Where(s => s.Key.Contains("MudBlazor", StringComparison.Ordinal)), s => Assert.InRange(s.Value, 1, 100 * 1024));
        }

        void Add(JsonElement e, string field)
        {
            lock (sizes)
            {
                var address = addresses.GetValueOrDefault(e.GetProperty("requestId").GetString()!, "?");
                sizes[address] = sizes.GetValueOrDefault(address) + (long)e.GetProperty(field).GetDouble();
            }
        }
    }
}
