using System.Net.Sockets;

namespace Exemplar.Server.Hosting;

/// <summary>Why the server does not start, in a line for the operator. Anything else that ends a start is a fault of ours and keeps its stack.</summary>
internal static class StartRefusal
{
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel";

    /// <summary>The line; null for a fault.</summary>
    public static string? For(Exception exception) => exception switch
    {
        SettingsException => exception.Message,
        _ when IsOfListening(exception) =>
            $"The server cannot listen where --urls or EXEMPLAR_URLS tells it to: {exception.Message.TrimEnd('.')}. "
            + "Give it an address of this machine and a free port, such as http://localhost:8080.",
        _ => null,
    };

    // Storage tells its refusals as settings; what is left of these kinds comes from the sockets.
    private static bool IsOfListening(Exception exception) =>
        exception is IOException or SocketException or FormatException or InvalidOperationException or ArgumentException
        && (exception is SocketException || exception.Source?.StartsWith(Kestrel, StringComparison.Ordinal) == true
            || exception.StackTrace?.Contains(Kestrel + ".Core.Internal.AddressBinder", StringComparison.Ordinal) == true);
}
