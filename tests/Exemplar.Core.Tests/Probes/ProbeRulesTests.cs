using Exemplar.Core.Probes;

namespace Exemplar.Core.Tests.Probes;

/// <summary>What the configuration of a probe may hold.</summary>
public sealed class ProbeRulesTests
{
    [Theory]
    [InlineData("200-299", "200-299", 204, 300)]
    [InlineData(" 200 , 301 - 304 ", "200, 301-304", 303, 201)]
    [InlineData("404", "404", 404, 200)]
    public void Statuses_are_single_ones_and_ranges(string text, string written, int good, int bad)
    {
        var read = ExpectedStatus.Parse(text)!;
        Assert.Equal(written, read.Text);
        Assert.True(read.Includes(good));
        Assert.False(read.Includes(bad));
        Assert.Equal(read, ExpectedStatus.Parse(written));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2xx")]
    [InlineData("299-200")]
    [InlineData("99")]
    [InlineData("600")]
    [InlineData("200,")]
    [InlineData("-200")]
    [InlineData("200-250-299")]
    [InlineData("1,2,3")]
    public void What_is_no_status_is_refused(string text) => Assert.Null(ExpectedStatus.Parse(text));

    [Fact]
    public void There_is_a_limit_to_statuses() =>
        Assert.Null(ExpectedStatus.Parse(string.Join(',', Enumerable.Range(200, 21))));

    [Theory]
    [InlineData("https://example.com/health", true)]
    [InlineData("http://10.0.0.1:8080/", true)]
    [InlineData("ftp://example.com", false)]
    [InlineData("example.com", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("https://ada:secret@example.com", false)]
    [InlineData("file:///etc/passwd", false)]
    public void An_address_is_over_http_and_holds_no_password(string url, bool isGood) => Assert.Equal(isGood, EndpointProbe.FaultOfUrl(url) is null);

    [Theory]
    [InlineData("Authorization", true)]
    [InlineData("X-Api-Key", true)]
    [InlineData("Host", false)]
    [InlineData("content-length", false)]
    [InlineData("Bad Name", false)]
    [InlineData("Bad\r\nName", false)]
    [InlineData("", false)]
    public void A_header_neither_breaks_the_request_nor_leads_it_elsewhere(string name, bool isGood) => Assert.Equal(isGood, EndpointProbe.FaultOfHeaderName(name) is null);

    [Theory]
    [InlineData("Bearer abc", true)]
    [InlineData("a\r\nX-Evil: 1", false)]
    [InlineData("ü", false)]
    public void The_value_of_a_header_is_one_line(string value, bool isGood) => Assert.Equal(isGood, EndpointProbe.FaultOfHeader(value) is null);

    [Theory]
    [InlineData("example.com", true)]
    [InlineData("192.0.2.1", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("https://example.com", false)]
    [InlineData("example.com:443", false)]
    [InlineData("example.com/path", false)]
    [InlineData("-c 1; reboot", false)]
    public void A_host_is_a_name_or_an_address(string host, bool isGood) => Assert.Equal(isGood, ProbeHost.Fault(host) is null);

    [Theory]
    [InlineData(AssertionSubject.Body, null, AssertionComparison.Contains, "ok", null)]
    [InlineData(AssertionSubject.Body, "x", AssertionComparison.Contains, "ok", "name")]
    [InlineData(AssertionSubject.Body, null, AssertionComparison.Contains, "", "value")]
    [InlineData(AssertionSubject.Body, null, AssertionComparison.Is, "", null)]
    [InlineData(AssertionSubject.Header, null, AssertionComparison.Is, "ok", "name")]
    [InlineData(AssertionSubject.Header, "Content-Type", AssertionComparison.Contains, "json", null)]
    [InlineData(AssertionSubject.Json, "$.a[0].b-c", AssertionComparison.Is, "ok", null)]
    [InlineData(AssertionSubject.Json, "a.b", AssertionComparison.Is, "ok", "name")]
    [InlineData(AssertionSubject.Json, "$..a", AssertionComparison.Is, "ok", "name")]
    [InlineData(AssertionSubject.Json, "$.a[", AssertionComparison.Is, "ok", "name")]
    [InlineData(AssertionSubject.Json, "$.a[99999999]", AssertionComparison.Is, "ok", "name")]
    [InlineData(AssertionSubject.Json, "$.n", AssertionComparison.LessThan, "soon", "value")]
    [InlineData(AssertionSubject.Json, "$.n", AssertionComparison.LessThan, "NaN", "value")]
    [InlineData(AssertionSubject.ResponseTime, null, AssertionComparison.LessThan, "500", null)]
    [InlineData(AssertionSubject.ResponseTime, null, AssertionComparison.Is, "500", "comparison")]
    public void A_condition_can_be_checked(AssertionSubject on, string? name, AssertionComparison comparison, string value, string? wrong) =>
        Assert.Equal(wrong, new Assertion(on, name, comparison, value).Fault()?.Field);
}
