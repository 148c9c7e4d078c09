using System.Text.Json.Nodes;

namespace Exemplar.Client.Tests.Support;

/// <summary>The vectors in sdks/contract.</summary>
internal static class SharedVectors
{
    /// <summary>Cannot be written down in C#, and why.</summary>
    public static readonly IReadOnlyDictionary<string, string> LeftOut = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["a_monitor_id_that_is_no_text_is_misuse"] = "The compiler refuses it.",
        ["a_moment_that_is_none_is_misuse"] = "A DateTimeOffset always is a moment.",
        ["a_moment_of_another_type_is_misuse"] = "The compiler refuses it.",
    };

    public static IReadOnlyList<string> Files { get; } =
        [.. Directory.GetFiles(Repository.File("sdks/contract"), "*.json").Select(file => Path.GetRelativePath(Repository.Root, file)).Order(StringComparer.Ordinal)];

    /// <summary>A vector as it is written.</summary>
    public static JsonNode Read(string name) => Files.SelectMany(file => JsonNode.Parse(File.ReadAllText(Repository.File(file)))!["vectors"]!.AsArray())
        .Single(vector => vector!["name"]!.GetValue<string>() == name)!.DeepClone();

    public static IReadOnlyList<string> Names { get; } =
        [.. Files.SelectMany(file => JsonNode.Parse(File.ReadAllText(Repository.File(file)))!["vectors"]!.AsArray()).Select(v => v!["name"]!.GetValue<string>())];
}
