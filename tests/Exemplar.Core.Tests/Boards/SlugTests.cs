using CsCheck;
using Exemplar.Core.Boards;

namespace Exemplar.Core.Tests.Boards;

public sealed class SlugTests
{
    [Theory]
    [InlineData("production")]
    [InlineData("eu-west-1")]
    [InlineData("7")]
    public void Letters_digits_and_single_hyphens_make_a_slug(string text) => Assert.True(Slug.IsValid(text));

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a--b")]
    [InlineData("A")]
    [InlineData("a b")]
    [InlineData("a.json")]
    [InlineData("../a")]
    [InlineData("ü")]
    [InlineData("a\n")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Everything_else_does_not(string text) => Assert.False(Slug.IsValid(text));

    [Theory]
    [InlineData("Payments & Billing", "payments-billing")]
    [InlineData("  EU West (1) ", "eu-west-1")]
    [InlineData("Straße", "stra-e")]
    [InlineData("日本", "")]
    public void A_name_becomes_a_slug(string name, string slug) => Assert.Equal(slug, Slug.From(name));

    [Theory]
    [InlineData("API", "api-3", "api", "api-2")]
    [InlineData("Badge", "badge-2")]
    [InlineData("日本", "service-2", "service")]
    public void A_service_gets_a_slug_of_its_own(string name, string slug, params string[] taken) =>
        Assert.Equal(slug, Slug.ForService(name, taken.ToHashSet(StringComparer.Ordinal)));

    [Fact]
    public void Whatever_the_name_the_slug_is_valid() =>
        Gen.String.Sample(name => Assert.True(Slug.IsValidForService(Slug.ForService(name, new HashSet<string> { "service", Slug.From(name) }))));
}
