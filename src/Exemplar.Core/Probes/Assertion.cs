using System.Globalization;

namespace Exemplar.Core.Probes;

/// <summary>What of an answer is looked at. The words are stored; they never change their meaning.</summary>
public enum AssertionSubject
{
    /// <summary>The whole text.</summary>
    Body = 0,

    /// <summary>One header.</summary>
    Header = 1,

    /// <summary>One value of a JSON body.</summary>
    Json = 2,

    /// <summary>How long the answer took, in milliseconds.</summary>
    ResponseTime = 3,
}

/// <summary>How it is compared.</summary>
public enum AssertionComparison
{
    Is = 0,
    IsNot = 1,
    Contains = 2,
    ContainsNot = 3,
    LessThan = 4,
    GreaterThan = 5,
}

/// <summary>Something that must hold of an answer besides its status.</summary>
/// <param name="On">What is looked at.</param>
/// <param name="Name">The header's name, or the path of the value such as <c>$.database.status</c>; null for the others.</param>
/// <param name="Comparison">How it is compared.</param>
/// <param name="Value">What with.</param>
public sealed record Assertion(AssertionSubject On, string? Name, AssertionComparison Comparison, string Value)
{
    public const int LongestName = 200;
    public const int LongestValue = 1_000;

    /// <summary>What is wrong with it, as field and message; null when nothing is.</summary>
    public (string Field, string Message)? Fault()
    {
        var isNumber = Comparison is AssertionComparison.LessThan or AssertionComparison.GreaterThan;
        if (On == AssertionSubject.ResponseTime && !isNumber) return ("comparison", "must be less_than or greater_than for response_time");
        if (On == AssertionSubject.Header && (Name is null || EndpointProbe.FaultOfHeaderName(Name) is not null)) return ("name", "must be the name of a header");
        if (On == AssertionSubject.Json && (Name is null || !IsPath(Name))) return ("name", "must be a path such as $.status or $.checks[0].ok");
        if (On is AssertionSubject.Body or AssertionSubject.ResponseTime && Name is not null) return ("name", "is for header and json alone");
        if (isNumber && !IsNumber(Value)) return ("value", "must be a number for less_than and greater_than");
        return Comparison is AssertionComparison.Contains or AssertionComparison.ContainsNot && Value.Length == 0 ? ("value", "must not be empty") : null;
    }

    private static bool IsNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);

    // Members and positions; nothing that searches, so that it costs the same on every answer.
    private static bool IsPath(string path)
    {
        if (path.Length is < 1 or > LongestName || path[0] != '$') return false;
        for (var at = 1; at < path.Length;)
        {
            var start = at;
            if (path[at] == '.')
            {
                for (at++; at < path.Length && (char.IsLetterOrDigit(path[at]) || path[at] is '_' or '-');) at++;
                if (at - start < 2) return false;
            }
            else if (path[at] == '[')
            {
                for (at++; at < path.Length && char.IsAsciiDigit(path[at]);) at++;
                if (at - start is < 2 or > 6 || at == path.Length || path[at++] != ']') return false;
            }
            else return false;
        }
        return true;
    }
}
