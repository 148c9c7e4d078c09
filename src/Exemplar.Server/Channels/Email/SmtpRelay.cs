using System.Text;
using MailKit.Security;

namespace Exemplar.Server.Channels.Email;

/// <summary>A mail server that takes our messages.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Port">587 usually, 465 for TLS from the first byte, 25 for a relay nearby.</param>
/// <param name="Security">How the connection is encrypted.</param>
internal sealed record SmtpRelay(string Host, int Port, SecureSocketOptions Security)
{
    public const string StartTls = "starttls";
    public const string Tls = "tls";
    public const string None = "none";

    /// <summary>The words for <see cref="Security"/>.</summary>
    public static readonly string[] Words = [StartTls, Tls, None];

    /// <summary>Empty when the server asks for nobody.</summary>
    public string User { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>Both as AUTH PLAIN has them: a server may repeat it when it refuses it.</summary>
    public string AuthPlain => Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{User}\0{Password}"));

    /// <summary>Whether the operator has named it, who may mean a server that nobody else may connect to.</summary>
    public bool IsOperators { get; init; }

    /// <summary>Reads the operator's <c>smtp://user:password@host:port</c>; <c>smtps</c> is TLS from the first byte, <c>?security=none</c> no TLS.</summary>
    /// <returns>Null when it is none.</returns>
    public static SmtpRelay? Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("smtp" or "smtps") || address.Host.Length == 0) return null;
        if (address.AbsolutePath is not ("/" or "") || address.Query is not ("" or "?security=none" or "?security=starttls")) return null;
        var isImplicit = address.Scheme == "smtps";
        if (isImplicit && address.Query.Length > 0) return null;
        var user = address.UserInfo.Split(':', 2);
        return new SmtpRelay(address.IdnHost, address.Port > 0 ? address.Port : isImplicit ? 465 : 587, Option(isImplicit ? Tls : address.Query == "?security=none" ? None : StartTls))
        {
            User = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : "",
            IsOperators = true,
        };
    }

    /// <summary>STARTTLS is insisted on: a server that suddenly offers none may be somebody in between.</summary>
    public static SecureSocketOptions Option(string word) => word switch
    {
        Tls => SecureSocketOptions.SslOnConnect,
        None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };

    // Holds a password.
    public override string ToString() => $"{Host}:{Port}";
}
