using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Exemplar.Storage.Sqlite;

/// <summary>
/// A prepared statement that is bound and stepped without allocating: the hot verbs run tens of thousands of these a
/// second. Belongs to one connection and is used by whoever holds that connection.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _db;
    private readonly sqlite3_stmt _statement;

    public Statement(SqliteConnection connection, string sql)
    {
        _db = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        SqliteException.ThrowExceptionForRC(
            raw.sqlite3_prepare_v3(_db, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement), _db);
    }

    public Statement Bind(int index, long value)
    {
        raw.sqlite3_bind_int64(_statement, index, value);
        return this;
    }

    public Statement Bind(int index, long? value)
    {
        if (value is { } number) raw.sqlite3_bind_int64(_statement, index, number);
        else raw.sqlite3_bind_null(_statement, index);
        return this;
    }

    public Statement Bind(int index, string? value)
    {
        if (value is null) raw.sqlite3_bind_null(_statement, index);
        else raw.sqlite3_bind_text(_statement, index, value);
        return this;
    }

    /// <summary>Binds a blob; an empty one becomes null.</summary>
    public Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) raw.sqlite3_bind_null(_statement, index);
        else raw.sqlite3_bind_blob(_statement, index, value);
        return this;
    }

    /// <summary>Binds a value of any type that is stored; unlike as a span, an empty blob stays one.</summary>
    public Statement Bind(int index, object? value) => value switch
    {
        null => Bind(index, (string?)null),
        int number => Bind(index, (long)number),
        long number => Bind(index, number),
        string text => Bind(index, text),
        byte[] { Length: 0 } => BindEmpty(index),
        byte[] bytes => Bind(index, bytes.AsSpan()),
        _ => throw new InvalidOperationException($"{value.GetType().Name} is not stored."),
    };

    /// <summary>Runs a statement that returns no rows; how many rows it changed.</summary>
    public int Execute()
    {
        var result = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement);
        if (result != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(result, _db);
        return raw.sqlite3_changes(_db);
    }

    /// <summary>Steps to the next row; after the last one the statement is ready to be bound again.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW) return true;
        raw.sqlite3_reset(_statement);
        if (result != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(result, _db);
        return false;
    }

    /// <summary>Makes the statement ready to be bound again before its last row.</summary>
    public void Reset() => raw.sqlite3_reset(_statement);

    public long Long(int column) => raw.sqlite3_column_int64(_statement, column);

    public int Int(int column) => raw.sqlite3_column_int(_statement, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long? NullableLong(int column) => IsNull(column) ? null : Long(column);

    /// <summary>The blob of the present row; gone with the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    public string? Text(int column) => IsNull(column) ? null : raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public void Dispose() => _statement.Dispose();

    private Statement BindEmpty(int index)
    {
        raw.sqlite3_bind_zeroblob(_statement, index, 0);
        return this;
    }
}
