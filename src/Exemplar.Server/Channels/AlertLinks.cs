using Exemplar.Core.Deliveries;

namespace Exemplar.Server.Channels;

/// <summary>The addresses of the console's pages as people outside reach them.</summary>
/// <param name="publicUrl">Without a slash at its end; null when nobody has said where the console is: alerts then carry no links.</param>
internal sealed class AlertLinks(string? publicUrl)
{
    /// <summary>The page that an alert leads to: its incident, or its monitor.</summary>
    public string? Page(Alert alert) => alert.Incident is { } incident ? To("incidents", incident.Id.ToString()) : Monitor(alert);

    public string? Monitor(Alert alert) => To("monitors", alert.Monitor.Id.ToString());

    private string? To(string pages, string id) => publicUrl is null ? null : $"{publicUrl}/{pages}/{id}";
}
