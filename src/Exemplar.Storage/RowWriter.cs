namespace Exemplar.Storage;

/// <summary>
/// Writes very many rows in one transaction, each engine in the way that is fastest for it and without the context's tracking,
/// which costs more than the rows. Statements are text that both engines read; their parameters are <c>$1</c>, <c>$2</c>, …,
/// and stand in it in this order.
/// </summary>
internal abstract class RowWriter
{
    /// <summary>Keys for rows that will be inserted in this transaction, ascending.</summary>
    public abstract Task<long[]> ReserveAsync<TRow>(int count, CancellationToken cancellationToken) where TRow : class;

    /// <summary>Inserts rows in their order. Keys that the database gives out are left to it where the first row has none.</summary>
    /// <exception cref="SomebodyWasFasterException">There is such a row already.</exception>
    public abstract Task InsertAsync<TRow>(IReadOnlyList<TRow> rows, CancellationToken cancellationToken) where TRow : class;

    /// <summary>Replaces rows, each guarded by its concurrency token: the stored one has to be one less.</summary>
    /// <exception cref="SomebodyWasFasterException">A row is not what was read.</exception>
    public abstract Task UpdateAsync<TRow>(IReadOnlyList<TRow> rows, CancellationToken cancellationToken) where TRow : class;

    /// <summary>Runs a statement once for each set of values.</summary>
    public abstract Task RunAsync(string sql, IReadOnlyList<object?[]> values, CancellationToken cancellationToken);

    /// <summary>Runs a query once for each set of values; the numbers in its first column.</summary>
    public abstract Task<IReadOnlyList<IReadOnlyList<int>>> NumbersAsync(string sql, IReadOnlyList<object[]> values, CancellationToken cancellationToken);

    private protected static void ThrowUnless(bool isAsRead)
    {
        if (!isAsRead) throw new SomebodyWasFasterException();
    }
}

/// <summary>What was read is not there any more. Rolls the transaction back; never leaves the stores.</summary>
internal sealed class SomebodyWasFasterException : Exception;
