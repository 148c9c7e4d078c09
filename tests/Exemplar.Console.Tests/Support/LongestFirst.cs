using Exemplar.Console.Tests.Support;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Exemplar.Console.Tests.Support;

/// <summary>The visits of every page take minutes: begun last, they would keep one processor waiting for the other.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long = [nameof(DarkPageTests), nameof(LightPageTests)];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(c => Long.Any(name => c.TestCollectionDisplayName.Contains($".{name} ", StringComparison.Ordinal)))];
}
