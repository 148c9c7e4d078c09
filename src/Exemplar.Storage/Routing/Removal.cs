namespace Exemplar.Storage.Routing;

/// <summary>What became of a removal. What decides who is told does not go away under those who rely on it.</summary>
/// <param name="WasFound">False when there was nothing to remove.</param>
/// <param name="UsedBy">The routes and rotations that name it, in words; nothing was removed when there are any.</param>
public sealed record Removal(bool WasFound, IReadOnlyList<string> UsedBy)
{
    public static readonly Removal Done = new(true, []);

    public static readonly Removal NotFound = new(false, []);

    public static Removal Refused(IReadOnlyList<string> usedBy) => new(true, usedBy);

    /// <summary>True when it is gone now.</summary>
    public bool IsDone => WasFound && UsedBy.Count == 0;
}
