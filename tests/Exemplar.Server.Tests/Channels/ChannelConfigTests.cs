using System.Text;
using Exemplar.Core.Ids;
using Exemplar.Server.Channels;
using Exemplar.Server.Requests;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Channels;

public sealed class ChannelConfigTests : IDisposable
{
    private readonly ChannelStand _stand = new();

    [Fact]
    public void Everything_that_is_wrong_is_named_at_once()
    {
        var errors = Wrong("""{"url":"ftp://example.com","method":"BREW","secret":7,"headers":[],"body":true,"colour":"red"}""");
        Assert.Equal(["config.body", "config.colour", "config.headers", "config.method", "config.secret", "config.url"], errors.ByField.Keys);
    }

    [Theory]
    [InlineData("""{}""", "config.url", "is required")]
    [InlineData("""{"url":null}""", "config.url", "is required")]
    [InlineData("""{"url":""}""", "config.url", "is required")]
    [InlineData("""[]""", "config", "must be an object")]
    [InlineData("""{"url":"\ud800"}""", "config.url", "holds an escape")]
    [InlineData("""{"url":"https://a.example/\u0000"}""", "config.url", "control characters")]
    [InlineData("""{"url":"https://user:word@a.example/"}""", "config.url", "must not hold a user or a password")]
    [InlineData("""{"url":"http://10.0.0.1/"}""", "config.url", "is a private address; the operator can allow it")]
    [InlineData("""{"url":"http://[::1]/"}""", "config.url", "is a loopback address")]
    [InlineData("""{"url":"http://169.254.169.254/"}""", "config.url", "is a cloud metadata address")]
    [InlineData("""{"url":"https://a.example/","headers":{"Bad Name":"x"}}""", "config.headers", "is no name of a header")]
    [InlineData("""{"url":"https://a.example/","headers":{"Host":"x"}}""", "config.headers", "set by the server")]
    [InlineData("""{"url":"https://a.example/","headers":{"x-exemplar-signature":"x"}}""", "config.headers", "set by the server")]
    [InlineData("""{"url":"https://a.example/","headers":{"X-A":"a\r\nX-B: b"}}""", "config.headers", "control characters")]
    [InlineData("""{"url":"https://a.example/","headers":{"X-A":1}}""", "config.headers", "must be a string")]
    [InlineData("""{"url":"https://a.example/","headers":{"X-A":"{{monitor.nam}}"}}""", "config.headers", "knows no {{monitor.nam}}")]
    [InlineData("""{"url":"https://a.example/","body":"{{ 7*7 }}"}""", "config.body", "holds '{{'")]
    [InlineData("""{"url":"https://a.example/","body":"{{env.HOME}}"}""", "config.body", "knows no {{env.HOME}}")]
    [InlineData("""{"url":"https://a.example/","body":"{\"a\": {{monitor.name}}, }"}""", "config.body", "is no JSON")]
    [InlineData("""{"url":"https://a.example/","method":"GET","body":"x"}""", "config.body", "must be empty")]
    public void What_cannot_be_meant_is_refused(string config, string field, string message)
    {
        var errors = Wrong(config);
        Assert.Contains(message, Assert.Single(errors.ByField[field]), StringComparison.Ordinal);
        Assert.Single(errors.ByField);
    }

    [Fact]
    public void A_text_that_is_too_long_is_refused()
    {
        var errors = Wrong($$"""{"url":"https://a.example/{{new string('x', 2_000)}}"}""");
        Assert.Equal(["must have at most 2000 characters"], errors.ByField["config.url"]);
    }

    [Fact]
    public void Secrets_never_come_back_only_whether_they_are_set()
    {
        var config = Right("""{"url":"https://a.example/","secret":"sesame","headers":{"X-Key":"sesame","A":"sesame"}}""");
        var shown = ChannelConfigView.Of(_stand.Channel("webhook"), config).ToJsonString();
        Assert.Equal("""{"url":"https://a.example/","secret_set":true,"method":"POST","headers_set":["A","X-Key"]}""", shown);
        Assert.DoesNotContain("sesame", config.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_read_can_be_sent_back_and_keeps_the_secrets()
    {
        var stored = Right("""{"url":"https://a.example/","secret":"sesame","headers":{"X-Key":"open"}}""");
        var shown = ChannelConfigView.Of(_stand.Channel("webhook"), stored).ToJsonString();
        var read = Right(shown, stored);
        Assert.Equal(("sesame", "open"), (read["secret"], read.Pairs("headers")["X-Key"]));
    }

    [Fact]
    public void A_field_that_is_left_out_keeps_its_value_and_null_or_nothing_removes_it()
    {
        var stored = Right("""{"url":"https://a.example/","secret":"sesame","headers":{"X-Key":"open","X-Other":"o"},"body":"b"}""");

        var changed = Right("""{"url":"https://b.example/"}""", stored);
        Assert.Equal(("https://b.example/", "sesame", "b", 2), (changed["url"], changed["secret"], changed["body"], changed.Pairs("headers").Count));

        Assert.False(Right("""{"secret":null}""", stored).Has("secret"));
        Assert.False(Right("""{"secret":""}""", stored).Has("secret"));
        Assert.Equal("new", Right("""{"secret":"new"}""", stored)["secret"]);
        Assert.Empty(Right("""{"headers":null}""", stored).Pairs("headers"));

        var headers = Right("""{"headers":{"x-key":"shut","X-Other":null,"X-New":"n"}}""", stored).Pairs("headers");
        Assert.Equal([("X-New", "n"), ("x-key", "shut")], headers.Select(pair => (pair.Key, pair.Value)).OrderBy(pair => pair.Value));
    }

    [Fact]
    public void A_sealed_configuration_opens_for_its_channel_alone_and_shows_nothing()
    {
        var config = Right("""{"url":"https://a.example/","secret":"sesame-open","headers":{"X-Key":"sesame-too"}}""");
        var (mine, other) = (EntityId.Create(Alerts.At, 1), EntityId.Create(Alerts.At, 2));

        var bytes = _stand.Secrets.Seal(config, mine);

        Assert.DoesNotContain("sesame", Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
        var opened = _stand.Secrets.Open(bytes, mine)!;
        Assert.Equal(("https://a.example/", "sesame-open", "sesame-too"), (opened["url"], opened["secret"], opened.Pairs("headers")["X-Key"]));
        Assert.Null(_stand.Secrets.Open(bytes, other));
        Assert.Null(_stand.Secrets.Open([1, 2, 3], mine));
        bytes[^1] ^= 1;
        Assert.Null(_stand.Secrets.Open(bytes, mine));
    }

    [Fact]
    public void Kinds_are_found_by_their_words()
    {
        Assert.True(_stand.Kinds.TryFind("webhook", out _));
        Assert.False(_stand.Kinds.TryFind("Webhook", out _));
        Assert.False(_stand.Kinds.TryFind(null, out _));
        Assert.Equal(_stand.Kinds.All.Count, _stand.Kinds.All.Select(channel => channel.Kind).Distinct(StringComparer.Ordinal).Count());
    }

    public void Dispose() => _stand.Dispose();

    private ChannelConfig Right(string config, ChannelConfig? stored = null)
    {
        var errors = new FieldErrors();
        var read = _stand.Read("webhook", config, stored, errors);
        Assert.Empty(errors.ByField);
        return read!;
    }

    private FieldErrors Wrong(string config)
    {
        var errors = new FieldErrors();
        Assert.Null(_stand.Read("webhook", config, null, errors));
        return errors;
    }
}
