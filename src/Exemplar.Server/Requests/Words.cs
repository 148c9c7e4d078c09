using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Exemplar.Server.Requests;

/// <summary>The words of an enumeration as the API spells them, in snake_case.</summary>
internal static class Words<T> where T : struct, Enum
{
    private static readonly Dictionary<string, T> Values = Enum.GetValues<T>()
        .ToDictionary(v => JsonNamingPolicy.SnakeCaseLower.ConvertName(v.ToString()), v => v, StringComparer.Ordinal);

    private static readonly Dictionary<T, string> Texts = Values.ToDictionary(v => v.Value, v => v.Key);

    /// <summary>All of them, for an error message.</summary>
    public static string All { get; } = string.Join(", ", Values.Keys);

    public static IReadOnlyCollection<string> Names => Values.Keys;

    public static string Of(T value) => Texts[value];

    public static bool TryParse([NotNullWhen(true)] string? word, out T value)
    {
        value = default;
        return word is not null && Values.TryGetValue(word, out value);
    }
}
