using System.Text.Json.Nodes;
using Exemplar.Server.Channels;

namespace Exemplar.Server.Tests.Channels.Support;

/// <summary>How the other side of a channel behaves. Each kind of channel has its own way to say it.</summary>
public enum Behaviour
{
    /// <summary>Takes what is right by the service's own rules.</summary>
    Take,

    /// <summary>Takes it, and repeats in its answer all that it was sent.</summary>
    TakeAndRepeat,

    /// <summary>Too many requests.</summary>
    Busy,

    /// <summary>A fault of its own, which repeats in its answer all that it was sent.</summary>
    Fault,

    /// <summary>The connection breaks.</summary>
    Reset,

    /// <summary>No answer, ever.</summary>
    Hang,

    /// <summary>The key is wrong; the answer repeats all that it was sent.</summary>
    Unauthorized,

    /// <summary>What is addressed does not exist.</summary>
    NotFound,

    /// <summary>The message is wrong.</summary>
    BadRequest,
}

/// <summary>
/// The other side of one kind of channel, real as far as it goes: a server on a socket with the rules of the service, or a process.
/// </summary>
internal abstract class ChannelRig : IAsyncDisposable
{
    /// <summary>Stands in every secret of every configuration.</summary>
    public const string Mark = "MARKERsecret";

    public Behaviour Behaviour { get; set; }

    /// <summary>A configuration that leads to this rig.</summary>
    public abstract JsonObject Config { get; }

    /// <summary>All that arrived, decoded so that the words of people can be found in it.</summary>
    public abstract string Received { get; }

    /// <summary>Waits until something has arrived.</summary>
    public abstract Task ArrivalAsync();

    public abstract ValueTask DisposeAsync();

    public static async Task<ChannelRig> StartAsync(string kind) => kind switch
    {
        "email" => EmailRig.Start(),
        "shell" => ShellRig.Start(),
        _ when Services.Of(kind) is { } service => await HttpRig.StartAsync(service),
        _ => throw new InvalidOperationException($"The kind {kind} has no rig: every channel passes the contract."),
    };
}

/// <summary>A service that is spoken to by HTTP.</summary>
/// <param name="Config">A configuration, given the address of the service.</param>
/// <param name="Wrong">What the real service would not accept of a request; null when it would.</param>
internal sealed record HttpService(Func<string, JsonObject> Config, Func<ReceivedRequest, string?> Wrong)
{
    /// <summary>What it answers to what it accepts.</summary>
    public Func<ReceivedRequest, FakeAnswer> Answer { get; init; } = _ => FakeAnswer.Ok;
}

internal sealed class HttpRig : ChannelRig
{
    private readonly FakeService _fake;
    private readonly HttpService _service;

    private HttpRig(FakeService fake, HttpService service) => (_fake, _service) = (fake, service);

    public override JsonObject Config => _service.Config(_fake.Address);

    public override string Received => string.Join('\n', _fake.Requests.Where(request => request.Method != "GET" || request.Body.Length > 0).Select(Decoded));

    public IEnumerable<ReceivedRequest> Requests => _fake.Requests;

    public static async Task<HttpRig> StartAsync(HttpService service)
    {
        HttpRig? rig = null;
        var fake = await FakeService.StartAsync(request => rig!.Answer(request));
        return rig = new HttpRig(fake, service);
    }

    public override Task ArrivalAsync() => _fake.ArrivalAsync();

    public override ValueTask DisposeAsync() => _fake.DisposeAsync();

    private FakeAnswer Answer(ReceivedRequest request)
    {
        var repeated = $"{request.Method} {request.Path}\n{string.Join('\n', request.Headers.Select(header => $"{header.Key}: {header.Value}"))}\n\n{request.Text}";
        return Behaviour switch
        {
            Behaviour.Busy => new FakeAnswer(429) { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Retry-After"] = "7" } },
            Behaviour.Fault => new FakeAnswer(503, repeated),
            Behaviour.Reset => FakeAnswer.Reset,
            Behaviour.Hang => FakeAnswer.Silence,
            Behaviour.Unauthorized => new FakeAnswer(401, repeated),
            Behaviour.NotFound => new FakeAnswer(404, "not found"),
            Behaviour.BadRequest => new FakeAnswer(400, "bad request"),
            _ when _service.Wrong(request) is { } wrong => new FakeAnswer(400, "The service would refuse it: " + wrong),
            Behaviour.TakeAndRepeat when request.Method != "GET" && _service.Answer(request) is { Status: 200 } => new FakeAnswer(200, repeated),
            _ => _service.Answer(request),
        };
    }

    private static string Decoded(ReceivedRequest request) => request.Header("Content-Type") switch
    {
        var type when type.StartsWith("application/json", StringComparison.Ordinal) => string.Join('\n', Texts(JsonNode.Parse(request.Body))),
        var type when type.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal) => string.Join('\n', request.Form.Values),
        _ => request.Text,
    };

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Texts(field.Value)),
        JsonArray items => items.SelectMany(Texts),
        JsonValue value => [value.ToString()],
        _ => [],
    };
}
