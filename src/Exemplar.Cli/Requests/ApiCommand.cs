using System.CommandLine;
using System.Text.Json.Nodes;
using Exemplar.Cli.Output;
using Exemplar.Cli.Settings;

namespace Exemplar.Cli.Requests;

/// <summary>What the commands that manage have in common: connect, ask, show as JSON or for people.</summary>
internal static class ApiCommand
{
    /// <summary>Asks for one thing and shows it.</summary>
    public static async Task<int> OneAsync(
        ParseResult parsed, HttpMethod method, string path, JsonObject? body, Action<JsonObject> show, CancellationToken cancelled)
    {
        if (Connection.Read(parsed) is not { } connection) return ExitCodes.Misuse;
        using var api = new ApiConnection(connection);
        if (await api.SendAsync(method, path, body, cancelled) is not { } answer) return ExitCodes.Failure;
        if (!parsed.GetValue(SharedOptions.Json)) show(answer);
        else if (answer.Count > 0) Terminal.WriteJson(answer);
        else Terminal.WriteJson(new JsonObject { ["ok"] = true });
        return ExitCodes.Success;
    }

    /// <summary>Asks for a list and shows it as a table.</summary>
    public static async Task<int> ListAsync(
        ParseResult parsed, string path, int limit, (string Title, string Field)[] columns, CancellationToken cancelled)
    {
        if (Connection.Read(parsed) is not { } connection) return ExitCodes.Misuse;
        using var api = new ApiConnection(connection);
        if (await api.ListAsync(path, limit, cancelled) is not { } items) return ExitCodes.Failure;
        if (parsed.GetValue(SharedOptions.Json)) Terminal.WriteJson(new JsonObject { ["items"] = items });
        else Terminal.WriteTable([.. columns.Select(c => c.Title)], items.OfType<JsonObject>().Select(item => columns.Select(c => Text(item, c.Field)).ToArray()));
        return ExitCodes.Success;
    }

    /// <summary>A field as text for people; a dash when it is missing or null.</summary>
    public static string Text(JsonObject item, string name) => item[name] switch
    {
        null => "-",
        JsonValue value when value.TryGetValue<string>(out var text) => text.Length == 0 ? "-" : text,
        JsonArray list => list.Count == 0 ? "-" : string.Join(',', list.Select(entry => entry?.ToString())),
        var other => Terminal.Json(other),
    };

    /// <summary>A query with the parts that are given.</summary>
    public static string Query(string path, params (string Name, string? Value)[] parts)
    {
        var given = parts.Where(part => !string.IsNullOrEmpty(part.Value)).Select(part => part.Name + "=" + Uri.EscapeDataString(part.Value!)).ToList();
        return given.Count == 0 ? path : path + "?" + string.Join('&', given);
    }

    /// <summary>How many lines of a list.</summary>
    public static Option<int> Limit(int standard)
    {
        var limit = new Option<int>("--limit") { Description = $"The most to show; {standard} when left out.", HelpName = "NUMBER", DefaultValueFactory = _ => standard };
        limit.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && number < 1) result.AddError("--limit must be at least 1.");
        });
        return limit;
    }

    /// <summary>That it is meant.</summary>
    public static Option<bool> Yes() => new("--yes", "-y") { Description = "Do not ask." };
}
