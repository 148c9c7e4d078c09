namespace Exemplar.Core.Maintenance;

/// <summary>A run of time: its first moment belongs to it, its end does not.</summary>
/// <param name="From">The first moment.</param>
/// <param name="To">The first moment after it.</param>
public readonly record struct Stretch(DateTimeOffset From, DateTimeOffset To)
{
    public bool Contains(DateTimeOffset moment) => From <= moment && moment < To;
}
