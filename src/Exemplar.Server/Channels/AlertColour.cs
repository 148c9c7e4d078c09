using Exemplar.Core.Deliveries;

namespace Exemplar.Server.Channels;

/// <summary>The colour in which a service shows an alert.</summary>
internal static class AlertColour
{
    /// <summary>Red, green, amber or grey as a number 0xRRGGBB.</summary>
    public static int Of(Alert alert) => alert.Event switch
    {
        AlertEvent.Down or AlertEvent.Reminder => 0xC62828,
        AlertEvent.Recovered => 0x2E7D32,
        AlertEvent.Late => 0xF9A825,
        _ => 0x607D8B,
    };

    /// <summary>The same as <c>#RRGGBB</c>.</summary>
    public static string Hex(Alert alert) => $"#{Of(alert):X6}";
}
