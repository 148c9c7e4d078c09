using System.Text.Json;

// The yardstick: an HTTP endpoint on the same server that parses the same JSON and answers as many bytes, and does nothing
// else. No token, no monitor, no disk.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
var app = builder.Build();

var answer =
    """{"success":true,"monitor_id":"69c3a0754e257b7d18094f9a","check_id":"69c3a0754e257b7d18094f9a","received_at":"2026-11-23T05:00:00.000Z","status":"up","next_expected_at":"2026-11-23T05:00:00.000Z","deadline_at":"2026-11-23T05:00:00.000Z"}"""u8
        .ToArray();

app.MapPost("/api/monitoring/heartbeat", (RequestDelegate)(async context =>
{
    var reader = context.Request.BodyReader;
    while (true)
    {
        var read = await reader.ReadAsync();
        if (read.IsCompleted)
        {
            context.Response.StatusCode = HasMonitorId(read.Buffer.FirstSpan) ? 200 : 400;
            reader.AdvanceTo(read.Buffer.End);
            break;
        }
        reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
    }
    context.Response.ContentType = "application/json";
    context.Response.ContentLength = answer.Length;
    answer.CopyTo(context.Response.BodyWriter.GetSpan(answer.Length));
    context.Response.BodyWriter.Advance(answer.Length);
}));
app.Run();

static bool HasMonitorId(ReadOnlySpan<byte> body)
{
    var json = new Utf8JsonReader(body);
    var found = false;
    while (json.Read())
        if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("monitor_id"u8)) found = true;
    return found;
}
