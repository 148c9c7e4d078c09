using System.Runtime.InteropServices;
using Exemplar.Storage.Schema;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Exemplar.Storage.Sqlite;

/// <summary>
/// Writes rows one by one with prepared statements that are kept: in one process a row costs less than its share of a longer
/// statement would. Used only by the holder of the <see cref="WriteGate"/>, within a transaction on the writing connection.
/// </summary>
internal sealed class SqliteRowWriter(SqliteConnection connection, IModel model) : RowWriter, IDisposable
{
    private const int Constraint = 19;

    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, RowTable> _tables = [];

    // The sequence that AUTOINCREMENT keeps follows the keys that are inserted.
    public override Task<long[]> ReserveAsync<TRow>(int count, CancellationToken cancellationToken)
    {
        var last = Prepared("SELECT seq FROM sqlite_sequence WHERE name = $1").Bind(1, TableOf<TRow>().Name);
        var used = 0L;
        while (last.Step()) used = last.Long(0);
        return Task.FromResult<long[]>([.. Enumerable.Range(1, count).Select(i => used + i)]);
    }

    public override Task InsertAsync<TRow>(IReadOnlyList<TRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0) return Task.CompletedTask;
        var table = TableOf<TRow>();
        var columns = table.ToInsert(rows[0]);
        var insert = Prepared(
            $"INSERT INTO {table.Name} ({string.Join(", ", columns.Select(c => c.Name))}) VALUES ({string.Join(", ", columns.Select((_, i) => $"${i + 1}"))})");
        foreach (var row in rows) Execute(insert, columns, row);
        return Task.CompletedTask;
    }

    public override Task UpdateAsync<TRow>(IReadOnlyList<TRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0) return Task.CompletedTask;
        var table = TableOf<TRow>();
        var columns = table.ToUpdate;
        var update = Prepared(table.UpdateSql);
        foreach (var row in rows) ThrowUnless(Execute(update, columns, row) == 1);
        return Task.CompletedTask;
    }

    public override Task RunAsync(string sql, IReadOnlyList<object?[]> values, CancellationToken cancellationToken)
    {
        var statement = Prepared(sql);
        foreach (var set in values) Bind(statement, set).Execute();
        return Task.CompletedTask;
    }

    public override Task<IReadOnlyList<IReadOnlyList<int>>> NumbersAsync(string sql, IReadOnlyList<object[]> values, CancellationToken cancellationToken)
    {
        var query = Prepared(sql);
        var all = new List<IReadOnlyList<int>>(values.Count);
        foreach (var set in values)
        {
            var numbers = new List<int>();
            for (Bind(query, set); query.Step();) numbers.Add(query.Int(0));
            all.Add(numbers);
        }
        return Task.FromResult<IReadOnlyList<IReadOnlyList<int>>>(all);
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
    }

    private static int Execute(Statement statement, IReadOnlyList<RowColumn> columns, object row)
    {
        for (var i = 0; i < columns.Count; i++) statement.Bind(i + 1, columns[i].ValueOf(row));
        try
        {
            return statement.Execute();
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == Constraint)
        {
            throw new SomebodyWasFasterException();
        }
    }

    private static Statement Bind(Statement statement, object?[] values)
    {
        for (var i = 0; i < values.Length; i++) statement.Bind(i + 1, values[i]);
        return statement;
    }

    private RowTable TableOf<TRow>()
    {
        ref var table = ref CollectionsMarshal.GetValueRefOrAddDefault(_tables, typeof(TRow), out _);
        return table ??= RowTable.Of(model, typeof(TRow));
    }

    private Statement Prepared(string sql)
    {
        ref var statement = ref CollectionsMarshal.GetValueRefOrAddDefault(_statements, sql, out _);
        return statement ??= new Statement(connection, sql);
    }
}
