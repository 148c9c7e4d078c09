namespace Exemplar.Docs.Tests.Support;

/// <summary>A server for all who follow the console's texts; each makes a monitor of their own.</summary>
public sealed class SnippetServer : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ServerProcess? _server;

    public Uri Address => _server!.Address;

    public Api Api { get; private set; } = default!;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerProcess.StartAsync(_folder.Data);
        Api = new Api(_server);
    }

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }
}
