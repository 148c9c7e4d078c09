using System.Text;
using System.Text.Json.Nodes;
using MimeKit;

namespace Exemplar.Server.Tests.Channels.Support;

/// <summary>A mail server with TLS and a password.</summary>
internal sealed class EmailRig : ChannelRig
{
    private readonly FakeSmtp _smtp;

    private EmailRig() => _smtp = new FakeSmtp("starttls", Reply);

    public override JsonObject Config => new()
    {
        ["host"] = "127.0.0.1",
        ["port"] = _smtp.Port,
        ["security"] = "starttls",
        ["user"] = "alerts",
        ["password"] = Mark,
        ["from"] = "Exemplar <alerts@example.com>",
        ["to"] = "a@example.com, b@example.com",
    };

    public override string Received => string.Join('\n', _smtp.Messages.Select(bytes =>
    {
        var message = MimeMessage.Load(new MemoryStream(bytes));
        return $"{message.Subject}\n{message.TextBody}";
    }));

    public static EmailRig Start() => new();

    public override Task ArrivalAsync() => _smtp.ArrivalAsync();

    public override ValueTask DisposeAsync() => _smtp.DisposeAsync();

    private string? Reply(string verb, string line) => (Behaviour, verb) switch
    {
        (Behaviour.TakeAndRepeat, "DATA") => null,
        (Behaviour.Busy, "MAIL") => "451 too many messages, later please",
        (Behaviour.Fault, "MAIL") => "421 a fault; you said " + Said(),
        (Behaviour.Reset, "MAIL") => "-",
        (Behaviour.Hang, "MAIL") => "",
        (Behaviour.Unauthorized, "AUTH") => $"535 not with {line} which is {Said()}",
        (Behaviour.NotFound, "RCPT") => "550 no such user",
        (Behaviour.BadRequest, "DATA") => "554 not this message",
        (Behaviour.Take or Behaviour.TakeAndRepeat, "AUTH") when Said() != $"\0alerts\0{Mark}" => "535 wrong password",
        _ => null,
    };

    private string Said()
    {
        var plain = _smtp.Lines.LastOrDefault(line => line.StartsWith("AUTH PLAIN ", StringComparison.Ordinal));
        return plain is null ? "" : Encoding.UTF8.GetString(Convert.FromBase64String(plain["AUTH PLAIN ".Length..]));
    }
}
