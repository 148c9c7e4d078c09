using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exemplar.Cli.Spool;

/// <summary>A heartbeat that waits for its server.</summary>
/// <param name="File">Where it is kept.</param>
/// <param name="MonitorId">Its monitor.</param>
/// <param name="Metadata">What to keep beside it.</param>
/// <param name="OccurredAt">When the work was done.</param>
internal sealed record SpooledHeartbeat(string File, string MonitorId, JsonObject? Metadata, DateTimeOffset OccurredAt);

/// <summary>
/// Heartbeats that could not be delivered, one file each, in a folder for each server and key. A file appears whole by a rename
/// or not at all, and is removed after the server has taken it. Any number of processes may add; the lock lets one of them
/// deliver, and the system gives it back when that one dies. The key is not kept: the folder's name is its fingerprint.
/// </summary>
internal sealed class HeartbeatSpool(string folder, TimeProvider clock)
{
    /// <summary>Of more the oldest are given up: the latest says best how the job stands.</summary>
    public const int MaxHeartbeats = 1_000;

    /// <summary>The server takes nothing older.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1);

    private const int MaxFileBytes = 64 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Folder => folder;

    /// <summary>How many this spool had to give up since it was opened: too old, too many, or no longer to be read.</summary>
    public int GivenUp { get; private set; }

    /// <summary>Keeps a heartbeat. What is kept survives a crash of this process and of the machine.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not ours.</exception>
    public void Keep(string monitorId, JsonObject? metadata, DateTimeOffset occurredAt)
    {
        CreateFolder();
        // Sorted by name is sorted by time.
        var name = string.Create(CultureInfo.InvariantCulture, $"{occurredAt.ToUnixTimeMilliseconds():D14}-{Guid.NewGuid():N}");
        var unfinished = Path.Combine(folder, name + ".tmp");
        using (var file = Create(unfinished, FileMode.CreateNew, FileShare.Read))
        {
            using (var writer = new Utf8JsonWriter(file))
            {
                writer.WriteStartObject();
                writer.WriteString("monitor_id", monitorId);
                if (metadata is not null)
                {
                    writer.WritePropertyName("metadata");
                    metadata.WriteTo(writer);
                }
                writer.WriteString("occurred_at", occurredAt);
                writer.WriteEndObject();
            }
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, Path.Combine(folder, name + ".json"));
        Prune();
    }

    /// <summary>The right to deliver; null when another process has it, or nothing waits.</summary>
    public IDisposable? TryBegin()
    {
        if (!Directory.Exists(folder) || !Directory.EnumerateFiles(folder, "*.json").Any()) return null;
        try
        {
            return Create(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileShare.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What waits, oldest first, without what is too old for the server or no longer to be read.</summary>
    public IEnumerable<SpooledHeartbeat> Waiting()
    {
        Prune();
        foreach (var file in Files())
        {
            if (Read(file) is { } heartbeat) yield return heartbeat;
            else GiveUp(file);
        }
    }

    /// <summary>Takes the turn to tell of what waits since before a moment; false when nothing does, or somebody told of it within a day.</summary>
    public bool TakeTurnToTell(DateTimeOffset before)
    {
        Prune();
        // The name says when the work was done.
        var oldest = Files().FirstOrDefault();
        if (oldest is null || string.CompareOrdinal(Path.GetFileName(oldest), NameOf(before)) >= 0) return false;
        var mark = Path.Combine(folder, "told");
        if (File.Exists(mark) && File.GetLastWriteTimeUtc(mark) > clock.GetUtcNow().UtcDateTime.AddDays(-1)) return false;
        try
        {
            Create(mark, FileMode.Create, FileShare.ReadWrite).Dispose();
            File.SetLastWriteTimeUtc(mark, clock.GetUtcNow().UtcDateTime);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is told once more then.
        }
        return true;
    }

    /// <summary>Forgets a heartbeat.</summary>
    public static void Remove(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is sent once more then; the server takes a second one for the same moment.
        }
    }

    private List<string> Files() => Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)] : [];

    private void Prune()
    {
        var oldest = NameOf(clock.GetUtcNow() - MaxAge);
        var files = Files();
        var tooMany = Math.Max(0, files.Count - MaxHeartbeats);
        foreach (var file in files.Where((file, n) => n < tooMany || string.CompareOrdinal(Path.GetFileName(file), oldest) < 0)) GiveUp(file);
        // Left by a process that died before the rename; a living one needs moments.
        if (!Directory.Exists(folder)) return;
        var minuteAgo = clock.GetUtcNow().UtcDateTime.AddMinutes(-1);
        foreach (var file in Directory.EnumerateFiles(folder, "*.tmp").Where(file => File.GetLastWriteTimeUtc(file) < minuteAgo)) Remove(file);
    }

    private void GiveUp(string file)
    {
        // Another process may have delivered it in the meantime.
        if (!File.Exists(file)) return;
        GivenUp++;
        Remove(file);
    }

    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }
        // The mode counts for the last folder of a path only, and the names of the folders are nobody else's business.
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!, OwnerOnly | UnixFileMode.UserExecute);
        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    private static string NameOf(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds().ToString("D14", CultureInfo.InvariantCulture);

    private static FileStream Create(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = share };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    private static SpooledHeartbeat? Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxFileBytes) return null;
            var root = JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject;
            return root?["monitor_id"] is JsonValue id && id.TryGetValue<string>(out var monitorId) && root["occurred_at"] is JsonValue at && at.TryGetValue<DateTimeOffset>(out var occurredAt)
                ? new SpooledHeartbeat(path, monitorId, root["metadata"]?.DeepClone() as JsonObject, occurredAt)
                : null;
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException or InvalidOperationException)
        {
            return null;
        }
    }
}
