using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.Webhook;

/// <summary>
/// Posts every alert to an address, signed when there is a secret. The signature covers the moment of the attempt and the body, so
/// that a receiver can tell a forgery and an old recording from the real thing.
/// </summary>
internal sealed class WebhookChannel(OutboundHttp http, AlertLinks links, TimeProvider clock) : IChannel
{
    public const string DeliveryHeader = "X-Exemplar-Delivery";
    public const string TimestampHeader = "X-Exemplar-Timestamp";
    public const string SignatureHeader = "X-Exemplar-Signature";

    public string Kind => "webhook";

    public string Title => "Webhook";

    public bool IsReadByPeople => false;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("url", "Address") { Shape = FieldShape.Address, IsRequired = true, Help = "Every alert is sent there." },
        new("secret", "Signing secret")
        {
            IsSecret = true, Longest = 500,
            Help = "When set, X-Exemplar-Signature is sha256= and the HMAC in hex of the timestamp, a dot and the body.",
        },
        new("method", "Method") { Shape = FieldShape.Choice, Choices = ["POST", "PUT", "PATCH", "GET"], Default = "POST" },
        new("headers", "Headers")
        {
            Shape = FieldShape.Pairs, IsSecret = true, Longest = 4_000, Help = "Sent along; the values are kept secret and may hold names such as {{monitor.name}}.",
        },
        new("body", "Body")
        {
            Shape = FieldShape.Lines, Longest = 20_000,
            Help = "Left empty, the JSON of the documentation. Otherwise a text with names such as {{monitor.name}}, which are filled in and escaped.",
        },
    ];

    public void Validate(ChannelConfig config, FieldErrors errors) => WebhookValidation.Validate(config, errors);

    public async Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken)
    {
        var values = new TemplateValues(alert, AlertText.Of(alert, links));
        var request = Request(config, alert, values);
        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        request = request.With(DeliveryHeader, alert.DeliveryId.ToString()).With(TimestampHeader, timestamp);
        if (config.Has("secret")) request = request.With(SignatureHeader, Signature(config["secret"], timestamp, request.Body ?? []));
        return (await http.SendAsync(request, SecretMask.Of(this, config), cancellationToken)).Outcome;
    }

    /// <summary>What stands in the signature's header.</summary>
    public static string Signature(string secret, string timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.ASCII.GetBytes(timestamp + "."));
        hmac.AppendData(body);
        return "sha256=" + Convert.ToHexStringLower(hmac.GetHashAndReset());
    }

    private static OutboundRequest Request(ChannelConfig config, Alert alert, TemplateValues values)
    {
        var method = HttpMethod.Parse(config["method"]);
        var contentType = WebhookValidation.ContentType(config);
        return new OutboundRequest(method, config["url"])
        {
            ContentType = contentType,
            Body = method == HttpMethod.Get ? null : Encoding.UTF8.GetBytes(Body(config, alert, values, contentType)),
            Headers =
            [
                .. config.Pairs("headers").Where(pair => !pair.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
                    .Select(pair => (pair.Key, WebhookTemplate.Parse(pair.Value, out _)?.Render(values, TemplateFormat.Header) ?? "")),
            ],
        };
    }

    private static string Body(ChannelConfig config, Alert alert, TemplateValues values, string contentType) =>
        config.Has("body") && WebhookTemplate.Parse(config["body"], out _) is { } template
            ? template.Render(values, WebhookValidation.Format(contentType))
            : WebhookBody.Of(alert).ToJsonString();
}
