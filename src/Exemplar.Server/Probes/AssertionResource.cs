using Exemplar.Core.Probes;

namespace Exemplar.Server.Probes;

/// <summary>Something that must hold of an answer besides its status.</summary>
internal sealed record AssertionResource
{
    public required AssertionSubject On { get; init; }

    /// <summary>The name of the header, or the path of the JSON value such as <c>$.status</c>.</summary>
    public string? Name { get; init; }

    public required AssertionComparison Comparison { get; init; }

    /// <summary>Up to 1000 characters; for less_than and greater_than a number, of milliseconds for response_time.</summary>
    public required string Value { get; init; }

    public static AssertionResource Of(Assertion assertion) =>
        new() { On = assertion.On, Name = assertion.Name, Comparison = assertion.Comparison, Value = assertion.Value };
}
