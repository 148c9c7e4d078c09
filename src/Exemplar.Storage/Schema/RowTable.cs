using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Exemplar.Storage.Schema;

/// <summary>
/// A table as the model describes it, for rows that are written without the context's tracking, very many at once. A column
/// that the model gains is written without another word.
/// </summary>
internal sealed class RowTable
{
    private RowTable(IEntityType entity)
    {
        Name = entity.GetTableName() ?? throw new InvalidOperationException($"{entity.DisplayName()} has no table.");
        Columns = [.. entity.GetProperties().Select(p => new RowColumn(p))];
    }

    public string Name { get; }

    public IReadOnlyList<RowColumn> Columns { get; }

    /// <summary>The key that the database gives out; null where rows bring their own.</summary>
    public RowColumn? Given => Columns.FirstOrDefault(c => c is { IsKey: true, IsGiven: true });

    /// <summary>The columns to insert: a key that the database gives out is left to it unless it was reserved before.</summary>
    public IReadOnlyList<RowColumn> ToInsert(object first) =>
        Given is { } key && key.ValueOf(first) is 0 or 0L ? [.. Columns.Where(c => c != Given)] : Columns;

    /// <summary>
    /// The statement that replaces a row which is one change older than the values: <see cref="ToUpdate"/> in this order. Both
    /// engines read <c>$1</c>, SQLite as a name that stands for the next number.
    /// </summary>
    public string UpdateSql
    {
        get
        {
            var columns = ToUpdate;
            string Place(Func<RowColumn, bool> which) => string.Join(" AND ", columns.Select((c, i) => (Column: c, At: i + 1)).Where(c => which(c.Column))
                .Select(c => c.Column.IsToken ? $"{c.Column.Name} = ${c.At} - 1" : $"{c.Column.Name} = ${c.At}"));
            var set = string.Join(", ", columns.Select((c, i) => (Column: c, At: i + 1)).Where(c => !c.Column.IsKey).Select(c => $"{c.Column.Name} = ${c.At}"));
            return $"UPDATE {Name} SET {set} WHERE {Place(c => c.IsKey || c.IsToken)}";
        }
    }

    /// <summary>All columns, the keys last.</summary>
    public IReadOnlyList<RowColumn> ToUpdate => [.. Columns.OrderBy(c => c.IsKey)];

    public static RowTable Of(IModel model, Type row) =>
        new(model.FindEntityType(row) ?? throw new InvalidOperationException($"{row.Name} is not in the model."));
}

/// <summary>A column of a <see cref="RowTable"/>.</summary>
internal sealed class RowColumn(IProperty property)
{
    private readonly Func<object?, object?>? _toStored = property.GetRelationalTypeMapping().Converter is { } converter ? converter.ConvertToProvider : null;

    public string Name { get; } = property.GetColumnName();

    /// <summary>The type as the database calls it.</summary>
    public string StoreType { get; } = property.GetColumnType();

    public bool IsKey { get; } = property.IsPrimaryKey();

    public bool IsGiven { get; } = property.ValueGenerated == ValueGenerated.OnAdd;

    /// <summary>Counts the changes of a row, so that of two at the same time one decides anew.</summary>
    public bool IsToken { get; } = property.IsConcurrencyToken;

    /// <summary>The value as it is stored; null for none.</summary>
    public object? ValueOf(object row)
    {
        var value = property.PropertyInfo!.GetValue(row);
        return value is null || _toStored is null ? value : _toStored(value);
    }
}
