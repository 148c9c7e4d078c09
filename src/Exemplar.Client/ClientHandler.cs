using System.Net.Http;
using System.Net.Security;
using System.Security.Authentication;

namespace Exemplar.Client;

/// <summary>Connections: kept alive and used again; no redirect is followed, because the key would go along; no cookies.</summary>
internal static class ClientHandler
{
    public static HttpMessageHandler Create(TimeSpan connectTimeout)
    {
#if NETSTANDARD2_0
        _ = connectTimeout;
        return new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false };
#else
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = connectTimeout,
            // A name that moved is looked up again.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ActivityHeadersPropagator = null,
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, _, _, errors) =>
                    errors == SslPolicyErrors.None ? true : throw new CertificateRejectedException(errors),
            },
        };
#endif
    }
}

/// <summary>
/// The server's certificate is not to be trusted. Told apart from every other failure of a handshake, because no second
/// attempt heals it.
/// </summary>
internal sealed class CertificateRejectedException(SslPolicyErrors errors) : AuthenticationException("The server's certificate is refused: " + errors)
{
    public static bool IsIn(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is CertificateRejectedException) return true;
#if NETSTANDARD2_0
            if (cause is AuthenticationException || cause is System.Net.WebException { Status: System.Net.WebExceptionStatus.TrustFailure }) return true;
#endif
        }
        return false;
    }
}
