using Exemplar.Core.Deliveries;

namespace Exemplar.Server.Health;

/// <summary>A way to the operators of this server, which its settings name and which needs no database.</summary>
internal interface IOperatorsWay
{
    /// <summary>The setting that opens it, for the log.</summary>
    string Setting { get; }

    /// <summary>False when the operator has not set it.</summary>
    bool IsOpen { get; }

    /// <summary>Tries once; only being cancelled and faults of ours throw.</summary>
    Task<DeliveryOutcome> SendAsync(OperatorsNotice notice, CancellationToken cancellationToken);
}
