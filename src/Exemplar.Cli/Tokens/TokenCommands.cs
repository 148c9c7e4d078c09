using System.CommandLine;
using System.Text.Json.Nodes;
using Exemplar.Cli.Output;
using Exemplar.Cli.Requests;
using Exemplar.Cli.Settings;
using Exemplar.Client;

namespace Exemplar.Cli.Tokens;

/// <summary><c>exemplar tokens list|create|revoke</c></summary>
internal static class TokenCommands
{
    private const string Path = "api/tokens";

    private static readonly (string, string)[] Columns =
        [("ID", "id"), ("HINT", "hint"), ("SCOPES", "scopes"), ("LAST USED", "last_used_at"), ("EXPIRES", "expires_at"), ("NAME", "name")];

    public static Command Create() => new("tokens", "List, create and revoke API access tokens.") { List(), CreateOne(), Revoke() };

    private static Command List()
    {
        var limit = ApiCommand.Limit(1_000);
        var command = new Command("list", "List the tokens, without their texts.") { limit };
        command.SetAction((parsed, cancelled) => ApiCommand.ListAsync(
            parsed, Path, parsed.GetValue(limit), Columns, cancelled));
        return command;
    }

    private static Command CreateOne()
    {
        var name = new Argument<string>("NAME") { Description = "What it is for." };
        var scopes = new Option<string[]>("--scope") { Description = "heartbeat (when left out), read, write or admin; may be given several times.", DefaultValueFactory = _ => ["heartbeat"] };
        scopes.AcceptOnlyFromAmong("heartbeat", "read", "write", "admin");
        var lifetime = Arguments.Duration("--expires-in", "How long it may be used, such as 30d; for ever when left out.");
        var command = new Command("create", "Create a token and write its text, which is shown only this once.") { name, scopes, lifetime };
        command.SetAction((parsed, cancelled) =>
        {
            var body = new JsonObject
            {
                ["name"] = parsed.GetRequiredValue(name),
                ["scopes"] = new JsonArray([.. (parsed.GetValue(scopes) ?? []).Select(scope => (JsonNode)scope)]),
            };
            if (parsed.GetValue(lifetime) is { } span) body["expires_at"] = Moment.Write(TimeProvider.System.GetUtcNow() + span);
            return ApiCommand.OneAsync(parsed, HttpMethod.Post, Path, body, Show, cancelled);
        });
        return command;
    }

    private static Command Revoke()
    {
        var (id, yes) = (Arguments.Id("ID", "The token's id, as the list shows it."), ApiCommand.Yes());
        var command = new Command("revoke", "Revoke a token, for good.") { id, yes };
        command.SetAction((parsed, cancelled) =>
        {
            var token = parsed.GetRequiredValue(id);
            return Terminal.Confirm($"Revoke the token {token}?", parsed.GetValue(yes))
                ? ApiCommand.OneAsync(parsed, HttpMethod.Delete, $"{Path}/{token}", null, _ => Terminal.Say($"The token {token} is revoked."), cancelled)
                : Task.FromResult(ExitCodes.Misuse);
        });
        return command;
    }

    /// <summary>The text alone, so that a script can take it; what it is goes to stderr.</summary>
    private static void Show(JsonObject token)
    {
        Terminal.Complain($"token {ApiCommand.Text(token, "id")} with the scopes {ApiCommand.Text(token, "scopes")}; its text is shown only now:");
        Terminal.Say(ApiCommand.Text(token, "token"));
    }
}
