using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Exemplar.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

/// <summary>Runs every vector with a client of its own and tells what it saw. It judges nothing.</summary>
internal static class Vectors
{
    private const string Key = "eis_contract_key_that_must_never_be_shown";

    public static async Task RunAsync(string control, bool injected, string[] files)
    {
        using var http = new HttpClient { BaseAddress = new Uri(control), Timeout = TimeSpan.FromSeconds(60) };
        var vectors = files.SelectMany(file => JsonNode.Parse(File.ReadAllText(file))!["vectors"]!.AsArray()).Select(v => v!.AsObject()).ToList();
        // The environment belongs to the whole process, so these go one by one before the others.
        foreach (var vector in vectors.Where(v => v.ContainsKey("environment"))) Print(await RunAsync(http, injected, vector));
        await Parallel.ForEachAsync(
            vectors.Where(v => !v.ContainsKey("environment")), new ParallelOptions { MaxDegreeOfParallelism = 6 },
            async (vector, _) => Print(await RunAsync(http, injected, vector)));
    }

    private static void Print(JsonObject seen)
    {
        lock (Key) Console.WriteLine(seen.ToJsonString());
    }

    private static async Task<JsonObject> RunAsync(HttpClient http, bool injected, JsonObject vector)
    {
        using var made = await http.PostAsync("/__scenario", Content(vector["server"]!));
        var scenario = JsonNode.Parse(await made.Content.ReadAsStringAsync())!;
        vector = Fill(vector, scenario["base_url"]!.GetValue<string>(), scenario["other_url"]!.GetValue<string>());
        var variables = vector["environment"]?.AsObject().Select(v => v.Key).ToList() ?? [];
        foreach (var name in variables) Environment.SetEnvironmentVariable(name, vector["environment"]![name]!.GetValue<string>());

        var log = new Lines();
        var (calls, texts) = (new JsonArray(), new JsonArray());
        JsonObject? init = null;
        var startedAt = Stopwatch.GetTimestamp();
        var elapsed = TimeSpan.Zero;
        var services = new ServiceCollection().AddLogging(l => l.SetMinimumLevel(LogLevel.Trace).AddProvider(log)).AddExemplar(o => Configure(o, vector));
        await using var provider = services.BuildServiceProvider();
        try
        {
            using var client = injected ? provider.GetRequiredService<ExemplarClient>() : Plain(vector, provider);
            texts.Add((JsonNode?)client.ToString());
            startedAt = Stopwatch.GetTimestamp();
            foreach (var call in vector["calls"]!.AsArray()) calls.Add((JsonNode)await CallAsync(client, call!.AsObject(), texts));
            elapsed = Stopwatch.GetElapsedTime(startedAt);
        }
        catch (ArgumentException exception)
        {
            init = new JsonObject { ["raises"] = "misuse" };
            texts.Add((JsonNode?)exception.ToString());
        }
        foreach (var name in variables) Environment.SetEnvironmentVariable(name, null);

        using var ended = await http.DeleteAsync("/__scenario?id=" + scenario["id"]!.GetValue<string>());
        foreach (var line in log.All) texts.Add((JsonNode?)line.Text);
        return new JsonObject
        {
            ["name"] = vector["name"]!.GetValue<string>(),
            ["init"] = init,
            ["calls"] = calls,
            ["elapsed_seconds"] = elapsed.TotalSeconds,
            ["warnings"] = new JsonArray([.. log.All.Where(l => l.Level >= LogLevel.Warning).Select(l => (JsonNode)l.Text)]),
            ["texts"] = texts,
            ["report"] = JsonNode.Parse(await ended.Content.ReadAsStringAsync()),
            ["filled"] = vector.DeepClone(),
        };
    }

    private static ExemplarClient Plain(JsonObject vector, IServiceProvider services)
    {
        var options = new ExemplarOptions();
        Configure(options, vector);
        return new ExemplarClient(options, services.GetRequiredService<ILogger<ExemplarClient>>());
    }

    private static void Configure(ExemplarOptions options, JsonObject vector)
    {
        options.ApiKey = vector["init"]!["api_key"]?.GetValue<string>();
        options.BaseUrl = vector["init"]!["base_url"]?.GetValue<string>();
        if (vector["options"]?["total_timeout_seconds"] is { } total) options.TotalTimeout = TimeSpan.FromSeconds(total.GetValue<double>());
        if (vector["options"]?["attempt_timeout_seconds"] is { } one) options.AttemptTimeout = TimeSpan.FromSeconds(one.GetValue<double>());
        if (vector["options"]?["max_attempts"] is { } attempts) options.MaxAttempts = attempts.GetValue<int>();
    }

