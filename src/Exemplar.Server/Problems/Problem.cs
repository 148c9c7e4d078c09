using System.Text.Json.Serialization;

namespace Exemplar.Server.Problems;

/// <summary>An error answer as RFC 9457 describes it.</summary>
internal sealed record Problem
{
    /// <summary>A name for the kind of problem.</summary>
    public required string Type { get; init; }

    /// <summary>The kind of problem in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>The kind of problem for programs. Codes are never renamed.</summary>
    public required string Code { get; init; }

    /// <summary>What was wrong this time, and what to do about it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>For bad input: every field that is wrong, with what is wrong with it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }

    /// <summary>What to look for in the server's log, for failures of the server.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }
}
