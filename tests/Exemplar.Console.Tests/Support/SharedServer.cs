using System.Security.Cryptography;
using System.Text;

namespace Exemplar.Console.Tests.Support;

/// <summary>An organization of a test's own, whose owner is the first account.</summary>
/// <param name="Number">Its number in the database.</param>
/// <param name="Session">The owner's session in it.</param>
internal sealed record OwnOrganization(int Number, string Session);

/// <summary>The server of all tests that need no other than an organization of their own on it. Channels may reach this machine.</summary>
internal static class SharedServer
{
    private static readonly Lazy<Task<ServerProcess>> Started = new(async () => await ServerProcess.StartOnAsync(
        (await PreparedFolder.GetAsync()).Copy(), ("EXEMPLAR_ALLOW_PRIVATE_ADDRESSES", "127.0.0.0/8")));

    private static int _last = 1;

    public static Task<ServerProcess> GetAsync() => Started.Value;

    public static async Task EndAsync()
    {
        if (Started.IsValueCreated) await (await Started.Value).DisposeAsync();
    }

    public static async Task<OwnOrganization> NewOrganizationAsync()
    {
        var (server, number) = (await GetAsync(), Interlocked.Increment(ref _last));
        await Database.RunAsync(server,
            "INSERT INTO organizations (number, id, name, default_interval_ms, default_grace_ms, check_days, check_count, created_at_ms) SELECT $n, $id, 'Acme', default_interval_ms, default_grace_ms, check_days, check_count, created_at_ms FROM organizations WHERE number = 1",
            ("$n", number), ("$id", RandomNumberGenerator.GetBytes(12)));
        await Database.RunAsync(server, "INSERT INTO members (account_number, organization_number, role, joined_at_ms) VALUES (1, $n, 3, 0)", ("$n", number));
        var session = await PreparedFolder.PostAsync(
            server.Address, "/settings/profile", "/settings/profile/organization", (await PreparedFolder.GetAsync()).Session, ("organization", $"{number}"));
        return new OwnOrganization(number, session);
    }

    /// <summary>An admin token; only its hash is stored.</summary>
    public static async Task<string> NewTokenAsync(ServerProcess server, int organization)
    {
        var token = "test-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        await Database.RunAsync(server,
            "INSERT INTO tokens (id, organization_number, name, hash, hint, scopes, created_at_ms) VALUES ($id, $n, 'Terraform', $hash, 'tf_7Q', 15, unixepoch() * 1000)",
            ("$id", RandomNumberGenerator.GetBytes(12)), ("$n", organization), ("$hash", SHA256.HashData(Encoding.UTF8.GetBytes(token))));
        return token;
    }
}
