using Exemplar.Core.Ids;

namespace Exemplar.Bench.Seeding;

/// <summary>
/// A heartbeat monitor that is <c>up</c>: it had a heartbeat at <see cref="LastHeartbeatAtMs"/> and waits for the next.
/// Moments are Unix milliseconds.
/// </summary>
internal readonly record struct SeededMonitor(int Number, long IntervalMs, long GraceMs, long CreatedAtMs, long LastHeartbeatAtMs)
{
    private const long IdsBeganAtSeconds = 0x69c3a075;

    public EntityId Id => IdOf(Number);

    public long NextExpectedAtMs => LastHeartbeatAtMs + IntervalMs;

    public long DeadlineAtMs => NextExpectedAtMs + GraceMs;

    /// <summary>
    /// The id of the monitor with this number: the same in every run, and scattered over the id's index as real ones are.
    /// </summary>
    public static EntityId IdOf(int number)
    {
        // SplitMix64, which gives every number another result.
        var z = unchecked((ulong)number * 0x9E3779B97F4A7C15);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return EntityId.Create(DateTimeOffset.FromUnixTimeSeconds(IdsBeganAtSeconds), z ^ (z >> 31));
    }

    /// <summary>Writes the ids of the monitors 1 to <paramref name="count"/>, 24 characters each and nothing between them.</summary>
    public static void WriteIds(string path, int count)
    {
        var text = new byte[EntityId.TextLength];
        using var file = new BufferedStream(File.Create(path), 1 << 16);
        for (var number = 1; number <= count; number++)
        {
            IdOf(number).WriteUtf8(text);
            file.Write(text);
        }
    }
}
