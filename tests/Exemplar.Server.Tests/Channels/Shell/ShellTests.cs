using System.Text.Json;
using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Requests;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Channels.Shell;

public sealed class ShellTests : IDisposable
{
    private readonly ChannelStand _stand = new();

    [Fact]
    public async Task The_alert_is_in_the_environment_and_on_the_input()
    {
        await using var rig = ShellRig.Start();
        Assert.IsType<DeliveryOutcome.Delivered>(await SendAsync(rig.Config, Alerts.Down("a $(touch x) `id`; 'b'")));
        await rig.ArrivalAsync();
        Assert.Contains("EXEMPLAR_ALERT_MONITOR_NAME=a $(touch x) `id`; 'b'\n", rig.Received, StringComparison.Ordinal);
        Assert.Contains("EXEMPLAR_ALERT_EVENT=down\n", rig.Received, StringComparison.Ordinal);
        Assert.Contains($"API_PASSWORD={ChannelRig.Mark}\n", rig.Received, StringComparison.Ordinal);
        using var input = JsonDocument.Parse(rig.Received[rig.Received.IndexOf("{\"delivery_id\"", StringComparison.Ordinal)..]);
        Assert.Equal("a $(touch x) `id`; 'b'", input.RootElement.GetProperty("monitor").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Arguments_reach_the_command_as_they_are()
    {
        var outcome = await SendAsync(
            new JsonObject { ["command"] = "/usr/bin/printf", ["arguments"] = "[%s]\n$HOME *\n; exit 1\n\"q\" 'r'" }, Alerts.Down());
        Assert.Equal("Exit code 0. [$HOME *][; exit 1][\"q\" 'r']", Assert.IsType<DeliveryOutcome.Delivered>(outcome).Detail);
    }

    [Fact]
    public async Task Nothing_of_the_servers_own_environment_is_passed_on()
    {
        Environment.SetEnvironmentVariable("EXEMPLAR_ADMIN_TOKEN", "sesame-admin");
        try
        {
            await using var rig = ShellRig.Start();
            await SendAsync(rig.Config, Alerts.Down());
            await rig.ArrivalAsync();
            Assert.Contains("PATH=", rig.Received, StringComparison.Ordinal);
            Assert.DoesNotContain("sesame-admin", rig.Received, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("EXEMPLAR_ADMIN_TOKEN", null);
        }
    }

    [Fact]
    public async Task When_the_time_is_over_all_that_it_started_is_killed()
    {
        await using var rig = ShellRig.Start();
        rig.Behaviour = Behaviour.Hang;
        var sending = SendAsync(rig.Config, Alerts.Down());
        await rig.ArrivalAsync();
        var child = int.Parse(rig.Received.Split("child ")[1].Trim(), null);
        using var process = System.Diagnostics.Process.GetProcessById(child);

        _stand.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.StartsWith("Killed after 10 s.", Assert.IsType<DeliveryOutcome.Retry>(await sending).Detail, StringComparison.Ordinal);
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task What_it_leaves_running_neither_holds_it_up_nor_stays()
    {
        var outcome = await SendAsync(new JsonObject { ["command"] = "/bin/bash", ["arguments"] = "-c\nsleep 1000 & echo $!" }, Alerts.Down()).WaitAsync(TimeSpan.FromSeconds(10));
        var left = int.Parse(Assert.IsType<DeliveryOutcome.Delivered>(outcome).Detail.Split("Exit code 0. ")[1], null);
        for (var i = 0; i < 500 && IsAlive(left); i++) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        Assert.False(IsAlive(left));
    }

    [Fact]
    public async Task Of_a_flood_of_output_only_the_beginning_is_kept()
    {
        var outcome = await SendAsync(new JsonObject { ["command"] = "/bin/bash", ["arguments"] = "-c\nhead -c 5000000 /dev/zero | tr '\\0' x; exit 3" }, Alerts.Down());
        var detail = Assert.IsType<DeliveryOutcome.Retry>(outcome).Detail;
        Assert.StartsWith("Exit code 3. xxx", detail, StringComparison.Ordinal);
        Assert.Equal(500, detail.Length);
    }

    [Theory]
    [InlineData("/no/such/command")]
    [InlineData("/etc/passwd")]
    public async Task A_command_that_cannot_be_run_is_refused(string command) =>
        Assert.IsType<DeliveryOutcome.Refused>(await SendAsync(new JsonObject { ["command"] = command }, Alerts.Down()));

    [Theory]
    [InlineData("""{"command":"alert.sh"}""", "config.command")]
    [InlineData("""{"command":"/bin/true","timeout_seconds":0}""", "config.timeout_seconds")]
    [InlineData("""{"command":"/bin/true","timeout_seconds":61}""", "config.timeout_seconds")]
    [InlineData("""{"command":"/bin/true","environment":{"A=B":"x"}}""", "config.environment")]
    public void What_cannot_be_meant_is_refused(string config, string field)
    {
        var errors = new FieldErrors();
        Assert.Null(_stand.Read("shell", config, null, errors));
        Assert.Equal([field], errors.ByField.Keys);
    }

    [Fact]
    public void Without_the_operators_leave_there_is_no_such_kind()
    {
        using var stand = new ChannelStand(allowShell: false);
        Assert.False(stand.Kinds.TryFind("shell", out _));
        Assert.DoesNotContain(stand.Kinds.All, channel => channel.Kind == "shell");
        Assert.DoesNotContain("shell", stand.Kinds.Words, StringComparison.Ordinal);
    }

    public void Dispose() => _stand.Dispose();

    // A process that has ended and not been waited for is dead all the same.
    private static bool IsAlive(int id)
    {
        try
        {
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Task<DeliveryOutcome> SendAsync(JsonObject config, Alert alert) =>
        _stand.Channel("shell").SendAsync(_stand.Config("shell", config), alert, CancellationToken.None);
}
