using System.Globalization;
using System.Text.Json;
using Exemplar.Server.Json;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Problems;

/// <summary>Answers with a problem.</summary>
internal sealed record ProblemResult(ProblemKind Kind, string? Detail = null) : IResult
{
    private const string ContentType = "application/problem+json";

    /// <summary>Every bad field with what is wrong with it.</summary>
    public FieldErrors? Errors { get; init; }

    /// <summary>When to come again; rounded up to whole seconds.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What to look for in the log.</summary>
    public string? TraceId { get; init; }

    /// <summary>Bad input, all of it at once.</summary>
    public static ProblemResult Invalid(FieldErrors errors) =>
        new(ProblemKind.InvalidRequest, errors.Summary) { Errors = errors };

    /// <summary>The database cannot be used now.</summary>
    public static ProblemResult StorageUnavailable() =>
        new(ProblemKind.StorageUnavailable, "The database cannot be used now; nothing was stored. Try again shortly.")
        {
            RetryAfter = TimeSpan.FromSeconds(2),
        };

    /// <summary>What is sent as JSON.</summary>
    public Problem Body => new()
    {
        Type = "urn:exemplar:problem:" + Kind.Code,
        Title = Kind.Title,
        Status = Kind.Status,
        Code = Kind.Code,
        Detail = Detail,
        Errors = Errors?.ByField,
        TraceId = TraceId,
    };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Kind.Status;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        if (RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (Kind.Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
        await response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(Body, ApiJson.Wire.Problem), httpContext.RequestAborted);
    }
}
