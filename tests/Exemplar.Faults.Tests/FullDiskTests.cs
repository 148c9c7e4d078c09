using Exemplar.Faults.Tests.Support;

namespace Exemplar.Faults.Tests;

public sealed class FullDiskTests
{
    [Fact]
    public async Task On_a_full_disk_nothing_is_acknowledged_that_is_not_stored_and_with_room_it_recovers_by_itself()
    {
        Assert.SkipUnless(TmpfsDisk.IsPossible, "This machine lets nobody mount a small disk; the test with a limit on the files stands for it.");
        using var folder = new TemporaryFolder();
        using var disk = await TmpfsDisk.MountAsync(folder.Data);
        await TellAsync(folder, disk);
    }

    [Fact]
    public async Task With_files_that_cannot_grow_nothing_is_acknowledged_that_is_not_stored_and_with_room_it_recovers_by_itself()
    {
        using var folder = new TemporaryFolder();
        await TellAsync(folder, new LimitedFiles(folder.Database));
    }

    private static async Task TellAsync(TemporaryFolder folder, SmallDisk disk)
    {
        RetryingJob job;
        await using (var server = await ServerProcess.StartAsync(folder.Data, disk.Options))
        {
            using var api = new Api(server);
            job = await StorageRefusal.TellAsync(server, api, () => disk.Fill(server), () => disk.Free(server));
            await server.KillAsync();
        }

        await using var next = await ServerProcess.StartAsync(folder.Data, disk.Options);
        using var again = new Api(next);
        await job.AssertHistoryIsTrueAsync(again);
    }
}
