using System.Collections.Concurrent;
using Exemplar.Core.Monitors;
using Exemplar.Storage.Monitors;

namespace Exemplar.Server.Console.Monitors;

/// <summary>
/// Counts by status and the tags in use, shared by everybody who looks at an organization: both walk over all of its monitors, which
/// should not happen for every circuit every second. What took long to count is kept for longer, so that looking never takes
/// more than a tenth of a processor.
/// </summary>
internal sealed class StatusCounts(MonitorStore monitors, TimeProvider clock)
{
    /// <summary>The most tags that are offered to choose from.</summary>
    public const int MostTags = 500;

    private static readonly TimeSpan CountsFreshFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TagsFreshFor = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<int, Known<IReadOnlyDictionary<MonitorStatus, int>>> _counts = new();
    private readonly ConcurrentDictionary<int, Known<IReadOnlyList<TagCount>>> _tags = new();

    public Task<IReadOnlyDictionary<MonitorStatus, int>> OfAsync(int organizationNumber) =>
        Fresh(_counts, organizationNumber, CountsFreshFor, () => monitors.CountAsync(organizationNumber, clock.Moment(), CancellationToken.None));

    /// <summary>By name.</summary>
    public Task<IReadOnlyList<TagCount>> TagsOfAsync(int organizationNumber) =>
        Fresh(_tags, organizationNumber, TagsFreshFor, () => monitors.TagsAsync(organizationNumber, MostTags, CancellationToken.None));

    private Task<T> Fresh<T>(ConcurrentDictionary<int, Known<T>> all, int organizationNumber, TimeSpan freshFor, Func<Task<T>> read) =>
        all.AddOrUpdate(organizationNumber, _ => new Known<T>(clock, read), (_, known) =>
            known.IsFresh(freshFor) ? known : new Known<T>(clock, read)).Value;

    private sealed class Known<T>
    {
        private const int Rest = 10;
        private readonly TimeProvider _clock;
        private readonly long _startedAt;
        private TimeSpan _took;

        public Known(TimeProvider clock, Func<Task<T>> read)
        {
            (_clock, _startedAt) = (clock, clock.GetTimestamp());
            Value = MeasureAsync(read);
        }

        public Task<T> Value { get; }

        public bool IsFresh(TimeSpan freshFor)
        {
            if (!Value.IsCompleted) return true;
            var least = _took * Rest;
            return Value.IsCompletedSuccessfully && _clock.GetElapsedTime(_startedAt) < (least > freshFor ? least : freshFor);
        }

        private async Task<T> MeasureAsync(Func<Task<T>> read)
        {
            var value = await read();
            _took = _clock.GetElapsedTime(_startedAt);
            return value;
        }
    }
}
