using System.Globalization;
using System.Reflection;
using Exemplar.Core.Monitors;
using Exemplar.Docs.Tests.Support;
using Exemplar.Server;
using Exemplar.Storage;
using Microsoft.Extensions.Logging;

namespace Exemplar.Docs.Tests;

/// <summary>An operator who meets a warning finds its number in docs/operations.md.</summary>
public sealed class LogLineTests
{
    private static readonly List<(int Id, LogLevel Level, string Where)> Lines =
    [
        .. new[] { typeof(MonitorLifecycle).Assembly, typeof(StorageEngine).Assembly, typeof(ServerSettings).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(
                BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => (Method: method, Line: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(found => found.Line is not null)
            .Select(found => (found.Line!.EventId, found.Line.Level, $"{found.Method.DeclaringType!.Name}.{found.Method.Name}")),
    ];

    [Fact]
    public void Every_line_has_a_number_of_its_own()
    {
        Assert.True(Lines.Count > 20, $"Only {Lines.Count} lines were found.");
        Assert.DoesNotContain(Lines, line => line.Id <= 0);
        Assert.Empty(Lines.GroupBy(line => line.Id).Where(same => same.Count() > 1).Select(same => string.Join(" and ", same)));
    }

    [Fact]
    public void Every_warning_and_error_is_documented_with_its_level_and_nothing_else_is()
    {
        var documented = Document.Read("docs/operations.md").Rows("Log lines that need a hand")
            .SelectMany(row => row[0].Split(", "), (row, id) => (Id: int.Parse(id, CultureInfo.InvariantCulture), Level: row[1]));
        var logged = Lines.Where(line => line.Level >= LogLevel.Warning).Select(line => (line.Id, Level: line.Level.ToString().ToLowerInvariant()));

        Assert.Equal(logged.Order(), documented.Order());
    }
}
