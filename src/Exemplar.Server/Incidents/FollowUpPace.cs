namespace Exemplar.Server.Incidents;

/// <summary>
/// How many changes of status are followed up in one transaction, and how long others have the database to themselves after it.
/// On SQLite heartbeats and verdicts wait for the end of a transaction, on PostgreSQL they share its processors: so a portion is
/// what takes about a tenth of a second, whatever the machine, and in a mass outage there is a rest after each.
/// </summary>
internal sealed class FollowUpPace
{
    public const int SmallestPortion = 50;
    public const int LargestPortion = 250;

    /// <summary>So many changes of a round are followed up without a rest: people hear of them at once.</summary>
    public const int WithoutRest = 1_000;

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(120);

    private int _followedUp;

    /// <summary>So many changes at most in the next transaction.</summary>
    public int Portion { get; private set; } = SmallestPortion;

    /// <summary>So long nothing is followed up now.</summary>
    public TimeSpan Rest { get; private set; }

    /// <summary>A round begins: nothing has been followed up in it.</summary>
    public void Begin() => (_followedUp, Rest) = (0, TimeSpan.Zero);

    /// <summary>A portion took so long, from its reading to its commit.</summary>
    public void Took(int changes, TimeSpan time)
    {
        _followedUp += changes;
        if (time > Long) Portion = Math.Max(SmallestPortion, Portion / 2);
        // What was smaller than it might have been says nothing about more.
        else if (time < Short && changes >= Portion) Portion = Math.Min(LargestPortion, Portion * 2);
        Rest = _followedUp < WithoutRest ? TimeSpan.Zero : time / 4;
    }
}
