using System.Text;
using System.Text.Json;

namespace Exemplar.Client;

/// <summary>What the server's answer says.</summary>
internal static class Answer
{
    /// <summary>No more is read; an answer that is longer counts as no JSON.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The result of an answer.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The body; null when it was too long.</param>
    /// <param name="target">Who asked; its key is kept out.</param>
    public static HeartbeatResult Read(int status, byte[]? body, Target target)
    {
        using var document = Parse(body);
        var root = document?.RootElement;
        if (status is >= 200 and < 300) return status == 200 && root is { } answer && IsSuccess(answer) ? Success(answer, target) : NoSuccess(status);
        if (status is >= 300 and < 400)
            return Failure(status, "redirect_not_followed", "The server redirects to another address, which is not followed. Set the base address to where it leads.");
        return Failure(status, Code(root, target) ?? "http_error", target.Clean(Sentence(status, root), 500)!);
    }

    public static bool IsRetried(int status) => status == 429 || status >= 500;

    private static bool IsSuccess(JsonElement answer) => answer.TryGetProperty("success", out var success) && success.ValueKind == JsonValueKind.True;

    private static HeartbeatResult Success(JsonElement answer, Target target) => new()
    {
        Ok = true,
        Status = 200,
        MonitorId = target.Clean(Text(answer, "monitor_id")),
        CheckId = target.Clean(Text(answer, "check_id")),
        MonitorStatus = target.Clean(Text(answer, "status")),
        ReceivedAt = At(answer, "received_at"),
        NextExpectedAt = At(answer, "next_expected_at"),
        DeadlineAt = At(answer, "deadline_at"),
    };

    private static HeartbeatResult NoSuccess(int status) => Failure(
        status, "invalid_answer", "The answer is not the one of an Exemplar server. Is the base address right, and is there a proxy or a portal on the way?");

    private static HeartbeatResult Failure(int status, string code, string error) => new() { Status = status, Code = code, Error = error };

    private static string Sentence(int status, JsonElement? problem)
    {
        if (problem is not { } found) return $"The server answered with HTTP status {status}.";
        var said = Text(found, "detail") ?? Text(found, "title") ?? $"The server answered with HTTP status {status}.";
        if (!found.TryGetProperty("errors", out var errors) || errors.ValueKind != JsonValueKind.Object) return said;
        var sentence = new StringBuilder(said);
        foreach (var field in errors.EnumerateObject().Take(10))
        {
            if (field.Value.ValueKind != JsonValueKind.Array) continue;
            foreach (var fault in field.Value.EnumerateArray().Take(3))
            {
                if (fault.ValueKind == JsonValueKind.String && TryGetText(fault, out var text))
                    sentence.Append(' ').Append(field.Name).Append(' ').Append(text).Append('.');
            }
        }
        return sentence.ToString();
    }

    private static string? Code(JsonElement? problem, Target target)
    {
        var code = problem is { } found ? Text(found, "code") : null;
        return code is { Length: > 0 and <= 64 } && code.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '_') && !code.Contains(target.Key) ? code : null;
    }

    private static string? Text(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && TryGetText(value, out var text) ? text : null;

    private static DateTimeOffset? At(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var moment) ? moment : null;

    /// <summary>Half of a surrogate pair is valid JSON and no valid text.</summary>
    private static bool TryGetText(JsonElement value, out string? text)
    {
        try
        {
            text = value.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }

    private static JsonDocument? Parse(byte[]? body)
    {
        if (body is null) return null;
        try
        {
            var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
