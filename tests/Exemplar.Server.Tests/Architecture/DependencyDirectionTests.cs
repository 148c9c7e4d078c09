using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using Exemplar.Core.Monitors;
using Exemplar.Storage;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace Exemplar.Server.Tests.Architecture;

/// <summary>Core ← Storage ← Server, never back; and Core is pure.</summary>
public sealed class DependencyDirectionTests
{
    private static readonly ArchUnitNET.Domain.Architecture Exemplar = new ArchLoader()
        .LoadAssemblies(typeof(MonitorLifecycle).Assembly, typeof(StorageEngine).Assembly, typeof(ServerSettings).Assembly)
        .Build();

    [Fact]
    public void Core_knows_neither_storage_nor_server() =>
        Types().That().ResideInAssembly(typeof(MonitorLifecycle).Assembly)
            .Should().NotDependOnAny(Types().That().ResideInAssembly(typeof(StorageEngine).Assembly, typeof(ServerSettings).Assembly))
            .Check(Exemplar);

    [Fact]
    public void Storage_does_not_know_the_server() =>
        Types().That().ResideInAssembly(typeof(StorageEngine).Assembly)
            .Should().NotDependOnAny(Types().That().ResideInAssembly(typeof(ServerSettings).Assembly))
            .Check(Exemplar);

    [Theory]
    [InlineData("System.Threading.Tasks.Task")]
    [InlineData("System.Threading.Tasks.ValueTask")]
    [InlineData("System.TimeProvider")]
    [InlineData("System.IO.Stream")]
    [InlineData("System.IO.File")]
    [InlineData("Microsoft.Extensions.")]
    [InlineData("Microsoft.EntityFrameworkCore.")]
    public void Core_is_pure(string forbidden)
    {
        var offenders = Exemplar.Types
            .Where(type => type.Assembly.Name.StartsWith("Exemplar.Core", StringComparison.Ordinal))
            .Where(type => type.Dependencies.Any(d => d.Target.FullName.StartsWith(forbidden, StringComparison.Ordinal)))
            .Select(type => type.FullName);

        Assert.Empty(offenders);
    }

    [Fact]
    public void Only_the_storage_project_speaks_to_a_database_driver()
    {
        var offenders = Exemplar.Types
            .Where(type => type.Assembly.Name.StartsWith("Exemplar.Server", StringComparison.Ordinal))
            .Where(type => type.Dependencies.Any(d =>
                d.Target.FullName.StartsWith("Npgsql", StringComparison.Ordinal)
                || d.Target.FullName.StartsWith("Microsoft.Data.Sqlite", StringComparison.Ordinal)
                || d.Target.FullName.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal)))
            .Select(type => type.FullName);

        Assert.Empty(offenders);
    }

    [Fact]
    public void Nothing_is_called_manager_helper_util_common_base_or_dto() =>
        Types().That().ResideInAssembly(typeof(MonitorLifecycle).Assembly, typeof(StorageEngine).Assembly, typeof(ServerSettings).Assembly)
            .Should().NotHaveNameMatching("(Manager|Helper|Util|Utils|Utilities|Common|Base|Dto)$")
            .Check(Exemplar);
}
