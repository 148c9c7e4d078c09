using System.Runtime.InteropServices;

namespace Exemplar.Cli.Jobs;

/// <summary>
/// Hands the signals that come to this process on to the job. One that comes before the job runs is handed on when it does; one
/// that comes after its end says that there is no time left. The lock guards which of the three it is.
/// </summary>
internal sealed class SignalForwarding : IDisposable
{
    // SIGUSR1 and SIGUSR2 have no name in .NET; their numbers differ from system to system.
    private static readonly int[] UserSignals = OperatingSystem.IsLinux() ? [10, 12] : OperatingSystem.IsWindows() ? [] : [30, 31];

    private readonly Lock _lock = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly List<int> _early = [];
    private readonly CancellationTokenSource _hurry = new();
    private int _job;
    private bool _ended;

    public SignalForwarding()
    {
        Register(PosixSignal.SIGINT, 2);
        Register(PosixSignal.SIGTERM, 15);
        if (OperatingSystem.IsWindows()) return;
        Register(PosixSignal.SIGHUP, 1);
        Register(PosixSignal.SIGQUIT, 3);
        foreach (var signal in UserSignals) Register((PosixSignal)signal, signal);
    }

    /// <summary>Cancelled by a signal that asks to end after the job has ended.</summary>
    public CancellationToken Hurry => _hurry.Token;

    public void JobRuns(int processId)
    {
        lock (_lock)
        {
            _job = processId;
            foreach (var signal in _early) Unix.Send(processId, signal);
        }
    }

    public void JobEnded()
    {
        lock (_lock) _ended = true;
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _hurry.Dispose();
    }

    private void Register(PosixSignal signal, int number) => _registrations.Add(PosixSignalRegistration.Create(signal, context =>
    {
        // Not ours to die of: the job decides.
        context.Cancel = true;
        Take(number);
    }));

    private void Take(int signal)
    {
        lock (_lock)
        {
            if (_ended)
            {
                if (signal is 1 or 2 or 3 or 15) _hurry.Cancel();
                return;
            }
            // The terminal has sent it to the job already; twice would mean "and at once".
            if (signal is 2 or 3 && Unix.IsInForeground()) return;
            if (_job == 0) _early.Add(signal);
            else if (!OperatingSystem.IsWindows()) Unix.Send(_job, signal);
        }
    }
}
