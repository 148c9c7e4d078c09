using System.Globalization;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using Exemplar.Core.Checks;
using Exemplar.Core.Ids;
using Exemplar.Server.Checks;
using Exemplar.Server.Console.Accounts;
using Exemplar.Server.Json;
using Exemplar.Server.Problems;
using Exemplar.Server.Requests;
using Exemplar.Storage;
using Exemplar.Storage.Accounts;
using Exemplar.Storage.Checks;
using Exemplar.Storage.Monitors;

namespace Exemplar.Server.Console.Checks;

/// <summary>
/// A monitor's history as a file, newest first. It is written while it is read, a page at a time, so its length costs no memory.
/// </summary>
internal static class CheckDownloads
{
    /// <summary>The most checks in one file; whoever needs more chooses a range, or takes the API.</summary>
    public const int MostRows = 100_000;

    private const int PageSize = 1_000;
    private const string Header = "id,at,outcome,error,latency_ms,source,received_at,metadata\r\n";

    public static void MapCheckDownloads(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/monitors/{id}/checks.csv", CsvAsync).RequireAuthorization().ExcludeFromDescription();
        routes.MapGet("/monitors/{id}/checks.json", JsonAsync).RequireAuthorization().ExcludeFromDescription();
    }

    private static Task<IResult> CsvAsync(string id, HttpContext context, AccountStore accounts, MonitorStore monitors, StorageEngine engine) =>
        AnswerAsync(id, context, accounts, monitors, engine, "text/csv; charset=utf-8", "csv", async (checks, body, cancellationToken) =>
        {
            await body.WriteAsync(Encoding.UTF8.GetBytes(Header), cancellationToken);
            await foreach (var page in checks)
            {
                var lines = new StringBuilder();
                foreach (var check in page) AppendLine(lines, check);
                await body.WriteAsync(Encoding.UTF8.GetBytes(lines.ToString()), cancellationToken);
            }
        });

    private static Task<IResult> JsonAsync(string id, HttpContext context, AccountStore accounts, MonitorStore monitors, StorageEngine engine) =>
        AnswerAsync(id, context, accounts, monitors, engine, MediaTypeNames.Application.Json, "json", async (checks, body, cancellationToken) =>
        {
            var isFirst = true;
            await body.WriteAsync("["u8.ToArray(), cancellationToken);
            await foreach (var page in checks)
            {
                foreach (var check in page)
                {
                    await body.WriteAsync(isFirst ? "\n"u8.ToArray() : ",\n"u8.ToArray(), cancellationToken);
                    isFirst = false;
                    await JsonSerializer.SerializeAsync(body, CheckResource.Of(check), ApiJson.Wire.CheckResource, cancellationToken);
                }
            }
            await body.WriteAsync("\n]\n"u8.ToArray(), cancellationToken);
        });

    private static async Task<IResult> AnswerAsync(
        string id, HttpContext context, AccountStore accounts, MonitorStore monitors, StorageEngine engine, string contentType, string form,
        Func<IAsyncEnumerable<IReadOnlyList<Check>>, Stream, CancellationToken, Task> write)
    {
        var stop = context.RequestAborted;
        if (await SignedIn.OfAsync(context.User, accounts) is not { } member
            || !EntityId.TryParse(id, out var monitorId)
            || await monitors.FindAsync(member.OrganizationNumber, monitorId, stop) is not { } monitor)
            return TypedResults.NotFound();
        var fields = new QueryFields(context.Request.Query);
        var query = new CheckQuery(fields.Word<CheckOutcome>("outcome"), fields.Moment("from"), fields.Moment("to"), PageSize, null);
        if (fields.Errors.Any) return ProblemResult.Invalid(fields.Errors);
        var name = string.Create(CultureInfo.InvariantCulture, $"checks-{monitor.Definition.Id}.{form}");
        return TypedResults.Stream(
            body => write(PagesAsync(engine, monitor.Definition.Number, query, stop), body, stop), contentType, name);
    }

    private static async IAsyncEnumerable<IReadOnlyList<Check>> PagesAsync(
        StorageEngine engine, int monitorNumber, CheckQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var rows = 0; rows < MostRows;)
        {
            if (await engine.Checks.ReadAsync(monitorNumber, query, cancellationToken) is not { } page) yield break;
            if (page.Items.Count > 0) yield return page.Items;
            rows += page.Items.Count;
            if (page.NextCursor is null) yield break;
            query = query with { Cursor = page.NextCursor };
        }
    }

    private static void AppendLine(StringBuilder lines, Check check) => lines
        .Append(check.Id).Append(',')
        .Append(Moments.Text(check.At)).Append(',')
        .Append(Words<CheckOutcome>.Of(check.Outcome)).Append(',')
        .Append(Cell(check.Error)).Append(',')
        .Append(CultureInfo.InvariantCulture, $"{check.LatencyMs}").Append(',')
        .Append(Words<CheckSource>.Of(check.Source)).Append(',')
        .Append(Moments.Text(check.ReceivedAt)).Append(',')
        .Append(Cell(check.Metadata is { } metadata ? Encoding.UTF8.GetString(metadata) : null)).Append("\r\n");

    /// <summary>
    /// A text in quotes. What a spreadsheet would take for a formula gets an apostrophe in front, which it shows as plain text.
    /// </summary>
    internal static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var guard = IsFormula(text.AsSpan().TrimStart()) || text[0] is '\t' or '\r' or '\n' ? "'" : "";
        return $"\"{guard}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    // The wide forms are taken for the narrow ones by some programs.
    private static bool IsFormula(ReadOnlySpan<char> text) => text is ['=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠', ..];
}
