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
