using System.Text;

namespace Exemplar.Core.Boards;

/// <summary>
/// A name in an address: lower-case letters, digits and single hyphens between them, 1 to <see cref="Longest"/> characters.
/// </summary>
public static class Slug
{
    /// <summary>The most characters.</summary>
    public const int Longest = 60;

    /// <summary>What is wrong, for an error message.</summary>
    public const string Rule = "must be 1 to 60 lower-case letters, digits and single hyphens between them";

    private const string Nameless = "service";
    private const string NamelessMonitor = "monitor";

    // Addresses beneath a status page that are taken by the page itself.
    private static readonly string[] TakenOnBoards = ["badge", "feed", "logo"];

    /// <summary>Whether <paramref name="text"/> is one.</summary>
    public static bool IsValid(string text)
    {
        if (text.Length is < 1 or > Longest || text[0] == '-' || text[^1] == '-' || text.Contains("--", StringComparison.Ordinal)) return false;
        return text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
    }

    /// <summary>Whether <paramref name="text"/> can be the slug of a service on a board.</summary>
    public static bool IsValidForService(string text) => IsValid(text) && !TakenOnBoards.Contains(text, StringComparer.Ordinal);

    /// <summary>The slug that reads most like <paramref name="name"/>; empty where the name has no letter of the alphabet and no digit.</summary>
    public static string From(string name)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterOrDigit(letter)) slug.Append(char.ToLowerInvariant(letter));
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
            if (slug.Length == Longest) break;
        }
        return slug.ToString().Trim('-');
    }

    /// <summary>A slug for a service of this name that none of <paramref name="taken"/> is.</summary>
    public static string ForService(string name, IReadOnlySet<string> taken) => Unique(name, Nameless, taken);

    /// <summary>A slug for a monitor of this name within its service that none of <paramref name="taken"/> is.</summary>
    public static string ForMonitor(string name, IReadOnlySet<string> taken) => Unique(name, NamelessMonitor, taken);

    private static string Unique(string name, string nameless, IReadOnlySet<string> taken)
    {
        var wanted = From(name);
        if (wanted.Length == 0) wanted = nameless;
        for (var n = 1; ; n++)
        {
            var suffix = n == 1 ? "" : $"-{n}";
            var slug = (wanted.Length + suffix.Length > Longest ? wanted[..(Longest - suffix.Length)].TrimEnd('-') : wanted) + suffix;
            if (IsValidForService(slug) && !taken.Contains(slug)) return slug;
        }
    }
}
