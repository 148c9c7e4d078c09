using Exemplar.Storage.Postgres;
using Npgsql;

namespace Exemplar.Storage.Tests.Postgres;

public sealed class ConnectionStringTests
{
    [Theory]
    [InlineData("postgres://u:p@db.example:6432/exemplar", "db.example", 6432, "u", "p", "exemplar")]
    [InlineData("postgresql://u@db/exemplar", "db", 5432, "u", null, "exemplar")]
    [InlineData("postgres://a%40b:p%2Fw%3A@db:5433/x%20y", "db", 5433, "a@b", "p/w:", "x y")]
    [InlineData("postgres://u:p@[::1]:5433/x", "::1", 5433, "u", "p", "x")]
    [InlineData("postgres://u:p@%2Frun%2Fpostgresql/x", "/run/postgresql", 5432, "u", "p", "x")]
    [InlineData("postgres://u:p@one:5433,two:5434/x", "one:5433,two:5434", 5432, "u", "p", "x")]
    [InlineData("Host=db;Port=6432;Username=u;Password=p;Database=exemplar", "db", 6432, "u", "p", "exemplar")]
    public void Both_ways_to_name_a_database_are_read(string text, string host, int port, string user, string? password, string database)
    {
        var settings = PostgresConnectionString.Parse(text);

        Assert.Equal((host, port, user, password, database), (settings.Host, settings.Port, settings.Username, settings.Password, settings.Database));
    }

    [Fact]
    public void Options_of_an_address_have_the_names_that_libpq_gives_them()
    {
        var settings = PostgresConnectionString.Parse("postgres://u@db/x?sslmode=verify-full&connect_timeout=3&application_name=my%20app&Keepalive=30");

        Assert.Equal((SslMode.VerifyFull, 3, "my app", 30), (settings.SslMode, settings.Timeout, settings.ApplicationName, settings.KeepAlive));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Database=x")]
    [InlineData("postgres://")]
    [InlineData("postgres://u:secret@db:notaport/x")]
    [InlineData("postgres://u:secret@db/x?sslmode")]
    [InlineData("postgres://u:secret@db/x?no_such_option=1")]
    [InlineData("nonsense")]
    [InlineData("Host=db;Password=secret;Nonsense=1")]
    public void Anything_else_is_refused_without_repeating_a_password(string text)
    {
        var exception = Assert.Throws<FormatException>(() => PostgresConnectionString.Parse(text));

        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }
}
