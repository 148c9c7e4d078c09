namespace Exemplar.Bench.Seeding;

/// <summary>A database that a first start of the server has made. No server runs on it meanwhile.</summary>
internal interface ISeedDatabase : IAsyncDisposable
{
    /// <summary>The number of the organization that the first start made; null when there is none.</summary>
    Task<int?> FindOrganizationAsync();

    /// <summary>Adds a row for each of the monitors 1 to <paramref name="count"/>.</summary>
    Task FillAsync(SeedTable table, int count, Func<int, SeededMonitor> monitorOf);

    /// <summary>Leaves the database as one that has had these rows for long: nothing of the seeding is still to be done.</summary>
    Task SettleAsync();
}

/// <summary>Opens the database of an engine.</summary>
internal static class SeedDatabase
{
    /// <param name="data">The server's data folder.</param>
    /// <param name="postgres">A connection string, or null for SQLite.</param>
    public static async Task<ISeedDatabase> OpenAsync(string data, string? postgres) =>
        postgres is null ? SqliteSeedDatabase.Open(data) : await PostgresSeedDatabase.OpenAsync(postgres);

    /// <exception cref="BenchException">There is none.</exception>
    public static async Task<int> OrganizationAsync(this ISeedDatabase database) =>
        await database.FindOrganizationAsync()
        ?? throw new BenchException("The first start made no organization. Was EXEMPLAR_ADMIN_TOKEN set?");
}
