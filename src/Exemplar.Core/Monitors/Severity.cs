namespace Exemplar.Core.Monitors;

/// <summary>How much it matters that a monitor is down. The numbers are stored; 0 is what monitors have that were made before there were severities.</summary>
public enum Severity
{
    /// <summary>Somebody looks at it during the day.</summary>
    Normal = 0,

    /// <summary>Somebody gets up for it at night.</summary>
    Critical = 1,

    /// <summary>Somebody looks at it soon.</summary>
    High = 2,

    /// <summary>It is good to know.</summary>
    Low = 3,
}

/// <summary>Which of several matters most. The numbers of <see cref="Severity"/> are stored and say nothing about that.</summary>
public static class SeverityOrder
{
    /// <summary>The one that matters most; <see cref="Severity.Normal"/> when there is none.</summary>
    public static Severity Worst(this IEnumerable<Severity> severities) => severities.DefaultIfEmpty().MaxBy(Weight);

    /// <summary>The higher, the more it matters.</summary>
    public static int Weight(this Severity severity) => severity switch
    {
        Severity.Critical => 3,
        Severity.High => 2,
        Severity.Normal => 1,
        _ => 0,
    };
}
