using Exemplar.Server.Problems;

namespace Exemplar.Server.OpenApi;

/// <summary>The body that an endpoint takes. Our own metadata: ASP.NET Core's would insist on the content type.</summary>
internal sealed record TakenBody(Type Type);

/// <summary>An image that an endpoint takes as its body.</summary>
internal sealed record TakenImage(IReadOnlyList<string> ContentTypes);

/// <summary>The query parameters that an endpoint reads itself.</summary>
internal sealed record TakenQuery(IReadOnlyList<string> Names);

/// <summary>Errors of an endpoint beyond those that every one has.</summary>
internal sealed record PossibleProblems(IReadOnlyList<ProblemKind> Kinds);

/// <summary>What the OpenAPI document says about an endpoint.</summary>
internal static class EndpointDocs
{
    public static TBuilder Describe<TBuilder>(this TBuilder endpoint, string operationId, string summary, string description)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(
            new EndpointNameMetadata(operationId),
            new EndpointSummaryAttribute(summary),
            new EndpointDescriptionAttribute(description));

    /// <summary>A JSON body of this shape.</summary>
    public static TBuilder Takes<TBuilder>(this TBuilder endpoint, Type body) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new TakenBody(body));

    public static TBuilder TakesQuery<TBuilder>(this TBuilder endpoint, params string[] names) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new TakenQuery(names));

    public static TBuilder Answers<TBuilder>(this TBuilder endpoint, int status, Type body) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new ProducesResponseTypeMetadata(status, body, ["application/json"]));

    /// <summary>204.</summary>
    public static TBuilder AnswersNothing<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent, typeof(void)));

    public static TBuilder Fails<TBuilder>(this TBuilder endpoint, params ProblemKind[] kinds) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new PossibleProblems(kinds));
}
