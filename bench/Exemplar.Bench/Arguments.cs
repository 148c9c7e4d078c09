using System.Globalization;

namespace Exemplar.Bench;

/// <summary>The options of a command: pairs of <c>--name value</c>. A name that nobody asked for is a mistake.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public Arguments(ReadOnlySpan<string> args)
    {
        for (var i = 0; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == args.Length)
                throw new BenchException($"{args[i]}: options are given as --name value.");
            _values[args[i][2..]] = args[i + 1];
        }
    }

    public string Text(string name) => Find(name) ?? throw new BenchException($"--{name} is missing.");

    public string Text(string name, string otherwise) => Find(name) ?? otherwise;

    public string? Find(string name)
    {
        _asked.Add(name);
        return _values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
    }

    public int Number(string name, int otherwise, int min, int max)
    {
        if (Find(name) is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new BenchException($"--{name} must be a whole number from {min} to {max}.");
    }

    /// <summary>Called after the last question.</summary>
    public void RefuseUnknown()
    {
        foreach (var name in _values.Keys)
            if (!_asked.Contains(name)) throw new BenchException($"--{name} is not an option of this command.");
    }
}

/// <summary>Something that whoever runs the bench has to know or to mend; shown without a stack.</summary>
internal sealed class BenchException(string message) : Exception(message);
