using System.Globalization;

namespace Exemplar.Bench.Reports;

/// <summary>
/// Where figures go: a file per day and benchmark, to which every run of that day is added.
/// </summary>
internal static class ResultFile
{
    /// <param name="folder">The folder of the results.</param>
    /// <param name="benchmark"><c>ingest</c>, <c>detect</c> or <c>console</c>.</param>
    /// <param name="section">Markdown, from a heading of the second level on.</param>
    /// <returns>The file's path.</returns>
    public static string Add(string folder, string benchmark, DateTimeOffset now, string section)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{now.UtcDateTime:yyyy-MM-dd}-{benchmark}.md"));
        var before = File.Exists(path) ? "\n" : string.Create(CultureInfo.InvariantCulture, $"# {benchmark}, {now.UtcDateTime:yyyy-MM-dd}\n\n");
        File.AppendAllText(path, before + section.TrimEnd() + "\n");
        return path;
    }
}
