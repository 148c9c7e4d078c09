namespace Exemplar.Core.Probes;

/// <summary>The certificate that a server shows over TLS.</summary>
/// <param name="Host">A name or an address, see <see cref="ProbeHost"/>.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="WarnDays">So many days before its end the certificate is a warning, 1 to <see cref="MostDays"/>.</param>
/// <param name="FailDays">So many days before its end it is a failure, 0 to <paramref name="WarnDays"/>.</param>
/// <param name="Timeout">See the base.</param>
/// <param name="FailuresBeforeDown">See the base.</param>
public sealed record SslProbe(string Host, int Port, int WarnDays, int FailDays, TimeSpan Timeout, int FailuresBeforeDown)
    : ProbeConfiguration(Timeout, FailuresBeforeDown)
{
    public const int DefaultPort = 443;
    public const int DefaultWarnDays = 21;
    public const int DefaultFailDays = 7;
    public const int MostDays = 365;
}
