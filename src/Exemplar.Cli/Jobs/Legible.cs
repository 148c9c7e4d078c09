using System.Text;
using System.Text.RegularExpressions;

namespace Exemplar.Cli.Jobs;

/// <summary>Output made fit to be shown anywhere: no colours, no cursor movements, no other control characters than line breaks and tabs.</summary>
internal static partial class Legible
{
    public static string Of(string output)
    {
        var plain = new StringBuilder(output.Length);
        foreach (var character in Sequences().Replace(output, "").Replace("\r\n", "\n", StringComparison.Ordinal))
        {
            if (character is '\n' or '\t' || !char.IsControl(character)) plain.Append(character);
            // A progress bar writes over its line; glued together its states would be hard to read.
            else if (character == '\r') plain.Append('\n');
        }
        return plain.ToString();
    }

    [GeneratedRegex(@"\x1B(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1B]*(\x07|\x1B\\)?|[@-Z\\^_])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Sequences();
}
