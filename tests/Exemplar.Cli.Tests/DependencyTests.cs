using System.Reflection;
using Exemplar.Cli.Spool;

namespace Exemplar.Cli.Tests;

/// <summary>The command and the client are programs of the customer: they know the contract and nothing of the server.</summary>
public sealed class DependencyTests
{
    [Fact]
    public void The_command_knows_the_client_and_nothing_of_the_server() => Assert.Equal(["Exemplar.Client"], Ours(typeof(HeartbeatSpool).Assembly));

    [Fact]
    public void The_client_knows_nothing_of_ours() => Assert.Empty(Ours(typeof(Client.ExemplarClient).Assembly));

    private static string[] Ours(Assembly assembly) =>
        [.. assembly.GetReferencedAssemblies().Select(reference => reference.Name!).Where(name => name.StartsWith("Exemplar", StringComparison.OrdinalIgnoreCase))];
}
