using Exemplar.Storage;
using Exemplar.Storage.Tokens;

namespace Exemplar.Server.Tokens;

/// <summary>Writes down when tokens were last used, behind the requests and at most once a minute for each.</summary>
internal sealed partial class TokenUseWorker(TokenStore tokens, TokenCache cache, TimeProvider clock, ILogger<TokenUseWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan RoundEvery = TimeSpan.FromSeconds(15);
    private const int MostPerUnit = 500;

    /// <summary>Stores what has not been stored for a minute.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        foreach (var chunk in cache.Unwritten().Chunk(MostPerUnit))
        {
            await tokens.TouchAsync([.. chunk.Select(c => c.Use)], cancellationToken);
            foreach (var (known, use) in chunk) known.WrittenAtMs = use.UsedAt.ToUnixTimeMilliseconds();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RoundEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await WriteAsync(stoppingToken);
            }
            catch (StorageUnavailableException)
            {
                // Others say so louder; the next round writes it.
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                RoundFailed(exception);
            }
        }
    }

    [LoggerMessage(1701, LogLevel.Error, "The last use of API tokens could not be stored and is tried again in 15 seconds. Please report it.")]
    private partial void RoundFailed(Exception exception);
}
