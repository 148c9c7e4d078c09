namespace Exemplar.Storage.Schema;

// Rows as they are stored. Times are Unix milliseconds, durations milliseconds, ids 12 bytes.

internal sealed class OrganizationRow
{
    public int Number { get; set; }
    public required byte[] Id { get; set; }
    public required string Name { get; set; }
    public long DefaultIntervalMs { get; set; }
    public long DefaultGraceMs { get; set; }
    public int CheckDays { get; set; }
    public int CheckCount { get; set; }

    /// <summary>Null for what is usual, as are the days of alerts: <see cref="Core.Organizations.Retention"/>.</summary>
    public int? IncidentDays { get; set; }
    public int? AlertDays { get; set; }

    /// <summary>How often people are reminded of an open incident; null when never.</summary>
    public long? RemindEveryMs { get; set; }

    /// <summary>How downtimes are told unless a monitor says otherwise, as JSON; null when nothing is set.</summary>
    public string? AlertPolicy { get; set; }
    public long CreatedAtMs { get; set; }
}

/// <summary>A person who can sign in to the console.</summary>
internal sealed class AccountRow
{
    public int Number { get; set; }
    public required string Email { get; set; }

    /// <summary>The address with its case folded: one account for each.</summary>
    public required string EmailKey { get; set; }
    public required string PasswordHash { get; set; }

    /// <summary>Changes with the password; sign-ins from before are refused then.</summary>
    public required string SecurityStamp { get; set; }
    public int FailedSignIns { get; set; }
    public long? LockedUntilMs { get; set; }
    public long CreatedAtMs { get; set; }

    /// <summary>Whether a code is asked for after the password.</summary>
    public bool IsTwoFactor { get; set; }

    /// <summary>The secret of the authenticator app, encrypted with the server's keys.</summary>
    public string? TotpSecret { get; set; }

    /// <summary>The code that was used last; it is not taken again.</summary>
    public string? LastCode { get; set; }

    /// <summary>The recovery codes that are left, encrypted with the server's keys.</summary>
    public string? RecoveryCodes { get; set; }

    /// <summary>Counts the changes, so that of two at the same time one is told.</summary>
    public long Version { get; set; }
}

/// <summary>What an account may do in an organization.</summary>
internal sealed class MemberRow
{
    public int AccountNumber { get; set; }
    public int OrganizationNumber { get; set; }
    public int Role { get; set; }
    public long JoinedAtMs { get; set; }
}

internal sealed class TokenRow
{
    public int Number { get; set; }
    public required byte[] Id { get; set; }
    public int OrganizationNumber { get; set; }
    public required string Name { get; set; }
    public required byte[] Hash { get; set; }
    public required string Hint { get; set; }
    public int Scopes { get; set; }
    public long CreatedAtMs { get; set; }
    public long? ExpiresAtMs { get; set; }
    public long? LastUsedAtMs { get; set; }
    public string? LastUsedFrom { get; set; }
    public long? RevokedAtMs { get; set; }
}

internal sealed class MonitorRow
{
    public int Number { get; set; }
    public required byte[] Id { get; set; }
    public int OrganizationNumber { get; set; }
    public int Kind { get; set; }
    public required string Name { get; set; }
    public required string Description { get; set; }
    public required List<string> Tags { get; set; }
    public long IntervalMs { get; set; }
    public long GraceMs { get; set; }
    public int Starts { get; set; }

    /// <summary>Where it is written what to do when it is down; null when nowhere.</summary>
    public string? RunbookUrl { get; set; }
    public int Severity { get; set; }

    /// <summary>When the job works, as <see cref="Maintenance.WeekHoursText"/> writes it; null when always.</summary>
    public string? ActiveHours { get; set; }

    /// <summary>Matters only with active hours: whether nothing is expected on holidays.</summary>
    public bool ObservesHolidays { get; set; } = true;

    /// <summary>How its downtimes are told, as JSON; null when nothing is set.</summary>
    public string? AlertPolicy { get; set; }

    /// <summary>How it is probed, as <see cref="Probes.ProbeColumn"/> writes it; null for a heartbeat monitor.</summary>
    public string? Probe { get; set; }
    public long CreatedAtMs { get; set; }
    public long UpdatedAtMs { get; set; }
}

/// <summary>One tag of one monitor, so that a tag is found by index.</summary>
internal sealed class MonitorTagRow
{
    public int OrganizationNumber { get; set; }
    public required string Tag { get; set; }
    public int MonitorNumber { get; set; }
}

/// <summary>
/// The narrow row that changes by itself. Status and Since are always true on disk; the moments may lag behind on
/// SQLite, where the heartbeats after <see cref="HeadSeq"/> are replayed at start.
/// </summary>
internal sealed class MonitorStateRow
{
    public int MonitorNumber { get; set; }
    public int OrganizationNumber { get; set; }
    public int Status { get; set; }
    public long SinceMs { get; set; }
    public long? LastHeartbeatAtMs { get; set; }
    public long? CountsFromMs { get; set; }
    public long? NextExpectedAtMs { get; set; }

    /// <summary>PostgreSQL only: when the scheduler looks at the monitor next. Lazy: a heartbeat does not move it.</summary>
    public long? DueAtMs { get; set; }

    /// <summary>PostgreSQL only: about how many heartbeats are kept, for the retention by count; never too low.</summary>
    public long CheckCount { get; set; }

    /// <summary>SQLite only: the newest heartbeat of the monitor's chain.</summary>
    public long HeadSeq { get; set; }

    /// <summary>SQLite only: the moment of that heartbeat; the chain only grows forward in time.</summary>
    public long HeadAtMs { get; set; }

    /// <summary>SQLite only: how many heartbeats the chain ever had.</summary>
    public long HeadOrdinal { get; set; }

    /// <summary>SQLite only: the newest anchor of the chain.</summary>
    public long AnchorSeq { get; set; }

    /// <summary>SQLite only: heartbeats up to this ordinal were removed by count.</summary>
    public long PrunedOrdinal { get; set; }

    /// <summary>About how many other checks are kept: on SQLite all but chained heartbeats, on PostgreSQL all but heartbeats.</summary>
    public long OtherCheckCount { get; set; }
}

internal sealed class PeriodRow
{
    public int MonitorNumber { get; set; }
    public long FromMs { get; set; }
    public long? ToMs { get; set; }
    public int Status { get; set; }
    public string? Error { get; set; }
}

internal sealed class RollupRow
{
    public int MonitorNumber { get; set; }
    public int Day { get; set; }
    public long UpMs { get; set; }
    public long DownMs { get; set; }
    public int LastStatus { get; set; }
}

internal sealed class OutageRow
{
    public int Number { get; set; }
    public long FromMs { get; set; }
    public long ToMs { get; set; }
    public int Cause { get; set; }
}

/// <summary>A monitor that was deleted and whose history is still being removed.</summary>
internal sealed class RemovedMonitorRow
{
    public int MonitorNumber { get; set; }
    public long HeadSeq { get; set; }
}

/// <summary>Small facts the server keeps about itself: when it was last alive, how far a sweep has come.</summary>
internal sealed class BookmarkRow
{
    public required string Name { get; set; }
    public long Value { get; set; }
    public byte[]? Ballast { get; set; }
}
