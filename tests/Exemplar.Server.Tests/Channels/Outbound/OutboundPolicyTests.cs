using System.Net;
using Exemplar.Server.Channels.Outbound;
using Microsoft.Extensions.Configuration;

namespace Exemplar.Server.Tests.Channels.Outbound;

public sealed class OutboundPolicyTests
{
    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("1.1.1.1")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.1")]
    [InlineData("169.253.0.1")]
    [InlineData("198.17.255.255")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001::200e")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::8.8.8.8")]
    [InlineData("2002:808:808::1")]
    public void Public_addresses_are_allowed(string address) => Assert.Null(OutboundPolicy.PublicOnly.Refusal(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1", "is a loopback address")]
    [InlineData("127.255.255.254", "is a loopback address")]
    [InlineData("::1", "is a loopback address")]
    [InlineData("0.0.0.0", "is an unspecified address")]
    [InlineData("0.1.2.3", "is an unspecified address")]
    [InlineData("::", "is an unspecified address")]
    [InlineData("10.0.0.1", "is a private address")]
    [InlineData("172.16.0.1", "is a private address")]
    [InlineData("172.31.255.255", "is a private address")]
    [InlineData("192.168.1.1", "is a private address")]
    [InlineData("100.64.0.1", "is a shared address of a carrier")]
    [InlineData("169.254.1.1", "is a link-local address")]
    [InlineData("fe80::1", "is a link-local address")]
    [InlineData("fe80::1%1", "is a link-local address")]
    [InlineData("fc00::1", "is a unique local address")]
    [InlineData("fd12:3456::1", "is a unique local address")]
    [InlineData("fec0::1", "is a unique local address")]
    [InlineData("169.254.169.254", "is a cloud metadata address")]
    [InlineData("169.254.170.2", "is a cloud metadata address")]
    [InlineData("168.63.129.16", "is a cloud metadata address")]
    [InlineData("100.100.100.200", "is a cloud metadata address")]
    [InlineData("fd00:ec2::254", "is a cloud metadata address")]
    [InlineData("192.0.2.1", "is a documentation address")]
    [InlineData("2001:db8::1", "is a documentation address")]
    [InlineData("198.18.0.1", "is a benchmarking address")]
    [InlineData("224.0.0.1", "is a multicast address")]
    [InlineData("239.255.255.255", "is a multicast address")]
    [InlineData("ff02::1", "is a multicast address")]
    [InlineData("255.255.255.255", "is a reserved address")]
    [InlineData("240.0.0.1", "is a reserved address")]
    [InlineData("192.0.0.8", "is a reserved address")]
    [InlineData("::7f00:1", "is a reserved address")]
    [InlineData("64:ff9b:1::1", "is a reserved address")]
    [InlineData("4000::1", "is a reserved address")]
    [InlineData("::ffff:127.0.0.1", "is a loopback address")]
    [InlineData("::ffff:169.254.169.254", "is a cloud metadata address")]
    [InlineData("64:ff9b::10.0.0.1", "leads to 10.0.0.1, which is a private address")]
    [InlineData("64:ff9b::a9fe:a9fe", "leads to 169.254.169.254, which is a cloud metadata address")]
    [InlineData("2002:7f00:1::1", "leads to 127.0.0.1, which is a loopback address")]
    [InlineData("2002:c0a8:101::1", "leads to 192.168.1.1, which is a private address")]
    [InlineData("2001:0:808:808:0:0:80ff:fffe", "leads to 127.0.0.1, which is a loopback address")]
    [InlineData("2001:0:a00:1::", "leads to 10.0.0.1, which is a private address")]
    [InlineData("2606:4700::5efe:10.0.0.1", "leads to 10.0.0.1, which is a private address")]
    [InlineData("2606:4700::200:5efe:10.0.0.1", "leads to 10.0.0.1, which is a private address")]
    public void Everything_else_is_refused_and_named(string address, string refusal) =>
        Assert.Equal(refusal, OutboundPolicy.PublicOnly.Refusal(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.0.0.0/8, fd00::/8", "10.1.2.3", true)]
    [InlineData("10.0.0.0/8, fd00::/8", "fd00::5", true)]
    [InlineData("10.0.0.0/8, fd00::/8", "::ffff:10.1.2.3", true)]
    [InlineData("10.0.0.0/8, fd00::/8", "64:ff9b::10.1.2.3", true)]
    [InlineData("10.0.0.0/8, fd00::/8", "127.0.0.1", false)]
    [InlineData("192.168.1.7", "192.168.1.7", true)]
    [InlineData("192.168.1.7", "192.168.1.8", false)]
    [InlineData("::1", "::1", true)]
    [InlineData("fe80::/10", "fe80::1%3", true)]
    [InlineData("all", "169.254.169.254", true)]
    [InlineData("all", "::1", true)]
    [InlineData("", "127.0.0.1", false)]
    public void The_operator_allows_more(string allowed, string address, bool isAllowed) =>
        Assert.Equal(isAllowed, OutboundPolicy.Parse(allowed).Refusal(IPAddress.Parse(address)) is null);

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST.", true)]
    [InlineData("a.localhost", true)]
    [InlineData("[::1]", true)]
    [InlineData("10.0.0.1", true)]
    [InlineData("example.com", false)]
    [InlineData("8.8.8.8", false)]
    public void A_host_that_can_only_be_refused_is_known_before_it_is_resolved(string host, bool isRefused) =>
        Assert.Equal(isRefused, OutboundPolicy.PublicOnly.RefusalOfHost(host) is not null);

    [Theory]
    [InlineData("everything")]
    [InlineData("10.0.0.0/8,all")]
    [InlineData("10.0.0.x/8")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/8;127.0.0.1")]
    public void A_wrong_list_refuses_the_start_and_names_the_setting(string list)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("allow_private_addresses", (string?)list)]).Build();
        var refusal = Assert.Throws<SettingsException>(() => ServerSettings.Read(settings));
        Assert.StartsWith("EXEMPLAR_ALLOW_PRIVATE_ADDRESSES must be", refusal.Message, StringComparison.Ordinal);
    }
}
