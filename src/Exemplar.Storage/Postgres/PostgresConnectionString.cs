using Npgsql;

namespace Exemplar.Storage.Postgres;

/// <summary>Understands both ways to name a PostgreSQL database: Npgsql's <c>Host=…</c> and the address <c>postgres://…</c>.</summary>
internal static class PostgresConnectionString
{
    /// <summary>True when the text is an address.</summary>
    public static bool IsAddress(string text) =>
        text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads either form.</summary>
    /// <exception cref="FormatException">The text is neither; the message does not repeat it, it may hold a password.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            var settings = IsAddress(text) ? FromAddress(text) : new NpgsqlConnectionStringBuilder(text);
            if (string.IsNullOrEmpty(settings.Host)) throw new FormatException("The PostgreSQL connection string names no host.");
            return settings;
        }
        catch (Exception exception) when (exception is ArgumentException or UriFormatException or KeyNotFoundException)
        {
            throw new FormatException("The PostgreSQL connection string cannot be read: " + exception.Message, exception);
        }
    }

    private static NpgsqlConnectionStringBuilder FromAddress(string text)
    {
        // Uri knows no lists of hosts, so the authority is cut out by hand: [user[:password]@]host[:port][,host[:port]…].
        var rest = text.AsSpan(text.IndexOf("://", StringComparison.Ordinal) + 3);
        var query = Cut(ref rest, '?', last: false);
        var database = Cut(ref rest, '/', last: false);
        var hosts = Cut(ref rest, '@', last: true);
        var settings = new NpgsqlConnectionStringBuilder();
        if (hosts is null) settings.Host = Unescape(rest);
        else
        {
            settings.Host = Unescape(hosts);
            var password = Cut(ref rest, ':', last: false);
            settings.Username = Unescape(rest);
            if (password is not null) settings.Password = Unescape(password);
        }

        SplitPort(settings);
        if (!string.IsNullOrEmpty(database)) settings.Database = Unescape(database);
        foreach (var pair in (query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) throw new FormatException($"The option {pair} has no value.");
            Set(settings, Unescape(pair.AsSpan(0, equals)), Unescape(pair.AsSpan(equals + 1)));
        }
        return settings;
    }

    /// <summary>Npgsql reads ports of a list of hosts itself; a single host keeps its port apart.</summary>
    private static void SplitPort(NpgsqlConnectionStringBuilder settings)
    {
        var host = settings.Host ?? "";
        if (host.Contains(',', StringComparison.Ordinal)) return;
        var colon = host.LastIndexOf(':');
        if (colon > host.LastIndexOf(']'))
        {
            if (!ushort.TryParse(host.AsSpan(colon + 1), out var port) || port == 0) throw new FormatException("The port is not a number from 1 to 65535.");
            settings.Port = port;
            host = host[..colon];
        }
        settings.Host = host is ['[', .. var address, ']'] ? address : host;
    }

    /// <summary>Options as libpq names them; every other is one of Npgsql's own.</summary>
    private static void Set(NpgsqlConnectionStringBuilder settings, string name, string value)
    {
        var key = name.ToLowerInvariant() switch
        {
            "sslmode" => "SSL Mode",
            "sslrootcert" => "Root Certificate",
            "sslcert" => "SSL Certificate",
            "sslkey" => "SSL Key",
            "sslpassword" => "SSL Password",
            "sslnegotiation" => "SSL Negotiation",
            "channel_binding" => "Channel Binding",
            "application_name" => "Application Name",
            "connect_timeout" => "Timeout",
            "target_session_attrs" => "Target Session Attributes",
            "dbname" => "Database",
            "user" => "Username",
            _ => name,
        };
        settings[key] = key == "SSL Mode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
    }

    /// <summary>Takes what follows <paramref name="separator"/> off <paramref name="text"/>; null when there is none.</summary>
    private static string? Cut(ref ReadOnlySpan<char> text, char separator, bool last)
    {
        var at = last ? text.LastIndexOf(separator) : text.IndexOf(separator);
        if (at < 0) return null;
        var rest = text[(at + 1)..].ToString();
        text = text[..at];
        return rest;
    }

    private static string Unescape(ReadOnlySpan<char> text) => Uri.UnescapeDataString(text);
}
