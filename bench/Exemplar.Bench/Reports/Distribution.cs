using System.Globalization;

namespace Exemplar.Bench.Reports;

/// <summary>Times, all of them kept, so that quantiles are exact.</summary>
internal sealed class Distribution
{
    private readonly int[] _sorted;
    private readonly double _perMillisecond;

    private Distribution(int[] sorted, double perMillisecond) => (_sorted, _perMillisecond) = (sorted, perMillisecond);

    public int Count => _sorted.Length;

    public static Distribution OfMilliseconds(IEnumerable<int> values) => new([.. values.Order()], 1);

    public static Distribution OfMicroseconds(IEnumerable<int> values) => new([.. values.Order()], 1_000);

    /// <summary>A quantile in milliseconds; NaN when there is nothing.</summary>
    public double At(double quantile) => _sorted.Length == 0
        ? double.NaN
        : _sorted[Math.Clamp((int)Math.Ceiling(quantile * _sorted.Length) - 1, 0, _sorted.Length - 1)] / _perMillisecond;

    /// <summary>The cells p50, p90, p99, max and count of a row of Markdown.</summary>
    public string Cells() => _sorted.Length == 0 ? "– | – | – | – | 0" : string.Create(CultureInfo.InvariantCulture,
        $"{At(0.5):0.#} | {At(0.9):0.#} | {At(0.99):0.#} | {At(1):0.#} | {Count:N0}");
}
