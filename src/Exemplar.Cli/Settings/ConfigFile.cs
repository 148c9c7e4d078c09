using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Exemplar.Cli.Settings;

/// <summary>What the configuration file says.</summary>
/// <param name="ApiKey">The token.</param>
/// <param name="BaseUrl">The address of the server.</param>
/// <param name="Faults">What is wrong with the file, in sentences that never quote it.</param>
/// <param name="Warnings">What should be changed and does not stand in the way.</param>
internal sealed record ConfigFile(string? ApiKey, string? BaseUrl, IReadOnlyList<string> Faults, IReadOnlyList<string> Warnings)
{
    private const long MaxBytes = 64 * 1024;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static readonly ConfigFile Absent = new(null, null, [], []);

    /// <summary>Where the file is looked for.</summary>
    public static string DefaultPath => Path.Combine(Folders.Config, "exemplar", "config.yaml");

    /// <summary>Reads the file.</summary>
    /// <param name="named">The file that the command line names; null for the usual place, where none needs to be.</param>
    public static ConfigFile Read(string? named)
    {
        var path = named ?? DefaultPath;
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) return named is null ? Absent : Faulty($"The configuration file {path} is not there.");
            if (file.Length > MaxBytes) return Faulty($"The configuration file {path} is larger than {MaxBytes} bytes.");
            using var text = new StreamReader(file.OpenRead());
            return Parse(text, path) with { Warnings = ReadableByOthers(file) ? [$"{path} holds a key and others can read it; run: chmod 600 {path}"] : [] };
        }
        catch (YamlException exception)
        {
            return Faulty($"The configuration file {path} is no YAML (line {exception.Start.Line}).");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Faulty($"The configuration file {path} cannot be read: {exception.Message}");
        }
    }

    private static ConfigFile Parse(TextReader text, string path)
    {
        var parser = new Parser(text);
        var (values, faults) = (new Dictionary<string, string>(StringComparer.Ordinal), new List<string>());
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _)) return Absent;
        if (!parser.TryConsume<MappingStart>(out _))
            return parser.TryConsume<Scalar>(out var only) && only.Value.Length == 0 ? Absent : Faulty($"The configuration file {path} must be a mapping of names to values.");
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var name = parser.Consume<Scalar>().Value;
            if (name is not ("api_key" or "base_url")) faults.Add($"The configuration file {path} has an unknown name, '{name}'. Known are api_key and base_url.");
            if (parser.TryConsume<Scalar>(out var value))
            {
                values[name] = value.Value;
                continue;
            }
            faults.Add($"In the configuration file {path} '{name}' must be a text.");
            parser.SkipThisAndNestedEvents();
        }
        return new ConfigFile(values.GetValueOrDefault("api_key"), values.GetValueOrDefault("base_url"), faults, []);
    }

    private static bool ReadableByOthers(FileInfo file) => !OperatingSystem.IsWindows() && (file.UnixFileMode & Others) != UnixFileMode.None;

    private static ConfigFile Faulty(string fault) => new(null, null, [fault], []);
}
