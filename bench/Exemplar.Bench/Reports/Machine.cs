using System.Globalization;
using System.Runtime.InteropServices;

namespace Exemplar.Bench.Reports;

/// <summary>Where and when figures were taken.</summary>
internal static class Machine
{
    /// <summary>Lines of Markdown: date, processor, memory, system, .NET, and the file system that the data lies on.</summary>
    /// <param name="folder">A folder on that file system.</param>
    /// <param name="revision">What was measured.</param>
    public static string Describe(DateTimeOffset now, string? folder, string? revision)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30);
        return string.Create(CultureInfo.InvariantCulture,
            $"""
            - Date: {now.UtcDateTime:yyyy-MM-dd HH:mm} UTC
            - Revision: {revision ?? "not known"}
            - Processor: {Processor()}, {Environment.ProcessorCount} cores, load generator and databases beside the server
            - Memory: {memory:0.0} GiB; file system of the data: {FileSystem(folder)}
            - System: {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}
            """);
    }

    private static string Processor()
    {
        const string File = "/proc/cpuinfo";
        var line = System.IO.File.Exists(File)
            ? System.IO.File.ReadLines(File).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':') + 1)..].Trim();
    }

    // On a file system in memory a commit costs nothing, and the figures mean nothing: so it is said.
    private static string FileSystem(string? folder)
    {
        if (folder is null) return "not known";
        var drive = DriveInfo.GetDrives()
            .Where(d => folder.StartsWith(d.RootDirectory.FullName, StringComparison.Ordinal))
            .MaxBy(d => d.RootDirectory.FullName.Length);
        return drive?.DriveFormat ?? "not known";
    }
}
