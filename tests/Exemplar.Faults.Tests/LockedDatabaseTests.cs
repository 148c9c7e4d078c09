using Exemplar.Faults.Tests.Support;

namespace Exemplar.Faults.Tests;

public sealed class LockedDatabaseTests
{
    [Fact]
    public async Task While_another_program_holds_the_database_nothing_is_acknowledged_and_nobody_is_judged_and_then_it_recovers_by_itself()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Data);
        using var api = new Api(server);
        DatabaseHolder? holder = null;
        try
        {
            await StorageRefusal.TellAsync(server, api,
                refuse: () => holder = new DatabaseHolder(folder.Database),
                relent: () => holder!.Dispose());
        }
        finally
        {
            holder?.Dispose();
        }
    }
}
