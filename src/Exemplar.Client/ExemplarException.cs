namespace Exemplar.Client;

/// <summary>A heartbeat was not accepted, and the caller had asked for an exception. It never holds the key.</summary>
public sealed class ExemplarException : Exception
{
    internal ExemplarException(string monitorId, HeartbeatResult result)
        : base($"The heartbeat of monitor {PlainText.Of(monitorId, 64)} was not accepted ({Wording.Of(result)}): {result.Error}") => Result = result;

    /// <summary>What became of the heartbeat.</summary>
    public HeartbeatResult Result { get; }

    /// <inheritdoc cref="HeartbeatResult.Status"/>
    public int? Status => Result.Status;

    /// <inheritdoc cref="HeartbeatResult.Code"/>
    public string? Code => Result.Code;

    /// <inheritdoc cref="HeartbeatResult.Attempts"/>
    public int Attempts => Result.Attempts;
}
