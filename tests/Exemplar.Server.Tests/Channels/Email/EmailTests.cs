using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Email;
using Exemplar.Server.Requests;
using Exemplar.Server.Tests.Channels.Support;
using Microsoft.Extensions.Configuration;
using MimeKit;

namespace Exemplar.Server.Tests.Channels.Email;

public sealed class EmailTests : IDisposable
{
    private readonly ChannelStand _stand = new();

    [Theory]
    [InlineData("none")]
    [InlineData("starttls")]
    [InlineData("tls")]
    public async Task A_mail_is_handed_over_as_text_and_html(string security)
    {
        await using var smtp = new FakeSmtp(security);
        var outcome = await SendAsync(Config(smtp, security), Alerts.Down());

        Assert.Equal("taken as 17", Assert.IsType<DeliveryOutcome.Delivered>(outcome).Detail);
        Assert.Equal(security != "none", smtp.WasEncrypted);
        var mail = smtp.Only;
        Assert.Equal("DOWN Nightly backup", mail.Subject);
        Assert.Equal(("Exemplar", "alerts@example.com"), (mail.From.Mailboxes.Single().Name, mail.From.Mailboxes.Single().Address));
        Assert.Equal(["a@example.com", "b@example.com"], mail.To.Mailboxes.Select(to => to.Address));
        Assert.Contains(Alerts.Error, mail.TextBody!.ReplaceLineEndings(""), StringComparison.Ordinal);
        Assert.Contains("<h2", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains($"https://exemplar.example.com/incidents/{Alerts.IncidentId}", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Equal(Alerts.At, mail.Date);
    }

    [Fact]
    public async Task The_message_id_follows_from_the_delivery_and_the_mails_of_an_incident_refer_to_the_same()
    {
        await using var smtp = new FakeSmtp("none");
        await SendAsync(Config(smtp, "none"), Alerts.Down());
        await SendAsync(Config(smtp, "none"), Alerts.Down());
        var mails = smtp.Messages.Select(bytes => MimeMessage.Load(new MemoryStream(bytes))).ToList();
        Assert.Equal([$"{Alerts.DeliveryId}@example.com", $"{Alerts.DeliveryId}@example.com"], mails.Select(mail => mail.MessageId));
        Assert.All(mails, mail => Assert.Equal([$"incident-{Alerts.IncidentId}@example.com"], mail.References));
    }

    [Fact]
    public async Task No_name_breaks_out_of_the_headers_or_the_html()
    {
        await using var smtp = new FakeSmtp("none");
        await SendAsync(Config(smtp, "none"), Alerts.Down(Alerts.Hostile));
        var mail = smtp.Only;
        Assert.Empty(mail.Bcc);
        Assert.DoesNotContain(mail.Headers, header => header.Value.Contains('\n') && header.Field == "Bcc");
        Assert.DoesNotContain("<script", mail.HtmlBody, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Equal(["RCPT TO:<a@example.com>", "RCPT TO:<b@example.com>"], smtp.Recipients.Select(line => line.Split(" ORCPT")[0].TrimEnd()));
    }

    [Fact]
    public async Task A_server_that_offers_no_tls_gets_neither_password_nor_mail()
    {
        await using var smtp = new FakeSmtp("none");
        Assert.IsType<DeliveryOutcome.Refused>(await SendAsync(Config(smtp, "starttls"), Alerts.Down()));
        Assert.Empty(smtp.Messages);
        Assert.DoesNotContain(smtp.Lines, line => line.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("starttls")]
    [InlineData("tls")]
    public async Task A_certificate_that_nobody_trusts_is_not_talked_to(string security)
    {
        await using var smtp = new FakeSmtp(security);
        using var distrustful = new ChannelStand(trust: new Exemplar.Server.Channels.Outbound.OutboundTrust());
        var outcome = await distrustful.Channel("email").SendAsync(_stand.Config("email", Config(smtp, security)), Alerts.Down(), CancellationToken.None);
        Assert.Contains("certificate of 127.0.0.1 is not valid", Assert.IsType<DeliveryOutcome.Retry>(outcome).Detail, StringComparison.Ordinal);
        Assert.Empty(smtp.Messages);
    }

    [Fact]
    public async Task One_wrong_recipient_does_not_keep_it_from_the_others()
    {
        await using var smtp = new FakeSmtp("none", (verb, line) => verb == "RCPT" && line.Contains("a@", StringComparison.Ordinal) ? "550 no such user" : null);
        var outcome = await SendAsync(Config(smtp, "none"), Alerts.Down());
        Assert.Equal("taken as 17 Not taken: a@example.com: 550 no such user", Assert.IsType<DeliveryOutcome.Delivered>(outcome).Detail);
        Assert.Single(smtp.Messages);
    }

    [Theory]
    [InlineData("CONNECT", "421 too busy")]
    [InlineData("MAIL", "452 full")]
    [InlineData("RCPT", "450 greylisted")]
    [InlineData("DATA", "451 later")]
    [InlineData("EHLO", "-")]
    public async Task A_temporary_answer_is_tried_again(string verb, string reply)
    {
        await using var smtp = new FakeSmtp("none", (given, _) => given == verb ? reply : null);
        Assert.IsType<DeliveryOutcome.Retry>(await SendAsync(Config(smtp, "none"), Alerts.Down()));
    }

    [Fact]
    public async Task The_operators_server_serves_channels_that_name_none_also_from_a_private_address()
    {
        await using var smtp = new FakeSmtp("none");
        var relay = SmtpRelay.Parse($"smtp://127.0.0.1:{smtp.Port}?security=none");
        using var stand = new ChannelStand(allowed: null, smtp: relay, smtpFrom: "watch@example.com");
        var outcome = await stand.Channel("email").SendAsync(stand.Config("email", new JsonObject { ["to"] = "a@example.com" }), Alerts.Down(), CancellationToken.None);
        Assert.IsType<DeliveryOutcome.Delivered>(outcome);
        Assert.Equal("watch@example.com", smtp.Only.From.Mailboxes.Single().Address);
    }

    [Theory]
    [InlineData("""{"to":"a@example.com"}""", "config.from", "config.host")]
    [InlineData("""{"to":"nobody","from":"a@example.com","host":"mail.example.com"}""", "config.to")]
    [InlineData("""{"to":"a@example.com\nBcc: b","from":"a@example.com","host":"mail.example.com"}""", "config.to")]
    [InlineData("""{"to":"a@example.com","from":"a@example.com","host":"mail example"}""", "config.host")]
    [InlineData("""{"to":"a@example.com","from":"a@example.com","host":"10.0.0.1"}""", "config.host")]
    [InlineData("""{"to":"a@example.com","from":"a@example.com","host":"mail.example.com","port":70000}""", "config.port")]
    [InlineData("""{"to":"a@example.com","from":"a@example.com","host":"mail.example.com","security":"ssl"}""", "config.security")]
    public void What_cannot_be_meant_is_refused(string config, params string[] fields)
    {
        var errors = new FieldErrors();
        Assert.Null(_stand.Read("email", config, null, errors));
        Assert.Equal(fields, errors.ByField.Keys);
    }

    [Theory]
    [InlineData("smtp://user:p%40ss@mail.example.com", "mail.example.com:587 StartTls user p@ss")]
    [InlineData("smtps://mail.example.com", "mail.example.com:465 SslOnConnect  ")]
    [InlineData("smtp://localhost:25?security=none", "localhost:25 None  ")]
    [InlineData("http://mail.example.com", null)]
    [InlineData("mail.example.com", null)]
    [InlineData("smtp://mail.example.com/path", null)]
    [InlineData("smtp://mail.example.com?security=maybe", null)]
    public void The_operators_server_is_one_address(string setting, string? read)
    {
        var relay = SmtpRelay.Parse(setting);
        Assert.Equal(read, relay is null ? null : $"{relay.Host}:{relay.Port} {relay.Security} {relay.User} {relay.Password}");
        Assert.DoesNotContain("p@ss", $"{relay}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_setting_refuses_the_start_without_its_password()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("smtp", (string?)"imap://u:sesame@h")]).Build();
        var refusal = Assert.Throws<SettingsException>(() => ServerSettings.Read(settings));
        Assert.StartsWith("EXEMPLAR_SMTP must be", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", refusal.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _stand.Dispose();

    private static JsonObject Config(FakeSmtp smtp, string security) => new()
    {
        ["host"] = "127.0.0.1", ["port"] = smtp.Port, ["security"] = security, ["user"] = "", ["password"] = ChannelRig.Mark,
        ["from"] = "Exemplar <alerts@example.com>", ["to"] = "a@example.com\nb@example.com",
    };

    private Task<DeliveryOutcome> SendAsync(JsonObject config, Alert alert) =>
        _stand.Channel("email").SendAsync(_stand.Config("email", config), alert, CancellationToken.None);
}
