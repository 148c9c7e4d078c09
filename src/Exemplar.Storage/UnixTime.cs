namespace Exemplar.Storage;

/// <summary>The storage edge: moments become Unix milliseconds here and nowhere else.</summary>
internal static class UnixTime
{
    public static long ToMs(this DateTimeOffset moment) => moment.ToUnixTimeMilliseconds();

    public static long? ToMs(this DateTimeOffset? moment) => moment?.ToUnixTimeMilliseconds();

    public static DateTimeOffset FromMs(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    public static DateTimeOffset? FromMs(long? ms) => ms is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}
