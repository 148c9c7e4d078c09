namespace Exemplar.Server.Requests;

/// <summary>Collects what is wrong with a request, field by field, so that one answer names all of it.</summary>
internal sealed class FieldErrors
{
    private readonly SortedDictionary<string, IReadOnlyList<string>> _byField = new(StringComparer.Ordinal);

    public bool Any => _byField.Count > 0;

    public IReadOnlyDictionary<string, IReadOnlyList<string>> ByField => _byField;

    /// <summary>All of it as one sentence, for people.</summary>
    public string Summary => string.Join(' ', _byField.SelectMany(f => f.Value.Select(message => $"{f.Key} {message}.")));

    /// <param name="field">The field as the client spelled it.</param>
    /// <param name="message">Goes on from the field's name: "must be …".</param>
    public void Add(string field, string message)
    {
        if (!_byField.TryGetValue(field, out var messages)) _byField[field] = messages = new List<string>();
        ((List<string>)messages).Add(message);
    }

    /// <summary>One field that is wrong, and nothing else.</summary>
    public static FieldErrors Of(string field, string message)
    {
        var errors = new FieldErrors();
        errors.Add(field, message);
        return errors;
    }
}
