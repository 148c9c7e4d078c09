using Microsoft.Extensions.Logging;

namespace Exemplar.Client;

/// <summary>Warnings as lines on standard error, for programs that have no logging.</summary>
internal sealed class StandardErrorLog : ILogger<ExemplarClient>
{
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        var reason = exception is null ? "" : $" ({exception.GetType().Name}: {PlainText.Of(exception.Message, 300)})";
        Console.Error.WriteLine($"exemplar: {formatter(state, exception)}{reason}");
    }
}
