using System.ComponentModel;
using System.Diagnostics;

namespace Exemplar.Cli.Jobs;

/// <summary>How a job ended.</summary>
/// <param name="Code">Its exit code; 128 + signal when a signal ended it.</param>
/// <param name="Duration">How long it ran.</param>
/// <param name="Error">Why it did not run at all; null when it did.</param>
internal sealed record JobEnd(int Code, TimeSpan Duration, string? Error = null);

/// <summary>
/// The job's process. Its input is ours; each of its output streams is ours when that is a terminal, so that it finds the
/// terminal that it expects, and else goes through us byte for byte, as it comes.
/// </summary>
internal sealed class Job(string[] command, OutputTail? tail, SignalForwarding signals)
{
    private const int ExecFormatError = 8;

    /// <summary>Runs it to its end.</summary>
    public JobEnd Run()
    {
        var startedAt = Stopwatch.GetTimestamp();
        var (path, code) = ProgramPath.Find(command[0]);
        if (path is null)
            return new JobEnd(code, TimeSpan.Zero, code == ExitCodes.NotFound ? $"{command[0]}: there is no such program" : $"{command[0]}: it is not executable");
        using var process = new Process();
        try
        {
            Unix.WithBrokenPipeSignal(() => Start(process, path));
        }
        catch (Win32Exception exception)
        {
            return new JobEnd(ExitCodes.NotRunnable, TimeSpan.Zero, $"{command[0]}: {exception.Message}");
        }
        signals.JobRuns(process.Id);
        var tees = new[]
        {
            process.StartInfo.RedirectStandardOutput ? new Tee(process.StandardOutput.BaseStream, Unix.StandardOutput, tail!.Open()) : null,
            process.StartInfo.RedirectStandardError ? new Tee(process.StandardError.BaseStream, Unix.StandardError, tail!.Open()) : null,
        };
        process.WaitForExit();
        signals.JobEnded();
        var duration = Stopwatch.GetElapsedTime(startedAt);
        foreach (var tee in tees) tee?.Finish();
        return new JobEnd(process.ExitCode, duration);
    }

    private void Start(Process process, string path)
    {
        var start = process.StartInfo = new ProcessStartInfo(path, command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = tail is not null && !Unix.IsTerminal(Unix.StandardOutput),
            RedirectStandardError = tail is not null && !Unix.IsTerminal(Unix.StandardError),
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception) when (exception.NativeErrorCode == ExecFormatError && !OperatingSystem.IsWindows())
        {
            // A script without its first line: shells run it, so cron jobs rely on it.
            start.FileName = "/bin/sh";
            start.ArgumentList.Insert(0, path);
            process.Start();
        }
    }
}
