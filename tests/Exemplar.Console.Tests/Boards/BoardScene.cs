namespace Exemplar.Console.Tests.Boards;

/// <summary>A board as a team would have one: most of it up, something down, something late, a past downtime.</summary>
internal static class BoardScene
{
    /// <summary>Makes it, and returns its id.</summary>
    public static async Task<string> SeedAsync(BoardVisit world, string slug)
    {
        var names = new[] { "Checkout", "Payments", "Search", "Customer mail", "Reports", "Backups", "Data warehouse", "Partner API" };
        var services = new List<object>();
        foreach (var name in names)
        {
            var ids = new List<string>();
            foreach (var place in new[] { "eu-west", "us-east" })
            {
                var down = (name, place) is ("Customer mail", "us-east");
                var late = (name, place) is ("Reports", "eu-west");
                ids.Add(await world.NewMonitorAsync($"{name} worker {place}", down || late ? 0.017 : 60, down ? 0.017 : 300));
            }
            services.Add(new { name, monitor_ids = ids });
        }
        services.Add(new { name = "Migration", tags = new[] { "migration" } });
        await world.SqlAsync(
            """
            INSERT INTO periods (monitor_number, from_ms, to_ms, status, error)
            SELECT m.number, m.created_at_ms - r.a, m.created_at_ms - r.b, r.status, CASE r.status WHEN 3 THEN 'secret error' END
            FROM monitors m JOIN (
                SELECT 1 AS every, 82 * 86400000 AS a, 40 * 86400000 AS b, 1 AS status
                UNION ALL SELECT 3, 40 * 86400000, 40 * 86400000 - 10800000, 3 UNION ALL SELECT 3, 40 * 86400000 - 10800000, 12 * 86400000, 1
                UNION ALL SELECT 3, 12 * 86400000, 12 * 86400000 - 240000, 3 UNION ALL SELECT 3, 12 * 86400000 - 240000, 0, 1
                UNION ALL SELECT -3, 40 * 86400000, 0, 1) r
            ON r.every = 1 OR (r.every = 3 AND m.name IN ('Payments worker eu-west', 'Search worker us-east', 'Reports worker eu-west', 'Backups worker us-east')) OR (r.every = -3 AND NOT m.name IN ('Payments worker eu-west', 'Search worker us-east', 'Reports worker eu-west', 'Backups worker us-east'))
            WHERE m.organization_number = $organization AND m.name LIKE '% worker %-%'
            """);
        return await world.NewBoardAsync(new { name = "Production", slug, published = true, title = "Acme Cloud", services });
    }
}
