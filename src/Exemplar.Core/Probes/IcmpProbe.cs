namespace Exemplar.Core.Probes;

/// <summary>Echo requests to a host.</summary>
/// <param name="Host">A name or an address, see <see cref="ProbeHost"/>.</param>
/// <param name="Count">How many are sent each time, 1 to <see cref="MostCount"/>.</param>
/// <param name="Timeout">See the base.</param>
/// <param name="FailuresBeforeDown">See the base.</param>
public sealed record IcmpProbe(string Host, int Count, TimeSpan Timeout, int FailuresBeforeDown) : ProbeConfiguration(Timeout, FailuresBeforeDown)
{
    public const int DefaultCount = 3;
    public const int MostCount = 10;
}
