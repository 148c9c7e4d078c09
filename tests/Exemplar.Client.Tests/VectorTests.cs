using Exemplar.Client.Tests.Support;

namespace Exemplar.Client.Tests;

/// <summary>The client does what every client of Exemplar does: the shared vectors, against the server that misbehaves.</summary>
public sealed class VectorTests(PackedClient client)
{
    public static TheoryData<string> Names => [.. SharedVectors.Names.Where(name => !SharedVectors.LeftOut.ContainsKey(name))];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_injected_client_does_as_the_vector_says(string name) => Assert.Empty(await client.FaultsAsync(client.Program, "injected", name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_client_without_injection_does_as_the_vector_says(string name) => Assert.Empty(await client.FaultsAsync(client.Program, "plain", name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_injected_client_of_older_frameworks_does_as_the_vector_says(string name) =>
        Assert.Empty(await client.FaultsAsync(client.ProgramOnNetStandard, "injected", name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_client_of_older_frameworks_without_injection_does_as_the_vector_says(string name) =>
        Assert.Empty(await client.FaultsAsync(client.ProgramOnNetStandard, "plain", name));

    [Fact]
    public async Task The_programs_run_on_the_libraries_that_are_meant()
    {
        Assert.Equal(".NETCoreApp,Version=v10.0\n", (await PackedClient.RunAsync("dotnet", [client.Program, "framework"])).Output);
        Assert.Equal(".NETStandard,Version=v2.0\n", (await PackedClient.RunAsync("dotnet", [client.ProgramOnNetStandard, "framework"])).Output);
    }

    [Fact]
    public void The_vectors_are_all_there_and_the_ones_left_out_are_among_them()
    {
        Assert.True(SharedVectors.Names.Count > 100, $"Only {SharedVectors.Names.Count} vectors were found.");
        Assert.Equal(SharedVectors.Names.Count, SharedVectors.Names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(SharedVectors.LeftOut.Keys, name => Assert.Contains(name, SharedVectors.Names));
    }
}
