using Microsoft.Data.Sqlite;

namespace Exemplar.Console.Tests.Support;

/// <summary>The server's database behind its back, for what no page can do.</summary>
internal static class Database
{
    public static async Task<int> RunAsync(ServerProcess server, string sql, params (string Name, object Value)[] parameters)
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(server.DataFolder, "exemplar.db")};Pooling=False;Default Timeout=10");
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>An account with the password of the first one, as a member of an organization.</summary>
    public static async Task CopyAccountAsync(ServerProcess server, string email, int organization, int role)
    {
        Assert.Equal(1, await RunAsync(server,
            "INSERT INTO accounts (email, email_key, password_hash, security_stamp, failed_sign_ins, created_at_ms, version, is_two_factor) SELECT $email, upper($email), password_hash, $email, 0, 0, 0, 0 FROM accounts WHERE number = 1",
            ("$email", email)));
        Assert.Equal(1, await RunAsync(server,
            "INSERT INTO members (account_number, organization_number, role, joined_at_ms) SELECT number, $organization, $role, 0 FROM accounts WHERE email = $email",
            ("$email", email), ("$organization", organization), ("$role", role)));
    }
}
