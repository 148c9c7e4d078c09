using Exemplar.Core.Checks;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Server.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Exemplar.Server.OpenApi;

/// <summary>
/// The OpenAPI document. It is committed as docs/openapi.json and compared in a test, so nothing in it depends on where
/// or when the server runs.
/// </summary>
internal static class ApiDocument
{
    public const string KeyScheme = "api_key";
    public const string BearerScheme = "bearer";

    // These types belong to the core, whose own comments speak to its readers.
    private static readonly Dictionary<Type, string> Meanings = new()
    {
        [typeof(EntityId)] = "24 hex digits: 4 bytes of Unix seconds, then 8 random ones.",
        [typeof(MonitorKind)] = "What a monitor watches.",
        [typeof(MonitorStatus)] = "How a monitor stands. `late` is past the expected moment and within grace; `unknown` is a deadline that could not be judged.",
        [typeof(FirstDeadline)] = "From when the first deadline counts: from creation, or from the first heartbeat.",
        [typeof(CheckOutcome)] = "What a check found.",
        [typeof(CheckSource)] = "What a check came from: a heartbeat that arrived, a deadline that passed, a probe that ran.",
    };

    private const string Path = "/openapi/v1.json";

    public static IServiceCollection AddApiDocument(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            ApiJson.Configure(json.SerializerOptions);
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Wire);
        });
        return services.AddOpenApi("v1", options =>
        {
            options.AddSchemaTransformer(DescribeSchema);
            options.AddOperationTransformer(new OperationDocs());
            options.AddDocumentTransformer(DescribeDocument);
        });
    }

    /// <summary>The document, and a page for people to read it.</summary>
    public static void MapApiDocument(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi/{documentName}.json");
        routes.MapScalarApiReference("/api/docs", scalar => scalar
            .WithTitle("Exemplar API")
            .WithOpenApiRoutePattern(Path)
            .DisableDefaultFonts());
    }

    private static Task DescribeSchema(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        var text = bare == type && schema.Type?.HasFlag(JsonSchemaType.Null) != true
            ? JsonSchemaType.String
            : JsonSchemaType.String | JsonSchemaType.Null;
        if (bare == typeof(EntityId)) (schema.Type, schema.Pattern) = (text, ParameterDocs.IdPattern);
        else if (bare == typeof(DateTimeOffset)) (schema.Type, schema.Format) = (text, "date-time");
        else if (bare == typeof(RawJson)) schema.Type = JsonSchemaType.Object | JsonSchemaType.Null;
        else if (bare.IsEnum) schema.Type = text;
        if (Meanings.TryGetValue(bare, out var meaning) && context.JsonPropertyInfo is null) schema.Description = meaning;
        return Task.CompletedTask;
    }

    private static Task DescribeDocument(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Exemplar",
            Version = "v1",
            Description = "Heartbeats, monitors, their history and uptime. JSON in snake_case, UTF-8; moments are RFC 3339 in UTC with milliseconds; ids are 24 hex digits. Errors are problem+json (RFC 9457) with a stable `code`.",
        };
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [KeyScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = "X-API-Key",
                Description = "An API access token.",
            },
            [BearerScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An API access token.",
            },
        };
        return Task.CompletedTask;
    }
}
