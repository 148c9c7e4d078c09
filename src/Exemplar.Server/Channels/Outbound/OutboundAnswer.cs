using System.Text.Json;
using Exemplar.Core.Deliveries;

namespace Exemplar.Server.Channels.Outbound;

/// <summary>What came of a request.</summary>
/// <param name="Status">The HTTP status; 0 when there was no answer.</param>
/// <param name="Body">The beginning of the answer's body as it came; never shown.</param>
/// <param name="Outcome">What it means by HTTP's own rules, cleaned of secrets.</param>
internal sealed record OutboundAnswer(int Status, string Body, DeliveryOutcome Outcome)
{
    /// <summary>Every header a channel may want to look at, by its lower-case name.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public bool IsTaken => Outcome is DeliveryOutcome.Delivered;

    /// <summary>The body as JSON; an undefined element when it is none.</summary>
    public JsonElement Json()
    {
        try
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    public override string ToString() => $"{Status}";

    /// <summary>The meaning of a status. 408, 425, 429 and 5xx may pass; every other refusal needs somebody's hand.</summary>
    public static DeliveryOutcome Classify(int status, string detail, TimeSpan? after) => status switch
    {
        >= 200 and < 300 => new DeliveryOutcome.Delivered(detail),
        408 or 425 or 429 or >= 500 => new DeliveryOutcome.Retry(detail, after),
        _ => new DeliveryOutcome.Refused(detail),
    };
}
