using System.Net;
using Exemplar.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Exemplar.Server.Tests.Hosting;

/// <summary>Whose word about where a request comes from is taken.</summary>
public sealed class TrustedProxyTests
{
    [Theory]
    [InlineData("", "203.0.113.9", "127.0.0.1 http")]
    [InlineData("10.0.0.0/8", "203.0.113.9", "127.0.0.1 http")]
    [InlineData("127.0.0.1", "203.0.113.9", "203.0.113.9 https")]
    [InlineData("127.0.0.0/8, 10.0.0.5", "203.0.113.9, 10.0.0.5", "203.0.113.9 https")]
    // What stands left of the first hop that nobody vouches for was written by the sender.
    [InlineData("127.0.0.1", "192.0.2.1, 203.0.113.9", "203.0.113.9 https")]
    [InlineData("127.0.0.1", "nonsense", "127.0.0.1 http")]
    public async Task Only_a_trusted_proxy_says_where_a_request_comes_from(string trusted, string forwarded, string seen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(ServerSettings.Read(new ConfigurationBuilder()
            .AddInMemoryCollection([new("trusted_proxies", trusted)]).Build()));
        await using var app = builder.Build();
        app.UseTrustedProxies();
        app.Run(context => context.Response.WriteAsync($"{context.Connection.RemoteIpAddress} {context.Request.Scheme}"));
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };
        http.DefaultRequestHeaders.Add("X-Forwarded-For", forwarded);
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", string.Join(", ", forwarded.Split(',').Select(_ => "https")));

        Assert.Equal(seen, await http.GetStringAsync("/"));
    }

    [Theory]
    [InlineData("proxy.example.org")]
    [InlineData("10.0.0.0/99")]
    public void What_is_no_address_is_refused_by_name(string text)
    {
        var refusal = Assert.Throws<SettingsException>(() => ServerSettings.Read(new ConfigurationBuilder()
            .AddInMemoryCollection([new("trusted_proxies", text)]).Build()));
        Assert.Contains("EXEMPLAR_TRUSTED_PROXIES", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_and_networks_of_both_kinds_are_read() => Assert.Equal(
        [IPNetwork.Parse("10.0.0.5/32"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("::1/128")],
        TrustedProxies.Parse("10.0.0.5; 2001:db8::/32,::1"));
}
