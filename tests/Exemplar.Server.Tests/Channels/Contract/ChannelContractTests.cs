using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels;
using Exemplar.Server.Requests;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Channels.Contract;

/// <summary>What every channel keeps, whatever its kind. A kind without a rig fails all of it.</summary>
public sealed class ChannelContractTests : IDisposable
{
    private readonly ChannelStand _stand = new();

    public static TheoryData<string> Kinds
    {
        get
        {
            using var stand = new ChannelStand();
            return [.. stand.Kinds.All.Select(channel => channel.Kind)];
        }
    }

    public static TheoryData<string, Behaviour> Passing => Each(Behaviour.Busy, Behaviour.Fault, Behaviour.Reset);

    public static TheoryData<string, Behaviour> Lasting => Each(Behaviour.Unauthorized, Behaviour.NotFound, Behaviour.BadRequest);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_event_is_told_in_its_words(string kind)
    {
        await using var rig = await ChannelRig.StartAsync(kind);
        foreach (var what in Enum.GetValues<AlertEvent>()) await DeliverAsync(rig, kind, Alerts.Of(what));

        await rig.ArrivalAsync();
        if (!_stand.Channel(kind).IsReadByPeople) return;
        foreach (var subject in new[]
        {
            "DOWN Nightly backup", "UP Nightly backup, was down 12 min", "STILL DOWN Nightly backup, for 2 h", "LATE Nightly backup", "TEST Nightly backup",
        })
        {
            Assert.Contains(subject, rig.Received, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Hostile_names_are_harmless(string kind)
    {
        await using var rig = await ChannelRig.StartAsync(kind);
        foreach (var name in HostileNames())
        {
            foreach (var what in Enum.GetValues<AlertEvent>()) await DeliverAsync(rig, kind, Hostile(Alerts.Of(what, name), name));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_storm_in_one_message_and_one_that_comes_late_say_so(string kind)
    {
        await using var rig = await ChannelRig.StartAsync(kind);
        foreach (var what in Enum.GetValues<AlertEvent>()) await DeliverAsync(rig, kind, Alerts.Folded(what) with { IsStale = true });

        await rig.ArrivalAsync();
        if (!_stand.Channel(kind).IsReadByPeople) return;
        Assert.Contains("DELIVERED LATE: DOWN 37 monitors", rig.Received, StringComparison.Ordinal);
        Assert.Contains("alpha, beta", rig.Received, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task What_may_pass_is_to_be_tried_again(string kind, Behaviour behaviour)
    {
        await using var rig = await ChannelRig.StartAsync(kind);
        rig.Behaviour = behaviour;
        var outcome = Assert.IsType<DeliveryOutcome.Retry>(await SendAsync(rig, kind, Alerts.Down()));
        Assert.NotEmpty(outcome.Detail);
        if (behaviour == Behaviour.Busy && rig is HttpRig) Assert.Equal(TimeSpan.FromSeconds(7), outcome.After);
    }

    [Theory]
    [MemberData(nameof(Lasting))]
    public async Task What_cannot_pass_is_refused(string kind, Behaviour behaviour)
    {
        await using var rig = await ChannelRig.StartAsync(kind);
        rig.Behaviour = behaviour;
        Assert.NotEmpty(Assert.IsType<DeliveryOutcome.Refused>(await SendAsync(rig, kind, Alerts.Down())).Detail);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_caller_who_gives_up_gets_a_cancellation(string kind)
    {
        await using var rig = await ChannelRig.StartAsync(kind);
        rig.Behaviour = Behaviour.Hang;
        using var patience = new CancellationTokenSource();
        var sending = SendAsync(rig, kind, Alerts.Down(), patience.Token);
        await rig.ArrivalAsync();
        Assert.False(sending.IsCompleted);

        await patience.CancelAsync();

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.DoesNotContain(ChannelRig.Mark, cancelled.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Without_an_answer_it_ends_by_itself_and_may_be_tried_again(string kind)
    {
        await using var rig = await ChannelRig.StartAsync(kind);
        rig.Behaviour = Behaviour.Hang;
        var sending = SendAsync(rig, kind, Alerts.Down());
        await rig.ArrivalAsync();
        _stand.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.IsType<DeliveryOutcome.Retry>(await sending.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Whatever_comes_back_no_secret_leaves_the_channel(string kind)
    {
        await using var rig = await ChannelRig.StartAsync(kind);
        foreach (var behaviour in Enum.GetValues<Behaviour>().Where(behaviour => behaviour != Behaviour.Hang))
        {
            rig.Behaviour = behaviour;
            var outcome = await SendAsync(rig, kind, Alerts.Down(Alerts.Hostile));
            AssertSilent(outcome.Detail);
            AssertSilent(outcome.ToString());
            Assert.InRange(outcome.Detail.Length, 1, 500);
            Assert.DoesNotContain(outcome.Detail, char.IsControl);
        }
        AssertSilent(_stand.Log.Text);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_secret_of_the_rig_is_marked_and_none_is_shown(string kind)
    {
        await using var rig = await ChannelRig.StartAsync(kind);
        var (channel, config) = (_stand.Channel(kind), _stand.Config(kind, rig.Config));
        Assert.All(channel.Fields.Where(field => field.IsSecret), field => Assert.Contains(
            ChannelRig.Mark, field.Shape == FieldShape.Pairs ? string.Concat(config.Pairs(field.Name).Values) : config[field.Name], StringComparison.Ordinal));
        AssertSilent(ChannelConfigView.Of(channel, config).ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_empty_configuration_names_what_is_missing(string kind)
    {
        var errors = new FieldErrors();
        Assert.Null(_stand.Read(kind, "{}", null, errors));
        Assert.Superset(
            _stand.Channel(kind).Fields.Where(field => field is { IsRequired: true, Default: null }).Select(field => "config." + field.Name).ToHashSet(StringComparer.Ordinal),
            errors.ByField.Keys.ToHashSet(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_address_that_the_policy_forbids_is_refused_when_it_is_configured_and_when_it_is_used(string kind)
    {
        if (kind == "shell") return;
        await using var rig = await ChannelRig.StartAsync(kind);
        using var strict = new ChannelStand(allowed: null);
        var errors = new FieldErrors();
        Assert.Null(strict.Read(kind, rig.Config.ToJsonString(), null, errors));
        Assert.Contains("EXEMPLAR_ALLOW_PRIVATE_ADDRESSES", errors.Summary, StringComparison.Ordinal);

        // Configured before the operator changed his mind.
        var outcome = await strict.Channel(kind).SendAsync(_stand.Config(kind, rig.Config), Alerts.Down(), CancellationToken.None);
        Assert.Contains("is a loopback address", Assert.IsType<DeliveryOutcome.Refused>(outcome).Detail, StringComparison.Ordinal);
        Assert.Equal("", rig.Received);
    }

    public void Dispose() => _stand.Dispose();

    private Task<DeliveryOutcome> SendAsync(ChannelRig rig, string kind, Alert alert, CancellationToken cancellationToken = default) =>
        _stand.Channel(kind).SendAsync(_stand.Config(kind, rig.Config), alert, cancellationToken);

    private async Task DeliverAsync(ChannelRig rig, string kind, Alert alert)
    {
        var outcome = await SendAsync(rig, kind, alert);
        Assert.True(outcome is DeliveryOutcome.Delivered, $"{alert.Event}: {outcome}");
    }

    private static IEnumerable<string> HostileNames() =>
    [
        Alerts.Hostile,
        string.Concat(Enumerable.Repeat("👩‍👩‍👧‍👦", 18)),
        new string('`', 200), new string('\\', 200), new string('&', 200), new string('<', 200), new string('@', 200), string.Concat(Enumerable.Repeat("@everyone ", 20)),
        new string('日', 200), "\u200B\u200B", "..", "- # * 1.", "{\"a\":1}", "${HOME} %s {0} {{event}}",
    ];

    private static Alert Hostile(Alert alert, string text) => alert with
    {
        Monitor = alert.Monitor with { Tags = [text[..Math.Min(text.Length, 64)], "\"\r\n<b>"] },
        Incident = alert.Incident is { } incident ? incident with { Title = text, Cause = text, Runbook = "javascript:alert(1) " + text } : null,
        Check = alert.Check is { } check ? check with { Error = text + new string('x', 5_000) } : null,
        LastHeartbeat = alert.LastHeartbeat is { } last
            ? last with { Metadata = System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal) { ["hostname"] = text, ["job"] = text }) }
            : null,
    };

    private static void AssertSilent(string text)
    {
        Assert.DoesNotContain(ChannelRig.Mark, text, StringComparison.OrdinalIgnoreCase);
        foreach (var token in text.Split([' ', '"', ',', ':', ';', '\n', '<', '>', '(', ')']).Where(token => token.Length >= 12))
        {
            var base64 = token.Replace('-', '+').Replace('_', '/').TrimEnd('=');
            var bytes = new byte[token.Length];
            if (Convert.TryFromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='), bytes, out var length))
                Assert.DoesNotContain(ChannelRig.Mark, System.Text.Encoding.Latin1.GetString(bytes, 0, length), StringComparison.OrdinalIgnoreCase);
        }
    }

    private static TheoryData<string, Behaviour> Each(params Behaviour[] behaviours)
    {
        using var stand = new ChannelStand();
        var data = new TheoryData<string, Behaviour>();
        foreach (var channel in stand.Kinds.All)
        {
            foreach (var behaviour in behaviours) data.Add(channel.Kind, behaviour);
        }
        return data;
    }
}
