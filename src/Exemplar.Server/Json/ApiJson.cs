using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Exemplar.Core.Checks;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using Exemplar.Core.Routing;
using Exemplar.Core.Probes;
using Exemplar.Server.Channels;
using Exemplar.Server.Boards;
using Exemplar.Server.Checks;
using Exemplar.Server.Deliveries;
using Exemplar.Server.Heartbeats;
using Exemplar.Server.Incidents;
using Exemplar.Server.Maintenance;
using Exemplar.Server.Monitors;
using Exemplar.Server.Organizations;
using Exemplar.Server.Periods;
using Exemplar.Server.Problems;
using Exemplar.Server.Requests;
using Exemplar.Server.Routing;
using Exemplar.Server.StatusPages;
using Exemplar.Server.Tokens;
using Exemplar.Storage.Deliveries;

namespace Exemplar.Server.Json;

/// <summary>Everything that goes over the wire as JSON.</summary>
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(MonitorResource))]
[JsonSerializable(typeof(Page<MonitorResource>))]
[JsonSerializable(typeof(MonitorCreation))]
[JsonSerializable(typeof(MonitorEdit))]
[JsonSerializable(typeof(Page<CheckResource>))]
[JsonSerializable(typeof(TimelineResource))]
[JsonSerializable(typeof(OrganizationResource))]
[JsonSerializable(typeof(OrganizationEdit))]
[JsonSerializable(typeof(TokenResource))]
[JsonSerializable(typeof(Page<TokenResource>))]
[JsonSerializable(typeof(TokenCreation))]
[JsonSerializable(typeof(CreatedTokenResource))]
[JsonSerializable(typeof(IncidentResource))]
[JsonSerializable(typeof(Page<IncidentResource>))]
[JsonSerializable(typeof(SnoozeBody))]
[JsonSerializable(typeof(NoteBody))]
[JsonSerializable(typeof(ChannelResource))]
[JsonSerializable(typeof(Page<ChannelResource>))]
[JsonSerializable(typeof(ChannelCreation))]
[JsonSerializable(typeof(ChannelEdit))]
[JsonSerializable(typeof(ChannelTestResource))]
[JsonSerializable(typeof(RouteResource))]
[JsonSerializable(typeof(Page<RouteResource>))]
[JsonSerializable(typeof(RouteCreation))]
[JsonSerializable(typeof(RouteEdit))]
[JsonSerializable(typeof(RoutePreviewQuestion))]
[JsonSerializable(typeof(RoutePreviewResource))]
[JsonSerializable(typeof(RotationResource))]
[JsonSerializable(typeof(Page<RotationResource>))]
[JsonSerializable(typeof(RotationCreation))]
[JsonSerializable(typeof(RotationEdit))]
[JsonSerializable(typeof(OnCallResource))]
[JsonSerializable(typeof(DeliveryResource))]
[JsonSerializable(typeof(Page<DeliveryResource>))]
[JsonSerializable(typeof(HeartbeatBody))]
[JsonSerializable(typeof(HeartbeatReceipt))]
[JsonSerializable(typeof(BoardResource))]
[JsonSerializable(typeof(Page<BoardResource>))]
[JsonSerializable(typeof(BoardCreation))]
[JsonSerializable(typeof(BoardEdit))]
[JsonSerializable(typeof(BoardStatusResource))]
[JsonSerializable(typeof(StatusPageResource))]
[JsonSerializable(typeof(MaintenanceResource))]
[JsonSerializable(typeof(Page<MaintenanceResource>))]
[JsonSerializable(typeof(MaintenanceCreation))]
[JsonSerializable(typeof(MaintenanceEdit))]
[JsonSerializable(typeof(MaintenanceUpdateBody))]
[JsonSerializable(typeof(HolidaysResource))]
[JsonSerializable(typeof(Noise.NoisePolicyResource))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>The context with the API's conventions.</summary>
    public static readonly ApiJson Wire = new(Configure(new JsonSerializerOptions()));

    /// <summary>Sets the API's conventions: snake_case, its forms of moments, ids and words.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DictionaryKeyPolicy = null;
        options.NumberHandling = JsonNumberHandling.Strict;
        // The error of a missed heartbeat holds a plus sign that people search for; HTML never holds these answers.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new MomentConverter());
        options.Converters.Add(new EntityIdConverter());
        options.Converters.Add(new WordConverter<MonitorKind>());
        options.Converters.Add(new WordConverter<MonitorStatus>());
        options.Converters.Add(new WordConverter<FirstDeadline>());
        options.Converters.Add(new WordConverter<CheckOutcome>());
        options.Converters.Add(new WordConverter<CheckSource>());
        options.Converters.Add(new WordConverter<AlertEvent>());
        options.Converters.Add(new WordConverter<IncidentStatus>());
        options.Converters.Add(new WordConverter<AttemptOutcome>());
        options.Converters.Add(new WordConverter<Severity>());
        options.Converters.Add(new WordConverter<DayOfWeek>());
        options.Converters.Add(new WordConverter<HandOverEvery>());
        options.Converters.Add(new WordConverter<MaintenanceSeverity>());
        options.Converters.Add(new WordConverter<MaintenanceState>());
        options.Converters.Add(new WordConverter<DeliveryState>());
        options.Converters.Add(new WordConverter<AssertionSubject>());
        options.Converters.Add(new WordConverter<AssertionComparison>());
        return options;
    }
}
