using System.Text.Json.Nodes;
using Exemplar.Core.Checks;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using Exemplar.Server.Incidents;
using Exemplar.Server.Requests;
using Microsoft.OpenApi;

namespace Exemplar.Server.OpenApi;

/// <summary>Parameters mean the same wherever they occur.</summary>
internal static class ParameterDocs
{
    public const string IdPattern = "^[0-9a-f]{24}$";

    /// <param name="name">The parameter; with what it belongs to in front where two lists give one name two meanings.</param>
    public static OpenApiParameter Query(string name)
    {
        var (description, schema) = name switch
        {
            "kind" => ("Only monitors of this kind.", Word<MonitorKind>()),
            "status" => ("Only monitors that stand so now.", Word<MonitorStatus>()),
            "incident.status" => ("Only open or only resolved incidents.", Word<IncidentStatus>()),
            "maintenance.state" => ("Only windows that stand so now.", Word<MaintenanceState>()),
            "monitor_id" => ("Only those of this monitor.", Text()),
            "incident_id" => ("Only those of this incident.", Text()),
            "channel_id" => ("Only those to this channel.", Text()),
            "tag" => ("Only monitors with exactly this tag.", Text()),
            "q" => ("Only monitors whose name holds this text, in either case.", Text()),
            "outcome" => ("Only checks with this outcome.", Word<CheckOutcome>()),
            "from" => ("From this moment on, RFC 3339.", Moment()),
            "to" => ("Before this moment, RFC 3339.", Moment()),
            "at" => ("At this moment, RFC 3339; now when it is left out.", Moment()),
            "severity" => ("Only monitors that matter so much.", Word<Severity>()),
            "limit" => ("How many at most.", Limit()),
            "cursor" => ("The next_cursor of the page before.", Text()),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Nobody has described this parameter."),
        };
        return new OpenApiParameter { Name = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..], In = ParameterLocation.Query, Description = description, Schema = schema };
    }

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    private static OpenApiSchema Moment() => new() { Type = JsonSchemaType.String, Format = "date-time" };

    private static OpenApiSchema Word<T>() where T : struct, Enum => new()
    {
        Type = JsonSchemaType.String,
        Enum = [.. Words<T>.Names.Select(n => (JsonNode)JsonValue.Create(n))],
    };

    private static OpenApiSchema Limit() => new()
    {
        Type = JsonSchemaType.Integer,
        Minimum = "1",
        Maximum = QueryFields.LargestLimit.ToString(),
        Default = JsonValue.Create(QueryFields.DefaultLimit),
    };
}
