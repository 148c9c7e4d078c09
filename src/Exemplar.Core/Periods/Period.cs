using Exemplar.Core.Monitors;

namespace Exemplar.Core.Periods;

/// <summary>A run of time with one status. <see cref="To"/> is null while it lasts.</summary>
/// <param name="Status">The status throughout.</param>
/// <param name="From">Its first moment.</param>
/// <param name="To">The moment at which the next period begins.</param>
/// <param name="Error">Why, for <c>down</c>, <c>unknown</c> and <c>maintenance</c>.</param>
public sealed record Period(MonitorStatus Status, DateTimeOffset From, DateTimeOffset? To, string? Error);
