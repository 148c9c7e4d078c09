using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;

namespace Exemplar.Server.Health;

/// <summary>Posts to the address of the operators.</summary>
internal sealed class OperatorsWebhook(ServerSettings settings, OutboundHttp http) : IOperatorsWay
{
    private readonly SecretMask _mask = SecretMask.OfAddress(settings.OperatorsWebhook ?? "");

    public string Setting => "EXEMPLAR_OPERATORS_WEBHOOK";

    public bool IsOpen => settings.OperatorsWebhook is not null;

    public async Task<DeliveryOutcome> SendAsync(OperatorsNotice notice, CancellationToken cancellationToken) =>
        (await http.SendAsync(OutboundRequest.Json(settings.OperatorsWebhook!, notice.Body(settings.ServerName)), _mask, cancellationToken)).Outcome;
}
