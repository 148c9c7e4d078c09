using Exemplar.Core.Monitors;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Probes;

/// <summary>Headers and bodies of probes, encrypted by the server. They are written with their monitor, in its transaction.</summary>
public sealed class ProbeSecretStore(StorageEngine engine)
{
    /// <summary>What is sealed for the monitor with this number; null when nothing is.</summary>
    public async Task<byte[]?> FindAsync(int monitorNumber, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await db.ProbeSecrets.AsNoTracking().Where(s => s.MonitorNumber == monitorNumber).Select(s => s.Sealed).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Whether a monitor, locked in this unit, still has the probe that somebody saw, and its secrets where they matter.</summary>
    internal static async Task<bool> IsStillAsync(ExemplarDb db, MonitorRow row, SeenProbe seen, bool withSecrets, CancellationToken cancellationToken)
    {
        if (ProbeColumn.Write(seen.Configuration) != ProbeColumn.Write(ProbeColumn.Read((MonitorKind)row.Kind, row.Probe))) return false;
        if (!withSecrets) return true;
        var present = await db.ProbeSecrets.Where(s => s.MonitorNumber == row.Number).Select(s => s.Sealed).SingleOrDefaultAsync(cancellationToken);
        // Sealing the same twice never gives the same bytes: equal ones were not touched.
        return (present, seen.Sealed) is (null, null) || (present is not null && seen.Sealed is not null && present.AsSpan().SequenceEqual(seen.Sealed));
    }

    /// <summary>Replaces what is sealed for a monitor; null takes it away. Within the unit that changes the monitor.</summary>
    internal static async Task SetAsync(ExemplarDb db, int monitorNumber, byte[]? bytes, CancellationToken cancellationToken)
    {
        await db.ProbeSecrets.Where(s => s.MonitorNumber == monitorNumber).ExecuteDeleteAsync(cancellationToken);
        if (bytes is not null) db.ProbeSecrets.Add(new ProbeSecretRow { MonitorNumber = monitorNumber, Sealed = bytes });
    }
}
