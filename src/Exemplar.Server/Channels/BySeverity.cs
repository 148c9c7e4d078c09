using Exemplar.Core.Deliveries;
using Exemplar.Core.Monitors;

namespace Exemplar.Server.Channels;

/// <summary>
/// Fields that say to a service how much an alert matters. Out of the box the severity of the monitor decides; a channel may be set
/// to one value for all that it tells.
/// </summary>
internal static class BySeverity
{
    /// <summary>The choice that leaves it to the monitor.</summary>
    public const string Choice = "monitor";

    /// <summary>A field with the words of the service, the worst first.</summary>
    /// <param name="name">Its name in the configuration.</param>
    /// <param name="label">What people call it.</param>
    /// <param name="words">The service's words.</param>
    public static ChannelField Field(string name, string label, params string[] words) => new(name, label)
    {
        Shape = FieldShape.Choice, Choices = [Choice, .. words], Default = Choice, Help = "monitor: as the severity of the monitor says; otherwise always the same.",
    };

    /// <summary>The service's word for an alert.</summary>
    /// <param name="config">The channel's configuration.</param>
    /// <param name="field">The field of <see cref="Field"/>.</param>
    /// <param name="alert">The alert.</param>
    /// <param name="words">What the severities are called there: critical, high, normal, low.</param>
    public static string Word(ChannelConfig config, string field, Alert alert, (string Critical, string High, string Normal, string Low) words) =>
        config.Has(field) && config[field] != Choice ? config[field] : alert.Monitor.Severity switch
        {
            Severity.Critical => words.Critical,
            Severity.High => words.High,
            Severity.Low => words.Low,
            _ => words.Normal,
        };
}
