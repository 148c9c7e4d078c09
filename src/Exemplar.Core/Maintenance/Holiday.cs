namespace Exemplar.Core.Maintenance;

/// <summary>A day on which nobody works, wherever a monitor's clock hangs.</summary>
/// <param name="Day">The day of the calendar.</param>
/// <param name="Name">1 to 100 characters.</param>
public sealed record Holiday(DateOnly Day, string Name)
{
    /// <summary>The longest name, in characters.</summary>
    public const int LongestName = 100;

    /// <summary>So many an organization may have.</summary>
    public const int Most = 500;
}
