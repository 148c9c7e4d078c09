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

    /// <summary>Replaces what is sealed for a monitor; null takes it away. Within the unit that changes the monitor.</summary>
    internal static async Task SetAsync(ExemplarDb db, int monitorNumber, byte[]? bytes, CancellationToken cancellationToken)
    {
        await db.ProbeSecrets.Where(s => s.MonitorNumber == monitorNumber).ExecuteDeleteAsync(cancellationToken);
        if (bytes is not null) db.ProbeSecrets.Add(new ProbeSecretRow { MonitorNumber = monitorNumber, Sealed = bytes });
    }
}
