using System.Security.Cryptography;
using System.Text;
using Exemplar.Cli.Settings;

namespace Exemplar.Cli.Spool;

/// <summary>
/// Where heartbeats wait: a folder for each server, in it one for each key, so that what was kept under one organization's key is
/// never sent with another's. Both names are fingerprints; neither address nor key can be read from them.
/// </summary>
internal sealed class SpoolFolders(Uri baseUrl, string key, TimeProvider clock)
{
    private static string Root => Path.Combine(Folders.State, "exemplar", "spool");

    private string Server => Path.Combine(Root, Fingerprint(baseUrl.ToString()));

    /// <summary>The spool of this server and this key.</summary>
    public HeartbeatSpool Own => new(Path.Combine(Server, Fingerprint($"{baseUrl}\n{key}")), clock);

    /// <summary>The spools of this server under other keys: another organization's, or one that was replaced.</summary>
    public IEnumerable<HeartbeatSpool> OfOtherKeys()
    {
        if (!Directory.Exists(Server)) return [];
        var own = Own.Folder;
        return Directory.EnumerateDirectories(Server).Where(folder => folder != own).Order(StringComparer.Ordinal).Select(folder => new HeartbeatSpool(folder, clock));
    }

    private static string Fingerprint(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
