using System.Globalization;
using System.Text.Json;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Tokens;
using Exemplar.Server.Json;
using Exemplar.Server.OpenApi;
using Exemplar.Server.Problems;
using Exemplar.Server.Requests;
using Exemplar.Server.Tokens;
using Exemplar.Storage.Maintenance;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Exemplar.Server.Maintenance;

/// <summary>A day on which no work begins.</summary>
internal sealed record HolidayResource
{
    /// <summary>A day such as 2026-12-25, on the clock of each monitor's active hours.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>1 to 100 characters.</summary>
    public required string Name { get; init; }
}

/// <summary>The holidays of an organization, ordered by their day; at most 500.</summary>
internal sealed record HolidaysResource
{
    public required IReadOnlyList<HolidayResource> Holidays { get; init; }

    public static HolidaysResource Of(IEnumerable<Holiday> holidays) =>
        new() { Holidays = [.. holidays.Select(h => new HolidayResource { Day = h.Day, Name = h.Name })] };
}

/// <summary>Holidays of the organization: monitors with active hours observe them unless they say no.</summary>
internal static class HolidayEndpoints
{
    public static void MapHolidays(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/organization/holidays").WithTags("Organization");
        group.MapGet("", Get).RequireScope(TokenScopes.Read)
            .Describe("getHolidays", "Read the holidays", "Monitors with active hours observe them unless they say no.")
            .Answers(200, typeof(HolidaysResource));
        group.MapPut("", Put).RequireScope(TokenScopes.Admin)
            .Describe("putHolidays", "Replace the holidays", "Takes the place of all of them.")
            .Takes(typeof(HolidaysResource))
            .Answers(200, typeof(HolidaysResource));
    }

    /// <summary>The holidays of a body; null when anything is wrong with them.</summary>
    public static IReadOnlyList<Holiday>? Read(JsonFields fields)
    {
        fields.Require("holidays");
        if (!fields.Has("holidays")) return null;
        var list = fields.Element("holidays");
        if (list.ValueKind != JsonValueKind.Array) fields.Errors.Add("holidays", "must be a list of objects with day and name");
        else if (list.GetArrayLength() > Holiday.Most) fields.Errors.Add("holidays", $"must hold at most {Holiday.Most} days");
        if (fields.Errors.Any) return null;

        var holidays = new Dictionary<DateOnly, Holiday>();
        foreach (var (index, item) in list.EnumerateArray().Index())
        {
            var place = $"holidays[{index}]";
            if (item.ValueKind != JsonValueKind.Object)
            {
                fields.Errors.Add(place, "must be an object with day and name");
                continue;
            }
            var inner = new JsonFields(item, nullIsAbsent: true);
            inner.Require("day");
            inner.Require("name");
            var name = inner.Line("name", 1, Holiday.LongestName);
            if (Day(inner) is { } day && name is not null && !holidays.TryAdd(day, new Holiday(day, name))) inner.Errors.Add("day", "stands there twice");
            WeekHoursFields.Take(fields.Errors, place, inner.Errors);
        }
        return fields.Errors.Any ? null : [.. holidays.Values];
    }

    private static DateOnly? Day(JsonFields fields)
    {
        if (fields.Line("day", 1, 20) is not { } text) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1970 and <= 2200) return day;
        fields.Errors.Add("day", "must be a day such as 2026-12-25");
        return null;
    }

    private static async Task<IResult> Get(HttpContext context, HolidayStore holidays) =>
        Answer(await holidays.ReadAsync(context.Token().OrganizationNumber, context.RequestAborted));

    private static async Task<IResult> Put(HttpContext context, HolidayStore holidays, QuietTimesCache cache, TimeProvider clock)
    {
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        var fields = new JsonFields(body.Root, nullIsAbsent: true);
        if (Read(fields) is not { } read) return ProblemResult.Invalid(fields.Errors);
        var stored = await holidays.ReplaceAsync(context.Actor(), read, clock.Moment(), context.RequestAborted);
        await cache.ChangedAsync(context.RequestAborted);
        return Answer(stored);
    }

    private static JsonHttpResult<HolidaysResource> Answer(IReadOnlyList<Holiday> holidays) =>
        TypedResults.Json(HolidaysResource.Of(holidays), ApiJson.Wire.HolidaysResource);
}
