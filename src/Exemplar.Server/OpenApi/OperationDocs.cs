using Exemplar.Core.Tokens;
using Exemplar.Server.Problems;
using Exemplar.Server.Tokens;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Exemplar.Server.OpenApi;

/// <summary>Completes an operation: its body, query parameters, scope and every way in which it can fail.</summary>
internal sealed class OperationDocs : IOpenApiOperationTransformer
{
    private static readonly ProblemKind[] Always =
        [ProblemKind.MissingToken, ProblemKind.InvalidToken, ProblemKind.InsufficientScope, ProblemKind.RateLimited, ProblemKind.StorageUnavailable];

    public async Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var document = context.Document!;
        var problems = new List<ProblemKind>();
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
            (parameter.Description, parameter.Schema) =
                ("24 hex digits.", new OpenApiSchema { Type = JsonSchemaType.String, Pattern = ParameterDocs.IdPattern });
        if (metadata.OfType<TakenQuery>().LastOrDefault() is { } query)
        {
            operation.Parameters = [.. operation.Parameters ?? [], .. query.Names.Select(ParameterDocs.Query)];
            problems.Add(ProblemKind.InvalidRequest);
        }
        if (metadata.OfType<TakenBody>().LastOrDefault() is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody { Required = true, Content = Json(await SchemaAsync(context, body.Type, cancellationToken)) };
            problems.AddRange([ProblemKind.InvalidJson, ProblemKind.InvalidRequest, ProblemKind.BodyTooLarge]);
        }
        if (metadata.OfType<TakenImage>().LastOrDefault() is { } image)
        {
            var binary = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } };
            operation.RequestBody = new OpenApiRequestBody { Required = true, Content = image.ContentTypes.ToDictionary(type => type, _ => binary, StringComparer.Ordinal) };
        }
        if (metadata.OfType<NeededScope>().LastOrDefault() is { } needed)
        {
            operation.Description += $" Scope: {ScopeNames.Of(needed.Scope)[0]}.";
            operation.Security = [Requirement(ApiDocument.KeyScheme, document), Requirement(ApiDocument.BearerScheme, document)];
            problems.AddRange(Always);
        }
        problems.AddRange(metadata.OfType<PossibleProblems>().SelectMany(p => p.Kinds));
        operation.Responses ??= [];
        var schema = await SchemaAsync(context, typeof(Problem), cancellationToken);
        foreach (var kinds in problems.Distinct().GroupBy(p => p.Status).OrderBy(g => g.Key))
            operation.Responses[kinds.Key.ToString()] = Failure([.. kinds], schema);
    }

    private static OpenApiResponse Failure(ProblemKind[] kinds, IOpenApiSchema schema) => new()
    {
        Description = string.Join(" ", kinds.Select(k => $"`{k.Code}`: {k.Title}.")),
        Content = Json(schema, "application/problem+json"),
        Headers = kinds[0].Status is 429 or 503
            ? new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal)
            {
                ["Retry-After"] = new OpenApiHeader
                {
                    Description = "Seconds to wait.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
                },
            }
            : null,
    };

    private static Dictionary<string, OpenApiMediaType> Json(IOpenApiSchema schema, string type = "application/json") =>
        new(StringComparer.Ordinal) { [type] = new OpenApiMediaType { Schema = schema } };

    private static async Task<IOpenApiSchema> SchemaAsync(
        OpenApiOperationTransformerContext context, Type type, CancellationToken cancellationToken)
    {
        var schema = await context.GetOrCreateSchemaAsync(type, parameterDescription: null, cancellationToken);
        context.Document!.AddComponent(type.Name, schema);
        return new OpenApiSchemaReference(type.Name, context.Document);
    }

    private static OpenApiSecurityRequirement Requirement(string scheme, OpenApiDocument document) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
}
