using System.Text;
using System.Text.Json.Nodes;
using Exemplar.Cli.Output;
using Exemplar.Cli.Settings;
using Exemplar.Client;

namespace Exemplar.Cli.Requests;

/// <summary>The server's API, for the commands that manage. An answer that is none is told on stderr and is null.</summary>
internal sealed class ApiConnection : IDisposable
{
    private const int MaxAnswerBytes = 32 * 1024 * 1024;

    private readonly Target _target;
    private readonly HttpClient _http;

    public ApiConnection(Connection connection)
    {
        _target = Target.Of(connection.Options);
        _http = new HttpClient(ClientHandler.Create(TimeSpan.FromSeconds(10)))
        {
            BaseAddress = connection.BaseUrl, Timeout = TimeSpan.FromSeconds(30), MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        _http.DefaultRequestHeaders.TryAddWithoutValidation("X-API-Key", _target.Key);
        _http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", _target.UserAgent);
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "application/json");
    }

    /// <summary>Sends a request; the answer's object, an empty one for an answer without body, or null when it failed.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Relative to the base address.</param>
    /// <param name="body">What to send.</param>
    /// <param name="cancelled">Gives it up.</param>
    public async Task<JsonObject?> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancelled)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null) request.Content = new StringContent(Terminal.Json(body), Encoding.UTF8, "application/json");
            using var response = await _http.SendAsync(request, cancelled);
            var status = (int)response.StatusCode;
            var answer = await response.Content.ReadAsByteArrayAsync(cancelled);
            if (response.IsSuccessStatusCode && Read(status, answer) is { } read) return read;
            var failure = Answer.Read(status, answer, _target);
            Terminal.Complain($"{Wording.Of(failure)}: {failure.Error}");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            Terminal.Complain(CertificateRejectedException.IsIn(exception)
                ? $"The certificate of {_target.BaseUrl} is not trusted for this address."
                : $"{_target.BaseUrl} could not be reached: {_target.Clean(exception.GetBaseException().Message)}");
        }
        return null;
    }

    /// <summary>All pages of a list, up to so many items; null when it failed.</summary>
    public async Task<JsonArray?> ListAsync(string path, int limit, CancellationToken cancelled)
    {
        const int MostPerPage = 100;
        var items = new JsonArray();
        for (string? cursor = null; items.Count < limit;)
        {
            var page = $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit={Math.Min(limit - items.Count, MostPerPage)}";
            if (cursor is not null) page += "&cursor=" + Uri.EscapeDataString(cursor);
            if (await SendAsync(HttpMethod.Get, page, null, cancelled) is not { } answer) return null;
            foreach (var item in answer["items"]?.AsArray() ?? []) items.Add(item?.DeepClone());
            cursor = answer["next_cursor"] is JsonValue next && next.TryGetValue<string>(out var text) ? text : null;
            if (cursor is null) break;
        }
        return items;
    }

    public void Dispose() => _http.Dispose();

    private static JsonObject? Read(int status, byte[] answer)
    {
        if (status == 204) return [];
        try
        {
            return JsonNode.Parse(answer) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