    private static async Task<JsonObject> CallAsync(ExemplarClient client, JsonObject call, JsonArray texts)
    {
        // The compiler refuses an id that is no text; such a vector is left out by the tests, which say so.
        var id = call["monitor_id"] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
        try
        {
            var result = call["metadata"] switch
            {
                _ when call["occurred_at"] is JsonValue at && at.GetValueKind() == JsonValueKind.String => await client.SendHeartbeatAsync(
                    new Heartbeat(id!) { Metadata = call["metadata"] as JsonObject, OccurredAt = DateTimeOffset.Parse(at.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture) }),
                null when call["raise_on_error"]?.GetValue<bool>() == true => await client.SendHeartbeatAsync(new Heartbeat(id!) { ThrowOnError = true }),
                null => await client.SendHeartbeatAsync(id!),
                JsonObject metadata => await client.SendHeartbeatAsync(id!, Marked(metadata)),
                var other => await client.SendHeartbeatAsync(id!, other.Deserialize(Types.Default.JsonElement), Types.Default.JsonElement),
            };
            texts.Add((JsonNode?)result.ToString());
            return Fields(result);
        }
        catch (ArgumentException exception)
        {
            texts.Add((JsonNode?)exception.ToString());
            return new JsonObject { ["raises"] = "misuse" };
        }
        catch (ExemplarException exception)
        {
            texts.Add((JsonNode?)exception.ToString());
            return new JsonObject { ["raises"] = "failure", ["status"] = exception.Status, ["code"] = exception.Code, ["attempts"] = exception.Attempts };
        }
    }

    private static JsonObject Fields(HeartbeatResult result) => new()
    {
        ["ok"] = result.Ok,
        ["status"] = result.Status,
        ["code"] = result.Code,
        ["error"] = result.Error,
        ["attempts"] = result.Attempts,
        ["monitor_id"] = result.MonitorId,
        ["check_id"] = result.CheckId,
        ["monitor_status"] = result.MonitorStatus,
        ["received_at"] = At(result.ReceivedAt),
        ["next_expected_at"] = At(result.NextExpectedAt),
        ["deadline_at"] = At(result.DeadlineAt),
    };

    private static string? At(DateTimeOffset? moment) => moment?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    private static StringContent Content(JsonNode body) => new(body.ToJsonString(), Encoding.UTF8, "application/json");

    /// <summary>The vector with its addresses, the key and the long texts in place, and what every vector leaves to the defaults.</summary>
    private static JsonObject Fill(JsonObject vector, string address, string other)
    {
        var filled = Fill(vector, text => text.Replace("{base}", address).Replace("{other}", other).Replace("{key}", Key))!.AsObject();
        var init = filled["init"]?.AsObject() ?? [];
        filled.Remove("init");
        if (!init.ContainsKey("api_key")) init["api_key"] = Key;
        if (!init.ContainsKey("base_url")) init["base_url"] = address;
        filled["init"] = init;
        return filled;
    }

    private static JsonNode? Fill(JsonNode? node, Func<string, string> text) => node switch
    {
        JsonObject when node["$repeat"] is { } repeat => string.Concat(Enumerable.Repeat(repeat["text"]!.GetValue<string>(), repeat["times"]!.GetValue<int>())),
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, Fill(field.Value, text)))),
        JsonArray items => new JsonArray([.. items.Select(item => Fill(item, text))]),
        JsonValue when node.GetValueKind() == JsonValueKind.String => text(node.GetValue<string>()),
        _ => node?.DeepClone(),
    };

    /// <summary>Metadata with what cannot be written as JSON where the vector wants it.</summary>
    private static JsonObject Marked(JsonObject metadata) => new(metadata.Select(field => KeyValuePair.Create(
        field.Key, field.Value is JsonObject mark && mark.ContainsKey("$not_serialisable") ? JsonValue.Create(double.NaN) : field.Value?.DeepClone())));

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<(LogLevel, string)> _lines = new();

        public IEnumerable<(LogLevel Level, string Text)> All => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            _lines.Enqueue((LogLevel.Trace, state.ToString() ?? ""));
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue((logLevel, formatter(state, exception) + exception));

        public void Dispose()
        {
        }
    }
}

[JsonSerializable(typeof(JsonElement))]
internal sealed partial class Types : JsonSerializerContext;
