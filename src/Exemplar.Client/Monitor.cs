using System.Text.Json.Nodes;
using Exemplar.Client;

#pragma warning disable IDE0130 // In Exemplar.Client it would clash, in every file that uses the client, with System.Threading.Monitor.
namespace Exemplar;
#pragma warning restore IDE0130

/// <summary>
/// For programs that run one job and are done: the job beats when it succeeds. The key and the address come from the variables
/// <c>EXEMPLAR_API_KEY</c> and <c>EXEMPLAR_BASE_URL</c>, read at the first call; failures are told on standard error.
/// </summary>
public static class Monitor
{
    private static readonly Lazy<ExemplarClient> Client = new(() => new ExemplarClient(
        new ExemplarOptions { ApiKey = Environment.GetEnvironmentVariable(ExemplarOptions.ApiKeyVariable) }, new StandardErrorLog()));

    /// <summary>Runs work and sends a heartbeat when it succeeds. What the work throws is thrown, untouched, and no heartbeat is sent.</summary>
    /// <param name="monitorId">The monitor's id.</param>
    /// <param name="work">The work.</param>
    /// <exception cref="ArgumentException">The id is empty, or a variable is missing or cannot be used; the work was not begun.</exception>
    public static Task RunAsync(string monitorId, Func<Task> work)
    {
        ExemplarClient.Checked(work, nameof(work));
        return Client.Value.RunAsync(monitorId, _ => work());
    }

    /// <summary>Runs work that can be cancelled and sends a heartbeat when it succeeds.</summary>
    /// <param name="monitorId">The monitor's id.</param>
    /// <param name="work">The work. It gets the token.</param>
    /// <param name="cancellationToken">For the work only: work that is done is told.</param>
    /// <inheritdoc cref="RunAsync(string, Func{Task})"/>
    public static Task RunAsync(string monitorId, Func<CancellationToken, Task> work, CancellationToken cancellationToken = default) =>
        Client.Value.RunAsync(monitorId, work, cancellationToken);

    /// <summary>Runs work that has a result and sends a heartbeat when it succeeds.</summary>
    /// <param name="monitorId">The monitor's id.</param>
    /// <param name="work">The work. It gets the token.</param>
    /// <param name="metadata">What to keep beside the heartbeat, made from the work's result; null for nothing.</param>
    /// <param name="cancellationToken">For the work only: work that is done is told.</param>
    /// <returns>The work's result.</returns>
    /// <inheritdoc cref="RunAsync(string, Func{Task})"/>
    public static Task<T> RunAsync<T>(
        string monitorId, Func<CancellationToken, Task<T>> work, Func<T, JsonObject?>? metadata = null, CancellationToken cancellationToken = default) =>
        Client.Value.RunAsync(monitorId, work, metadata, cancellationToken);
}
