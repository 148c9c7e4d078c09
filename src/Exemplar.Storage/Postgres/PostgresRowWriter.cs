using System.Collections.Concurrent;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace Exemplar.Storage.Postgres;

/// <summary>
/// Writes rows with COPY, and runs statements in batches: what is decided in one process and stored in another must not wait
/// for an answer row by row. The statements are short and look up by keys, so that a plan made without statistics is the right one.
/// </summary>
internal sealed class PostgresRowWriter(NpgsqlConnection connection, IModel model) : RowWriter
{
    /// <summary>Statements in one batch: more would only wait in buffers.</summary>
    private const int AtOnce = 500;

    private static readonly ConcurrentDictionary<Type, RowTable> Tables = new();

    public override async Task<long[]> ReserveAsync<TRow>(int count, CancellationToken cancellationToken)
    {
        var table = TableOf<TRow>();
        await using var command = new NpgsqlCommand("SELECT nextval(pg_get_serial_sequence($1, $2)) FROM generate_series(1, $3)", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table.Given!.Name });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = count });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var keys = new List<long>(count);
        while (await reader.ReadAsync(cancellationToken)) keys.Add(reader.GetInt64(0));
        return [.. keys];
    }

    public override async Task InsertAsync<TRow>(IReadOnlyList<TRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0) return;
        var table = TableOf<TRow>();
        var columns = table.ToInsert(rows[0]);
        try
        {
            await using var copy = await connection.BeginBinaryImportAsync(
                $"COPY {table.Name} ({string.Join(", ", columns.Select(c => c.Name))}) FROM STDIN (FORMAT BINARY)", cancellationToken);
            foreach (var row in rows)
            {
                await copy.StartRowAsync(cancellationToken);
                foreach (var column in columns)
                    if (column.ValueOf(row) is { } value) await copy.WriteAsync(value, column.StoreType, cancellationToken);
                    else await copy.WriteNullAsync(cancellationToken);
            }
            await copy.CompleteAsync(cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new SomebodyWasFasterException();
        }
    }

    public override async Task UpdateAsync<TRow>(IReadOnlyList<TRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0) return;
        var table = TableOf<TRow>();
        var columns = table.ToUpdate;
        await using var batch = new NpgsqlBatch(connection);
        foreach (var row in rows)
        {
            var command = new NpgsqlBatchCommand(table.UpdateSql);
            foreach (var column in columns)
                command.Parameters.Add(new NpgsqlParameter { Value = column.ValueOf(row) ?? DBNull.Value, DataTypeName = column.StoreType });
            batch.BatchCommands.Add(command);
        }
        await batch.ExecuteNonQueryAsync(cancellationToken);
        ThrowUnless(batch.BatchCommands.All((NpgsqlBatchCommand command) => command.RecordsAffected == 1));
    }

    public override async Task RunAsync(string sql, IReadOnlyList<object?[]> values, CancellationToken cancellationToken)
    {
        foreach (var some in values.Chunk(AtOnce))
        {
            await using var batch = Batch(sql, some);
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    public override async Task<IReadOnlyList<IReadOnlyList<int>>> NumbersAsync(string sql, IReadOnlyList<object[]> values, CancellationToken cancellationToken)
    {
        var all = new List<IReadOnlyList<int>>(values.Count);
        foreach (var some in values.Chunk(AtOnce))
        {
            await using var batch = Batch(sql, some);
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            do
            {
                var numbers = new List<int>();
                while (await reader.ReadAsync(cancellationToken)) numbers.Add(reader.GetInt32(0));
                all.Add(numbers);
            }
            while (await reader.NextResultAsync(cancellationToken));
        }
        return all;
    }

    private NpgsqlBatch Batch(string sql, object?[][] values)
    {
        var batch = new NpgsqlBatch(connection);
        foreach (var set in values)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var value in set) command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
            batch.BatchCommands.Add(command);
        }
        return batch;
    }

    private RowTable TableOf<TRow>() => Tables.GetOrAdd(typeof(TRow), row => RowTable.Of(model, row));
}
